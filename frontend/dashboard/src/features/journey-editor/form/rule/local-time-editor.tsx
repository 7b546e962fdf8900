'use client';

import { comparisonWords, weekdayWords } from '@wend/contract/plain';
import type { Comparand } from '@wend/contract';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { NumberInput } from '../number-input';
import { WeekdaysInput } from '../weekdays-input';
import type { CompareProps } from './compare-editor';
import { comparisonsFor, scalarText, withComparison } from './rule-model';

type Part = 'weekday' | 'hour' | 'date';
const starts: Record<Part, { is: 'oneOf' | 'atLeast'; value: Comparand }> = { weekday: { is: 'oneOf', value: [1, 2, 3, 4, 5] }, hour: { is: 'atLeast', value: 9 }, date: { is: 'atLeast', value: '' } };
const words: Record<Part, string> = { weekday: 'weekday', hour: 'hour (0 to 23)', date: 'date' };

/** The clock on the person's wall. */
export function LocalTimeEditor({ rule, onChange }: CompareProps) {
  const { left, value } = rule;
  if (left.source !== 'localTime') return null;
  const single = left.part === 'weekday' && rule.is !== 'oneOf';
  return (
    <div className="space-y-1.5">
      <div className="grid grid-cols-2 gap-1.5">
        <Select aria-label="Part of the time" value={left.part} onChange={(part: Part) => onChange({ op: 'compare', left: { source: 'localTime', part }, ...starts[part] })} options={(Object.keys(words) as Part[]).map((part) => ({ value: part, label: words[part] }))} />
        <Select aria-label="Comparison" value={rule.is} onChange={(is) => onChange(withComparison(rule, is))} options={comparisonsFor(left).map((is) => ({ value: is, label: comparisonWords(is) }))} />
      </div>
      {left.part === 'weekday' && !single && <WeekdaysInput value={Array.isArray(value) ? value : []} onChange={(next) => onChange({ ...rule, value: next as Comparand })} />}
      {single && <Select aria-label="Weekday" value={typeof value === 'number' ? String(value) : undefined} onChange={(next) => onChange({ ...rule, value: Number(next) })} options={[1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: String(day), label: weekdayWords(day) }))} />}
      {left.part === 'hour' && <NumberInput aria-label="Hour" value={typeof value === 'number' ? value : undefined} onChange={(next) => onChange(next === undefined ? { op: 'compare', left: rule.left, is: rule.is } : { ...rule, value: next })} />}
      {left.part === 'date' && <Input type="date" aria-label="Date" value={scalarText(value)} onChange={(event) => onChange({ ...rule, value: event.target.value })} />}
    </div>
  );
}
