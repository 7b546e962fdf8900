import { asNumber } from '../../as-number.js';
import { comparisons, operators } from '../operators/index.js';
import type { Comparison, Scalar } from '../operators/index.js';
import type { OperandField, OperandValues } from './operand.js';

/** Fields of people and events can hold anything: the operator says what they are taken for. */
export const fieldValues: OperandValues = {
  operators: null,
  offered: comparisons.filter((is) => !operators[is].superseded),
  instead: '',
  folds: true,
  problem: (is, value) => {
    if (typeof value === 'string' && value.trim() === '')
      return operators[is].takes === 'list'
        ? 'Remove the empty value from the list.'
        : 'Enter a value to compare with. To check whether there is one, choose “is known” or “is not known”.';
    return operators[is].problem?.(value) ?? null;
  },
};

/** Where a person's time zone is read from. */
export const zoneTraits = ['timezone', 'timeZone', 'time_zone'] as const;

/** A path into an object, such as `plan`, `address.city` or `["order.id"]`: see `pathKeys`. */
export const pathField: OperandField = { is: 'text', most: 200 };

/** What a number that is always known can be compared by. */
export const counting: readonly Comparison[] = comparisons.filter(
  (is) => operators[is].takes !== 'nothing' && ['any', 'number'].includes(operators[is].type),
);

type WithinOptions = {
  is: Comparison;
  value: Scalar;
  from: number;
  to: number;
  words: string;
};

/** A whole number in a range, by which the comparison can hold. */
export function within({ is, value, from, to, words }: WithinOptions): string | null {
  const number = asNumber(value);
  if (number === null || !Number.isInteger(number) || number < from || number > to) return words;
  if (is === 'lessThan' && number === from) return `Nothing is less than ${from} here. ${words}`;
  return is === 'greaterThan' && number === to ? `Nothing is more than ${to} here. ${words}` : null;
}
