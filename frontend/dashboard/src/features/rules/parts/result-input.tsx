'use client';

import { ComboInput } from '@/components/form/combo-input';
import type { Control } from '@/components/form/field-row';
import { useRule } from '../rule-context';

type ResultInputProps = { value: string; label: string; onChange: (path: string) => void; control: Control };

/** What an earlier step of the run came to: those that are known are suggested, others can be written. */
export function ResultInput({ value, label, onChange, control }: ResultInputProps) {
  const { results } = useRule();
  const labels = new Map(results.map((result) => [result.path, result.label]));
  return (
    <ComboInput
      {...control}
      aria-label={label}
      value={value}
      suggestions={[...labels.keys()]}
      hintOf={(path) => ({ detail: labels.get(path) })}
      onChange={onChange}
    />
  );
}
