'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { FieldProblemsProvider } from '@/components/form/field-problems';
import { Section } from '@/components/ui/card';
import { RuleBuilder } from '@/features/rules/rule-builder';
import { RuleSentence } from '@/features/rules/rule-sentence';
import { cx } from '@/lib/cx';
import type { SegmentForm } from './use-segment-form';

const path = ['rule'] as const;

/** Who is in the segment: the rule, and what it says in words; for those who may not change it the words alone. */
export function RuleSection({ form, mayEdit = true }: { form: SegmentForm; mayEdit?: boolean }) {
  const t = useTranslations('segments.form');
  const { problems, draft } = form;
  const shown = useMemo(() => ({ issues: problems, quiet: false }), [problems]);
  return (
    <Section title={t('rule')} description={t('ruleDetail')}>
      {mayEdit ? (
        <FieldProblemsProvider value={shown}>
          <div className="min-w-0 p-4">
            <RuleBuilder
              value={draft.rule}
              path={path}
              scope="profile"
              onChange={(rule) => form.change({ rule: rule ?? { op: 'all', rules: [] } })}
            />
          </div>
        </FieldProblemsProvider>
      ) : null}
      {draft.rule.op === 'all' && draft.rule.rules.length === 0 ? null : (
        <div className={cx('px-4 py-3', mayEdit && 'border-t border-line')}>
          {mayEdit ? <p className="mb-0.5 text-xs font-medium text-muted">{t('inWords')}</p> : null}
          <RuleSentence rule={draft.rule} />
        </div>
      )}
    </Section>
  );
}
