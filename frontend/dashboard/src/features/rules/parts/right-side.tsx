'use client';

import { comparisonWords, operators } from '@wend/contract/plain';
import type { Compare } from '@wend/contract';
import { useTranslations } from 'next-intl';
import type { Control } from '@/components/form/field-row';
import { Select } from '@/components/ui/select';
import { useRule } from '../rule-context';
import { comparisonsFor, typeOf, withComparison } from '../rule-model';
import { ValueInput } from '../value-input';

type RightSideProps = { rule: Compare; onChange: (rule: Compare) => void; control: Control };

/** How something is compared and with what, in a line of its own. */
export function RightSide({ rule, onChange, control }: RightSideProps) {
  const t = useTranslations('editor-rules.pathEditor');
  const typeWords = useTranslations('editor-rules.types');
  const { scope, hasRun } = useRule();
  return (
    <div className="flex items-start gap-1.5">
      <Select
        aria-label={t('comparison')}
        className="w-auto! min-w-28 shrink-0"
        value={rule.is}
        onChange={(is) => onChange(withComparison(rule, is))}
        options={comparisonsFor(rule.left, rule.is).map((value) => ({
          value,
          label: comparisonWords(value),
          ...(typeOf(value) ? { hint: typeWords(typeOf(value)!) } : {}),
        }))}
      />
      {operators[rule.is].takes === 'nothing' ? null : (
        <div className="min-w-0 flex-1">
          <ValueInput rule={rule} onChange={onChange} mayRefer={hasRun && scope !== 'entry'} control={control} />
        </div>
      )}
    </div>
  );
}
