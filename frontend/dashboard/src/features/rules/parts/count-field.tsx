'use client';

import { comparisonWords } from '@wend/contract/plain';
import type { Compare, Comparison } from '@wend/contract';
import { useTranslations } from 'next-intl';
import type { Control } from '@/components/form/field-row';
import { NumberInput } from '@/components/form/number-input';
import { Select } from '@/components/ui/select';
import { comparisonsFor } from '../rule-model';

/** What is said in another way of counts: “did at least twice”, not “is at least”. */
const counted = ['atLeast', 'equals', 'atMost', 'greaterThan', 'lessThan'] as const;
const isCounted = (is: Comparison): is is (typeof counted)[number] => (counted as readonly Comparison[]).includes(is);

/** Whether a count says that something did not happen. */
export function isNever({ is, value }: Pick<Compare, 'is' | 'value'>): boolean {
  return is === 'equals' && value === 0;
}

/** A count that says that something happened, or that it did not. */
export function countOf(never: boolean): Pick<Compare, 'is' | 'value'> {
  return never ? { is: 'equals', value: 0 } : { is: 'atLeast', value: 1 };
}

type CountFieldProps = {
  rule: Compare;
  onChange: (rule: Compare) => void;
  control: Control;
  /** What follows the number; `times` without it. */
  unit?: string;
};

/** How often: at least once, exactly twice. */
export function CountField({ rule, onChange, control, unit }: CountFieldProps) {
  const t = useTranslations('editor-rules.countField');
  const words = useTranslations('editor-rules.counts');
  return (
    <>
      <Select
        aria-label={t('howOften')}
        className="w-[104px]! shrink-0"
        value={rule.is}
        onChange={(is) => onChange({ ...rule, is })}
        options={comparisonsFor(rule.left, rule.is).map((value) => ({
          value,
          label: isCounted(value) ? words(value) : comparisonWords(value),
        }))}
      />
      <NumberInput
        {...control}
        aria-label={t('times')}
        className="w-16"
        value={typeof rule.value === 'number' ? rule.value : undefined}
        onChange={(value) =>
          onChange(value === undefined ? { op: 'compare', left: rule.left, is: rule.is } : { ...rule, value })
        }
      />
      <span className="text-muted">{unit ?? t('unit', { times: Number(rule.value) })}</span>
    </>
  );
}
