'use client';

import type { Compare } from '@wend/contract';
import { Select } from '@/components/ui/select';
import { countOf, isNever } from './count-field';

type StateSelectProps<State extends string> = {
  label: string;
  rule: Compare;
  state: State;
  states: readonly State[];
  /** What a state is called when it was reached, and when it was not. */
  words: (key: `did.${State}` | `not.${State}`) => string;
  onChange: (state: State, rule: Compare) => void;
};

/**
 * Which state was reached, or was never: one choice, as in “opened” and “did not open”. The count is kept between states
 * that were reached.
 */
export function StateSelect<State extends string>({
  label,
  rule,
  state,
  states,
  words,
  onChange,
}: StateSelectProps<State>) {
  const never = isNever(rule);
  const values = (['did', 'not'] as const).flatMap((way) => states.map((each) => `${way}.${each}` as const));
  return (
    <Select
      aria-label={label}
      className="w-auto! shrink-0"
      value={`${never ? 'not' : 'did'}.${state}` as const}
      onChange={(chosen) => {
        const isNot = chosen.startsWith('not.');
        onChange(chosen.slice(4) as State, isNot === never ? rule : { ...rule, ...countOf(isNot) });
      }}
      options={values.map((value) => ({ value, label: words(value) }))}
    />
  );
}
