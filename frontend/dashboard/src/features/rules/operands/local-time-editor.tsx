'use client';

import { comparisonWords, operators, weekdayWords } from '@wend/contract/plain';
import type { Comparand, Comparison } from '@wend/contract';
import { Clock } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { NumberInput } from '@/components/form/number-input';
import { WeekdaysInput } from '@/components/form/weekdays-input';
import type { CompareProps, OperandEditor } from './operand-editor';
import { comparisonsFor, scalarText, withComparison } from '../rule-model';

type Part = 'weekday' | 'hour' | 'date';
const starts: Record<Part, { is: Comparison; value: Comparand }> = {
  weekday: { is: 'oneOf', value: [1, 2, 3, 4, 5] },
  hour: { is: 'atLeast', value: 9 },
  date: { is: 'onOrAfter', value: '' },
};

/** The clock on the person's wall. */
function LocalTimeEditor({ rule, left, onChange, control }: CompareProps<'localTime'>) {
  const t = useTranslations('editor-rules.localTimeEditor');
  const partWords = useTranslations('editor-rules.parts');
  const { value } = rule;
  const single = left.part === 'weekday' && operators[rule.is].takes !== 'list';
  return (
    <div className="space-y-1.5">
      <div className="grid grid-cols-2 gap-1.5">
        <Select
          aria-label={t('part')}
          value={left.part}
          onChange={(part: Part) => onChange({ op: 'compare', left: { source: 'localTime', part }, ...starts[part] })}
          options={(Object.keys(starts) as Part[]).map((part) => ({ value: part, label: partWords(part) }))}
        />
        <Select
          aria-label={t('comparison')}
          value={rule.is}
          onChange={(is) => onChange(withComparison(rule, is))}
          options={comparisonsFor(left, rule.is).map((is) => ({ value: is, label: comparisonWords(is) }))}
        />
      </div>
      {left.part === 'weekday' && !single && (
        <WeekdaysInput
          value={Array.isArray(value) ? value : []}
          onChange={(next) => onChange({ ...rule, value: next as Comparand })}
        />
      )}
      {single && (
        <Select
          aria-label={t('weekday')}
          value={typeof value === 'number' ? String(value) : undefined}
          onChange={(next) => onChange({ ...rule, value: Number(next) })}
          options={[1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: String(day), label: weekdayWords(day) }))}
        />
      )}
      {left.part === 'hour' && (
        <NumberInput
          {...control}
          aria-label={t('hour')}
          value={typeof value === 'number' ? value : undefined}
          onChange={(next) =>
            onChange(next === undefined ? { op: 'compare', left: rule.left, is: rule.is } : { ...rule, value: next })
          }
        />
      )}
      {left.part === 'date' && (
        <Input
          {...control}
          type="date"
          aria-label={t('date')}
          value={scalarText(value)}
          onChange={(event) => onChange({ ...rule, value: event.target.value })}
        />
      )}
    </div>
  );
}

export const localTime: OperandEditor<'localTime'> = {
  family: 'person',
  icon: Clock,
  blank: () => ({ left: { source: 'localTime', part: 'weekday' }, ...starts.weekday }),
  Editor: LocalTimeEditor,
};
