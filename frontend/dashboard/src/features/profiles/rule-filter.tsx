'use client';

import { isEmpty } from '@wend/contract/plain';
import type { Rule } from '@wend/contract';
import { ListFilter } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { FieldProblemsProvider } from '@/components/form/field-problems';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { RuleBuilder } from '@/features/rules/rule-builder';
import { useRuleProblems } from '@/features/rules/use-rule-problems';

type RuleFilterProps = { rule: Rule | null; onChange: (rule: Rule | null) => void };

const everybody: Rule = { op: 'all', rules: [] };
const path = ['rule'] as const;

/** Shows only people for whom a rule holds. */
export function RuleFilter({ rule, onChange }: RuleFilterProps) {
  const t = useTranslations('profiles.ruleFilter');
  const [draft, setDraft] = useState<Rule | null>(null);
  return (
    <>
      <Button icon={<ListFilter size={15} strokeWidth={1.75} />} onClick={() => setDraft(rule ?? everybody)}>
        {rule === null ? t('filter') : t('editFilter')}
      </Button>
      {draft === null ? null : (
        <RuleDialog
          rule={draft}
          onDraft={setDraft}
          onClose={() => setDraft(null)}
          onApply={() => {
            onChange(isEmpty(draft) ? null : draft);
            setDraft(null);
          }}
        />
      )}
    </>
  );
}

type RuleDialogProps = { rule: Rule; onDraft: (rule: Rule) => void; onClose: () => void; onApply: () => void };

function RuleDialog({ rule, onDraft, onClose, onApply }: RuleDialogProps) {
  const t = useTranslations('profiles.ruleFilter');
  const issues = useRuleProblems(rule, 'rule');
  const problems = useMemo(() => (isEmpty(rule) ? [] : issues), [rule, issues]);
  const shown = useMemo(() => ({ issues: problems, quiet: false }), [problems]);
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={t('title')}
      description={t('detail')}
      onSubmit={() => problems.length === 0 && onApply()}
      footer={
        <>
          <Button onClick={() => onDraft(everybody)}>{t('clear')}</Button>
          <Button type="submit" variant="primary" disabled={problems.length > 0}>
            {t('show')}
          </Button>
        </>
      }
    >
      <FieldProblemsProvider value={shown}>
        <RuleBuilder value={rule} path={path} scope="profile" onChange={(next) => onDraft(next ?? everybody)} />
      </FieldProblemsProvider>
    </Dialog>
  );
}
