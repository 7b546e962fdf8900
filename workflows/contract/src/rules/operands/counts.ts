import type { Comparand, Rule } from '../../rule.js';
import type { Comparison } from '../operators/index.js';
import type { OperandValues } from './operand.js';
import { counting, within } from './values.js';

/** What a count of things that happened can be compared with. */
export const countValues: OperandValues = {
  operators: counting,
  offered: ['atLeast', 'equals', 'atMost', 'greaterThan', 'lessThan'],
  instead: 'A count is always known. Compare it with a number, such as “at least 1”.',
  folds: false,
  problem: (is, value) =>
    within({
      is,
      value,
      from: 0,
      to: Number.MAX_SAFE_INTEGER,
      words: 'A count must be a whole number from 0, such as 3.',
    }),
};

/** What a count says of a person: `some`, `none`, or the number with its comparison; null where it has no short words. */
export function countWords(
  { is, value }: { is: Comparison; value?: Comparand | undefined },
  words: { some: string; none: string; times: (comparison: string) => string },
): string | null {
  if ((is === 'atLeast' && value === 1) || (is === 'greaterThan' && value === 0)) return words.some;
  if ((is === 'equals' && value === 0) || (is === 'lessThan' && value === 1) || (is === 'atMost' && value === 0))
    return words.none;
  if (typeof value !== 'number') return null;
  const counts: Partial<Record<Comparison, string>> = {
    atLeast: `at least ${value}×`,
    atMost: `at most ${value}×`,
    equals: `exactly ${value}×`,
    greaterThan: `more than ${value}×`,
    lessThan: `less than ${value}×`,
  };
  const comparison = counts[is];
  return comparison === undefined ? null : words.times(comparison);
}

/** ` where total is more than 5`, to follow the name of an event; empty without a filter. */
export function filterWords(filter: Rule | undefined, inBrackets: (rule: Rule) => string): string {
  return filter && !(filter.op === 'all' && filter.rules.length === 0) ? ` where ${inBrackets(filter)}` : '';
}
