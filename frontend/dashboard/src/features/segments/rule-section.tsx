'use client';

import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { FieldProblemsProvider } from '@/components/form/field-problems';
import { Section } from '@/components/ui/card';
import { RuleBuilder } from '@/features/rules/rule-builder';
import { RuleSentence } from '@/features/rules/rule-sentence';
import type { SegmentForm } from './use-segment-form';

const path = ['rule'] as const;

/** Who is in the segment: the rule, and what it says in words. */
export function RuleSection({ form, disabled = false }: { form: SegmentForm; disabled?: boolean }) {
  const t = useTranslations('segments.form');
  const { problems, draft } = form;
  const shown = useMemo(() => ({ issues: problems, quiet: false }), [problems]);
  return (
    <Section title={t('rule')} description={t('ruleDetail')}>
      <FieldProblemsProvider value={shown}>
        <fieldset disabled={disabled} className="min-w-0 p-4">
          <RuleBuilder
            value={draft.rule}
            path={path}
            scope="profile"
            onChange={(rule) => form.change({ rule: rule ?? { op: 'all', rules: [] } })}
          />
        </fieldset>
      </FieldProblemsProvider>
      {draft.rule.op === 'all' && draft.rule.rules.length === 0 ? null : (
        <div className="border-t border-line px-4 py-3">
          <p className="mb-0.5 text-xs font-medium text-muted">{t('inWords')}</p>
          <RuleSentence rule={draft.rule} />
        </div>
      )}
    </Section>
  );
}
