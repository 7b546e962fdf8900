'use client';

import { comparisonWords } from '@wend/contract/plain';
import type { Compare } from '@wend/contract';
import { Dices } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { NumberInput } from '@/components/form/number-input';
import { Select } from '@/components/ui/select';
import { Sentence } from '../parts/sentence';
import { comparisonsFor } from '../rule-model';
import type { CompareProps, OperandEditor } from './operand-editor';

/** A stable random number of the person, to take a share of people. */
function RandomBucketEditor({ rule, left, onChange, control }: CompareProps<'randomBucket'>) {
  const t = useTranslations('editor-rules.randomBucketEditor');
  const share = shareOf(rule);
  return (
    <Sentence>
      <Select
        aria-label={t('comparison')}
        className="w-auto! shrink-0"
        value={rule.is}
        onChange={(is) => onChange({ ...rule, is })}
        options={comparisonsFor(left, rule.is).map((value) => ({ value, label: comparisonWords(value) }))}
      />
      <NumberInput
        {...control}
        aria-label={t('number')}
        className="w-20"
        value={typeof rule.value === 'number' ? rule.value : undefined}
        onChange={(value) => onChange(value === undefined ? { op: 'compare', left, is: rule.is } : { ...rule, value })}
      />
      {share === null ? null : <span className="text-muted tabular-nums">{t('share', { share })}</span>}
    </Sentence>
  );
}

/** About how many of a hundred people have such a number. */
function shareOf({ is, value }: Pick<Compare, 'is' | 'value'>): number | null {
  if (typeof value !== 'number' || value < 0 || value > 9_999) return null;
  const shares: Partial<Record<Compare['is'], number>> = {
    lessThan: value,
    atMost: value + 1,
    atLeast: 10_000 - value,
    greaterThan: 9_999 - value,
  };
  const count = shares[is];
  return count === undefined ? null : count / 100;
}

export const randomBucket: OperandEditor<'randomBucket'> = {
  family: 'person',
  icon: Dices,
  blank: () => ({ left: { source: 'randomBucket' }, is: 'lessThan', value: 1_000 }),
  Editor: RandomBucketEditor,
};
