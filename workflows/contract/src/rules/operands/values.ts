import { asNumber } from '../../as-number.js';
import { channelName } from '../../channels/index.js';
import { comparisons, operators } from '../operators/index.js';
import type { Comparison, Scalar } from '../operators/index.js';
import type { ChangedBy, OperandField, OperandValues } from './operand.js';

/** What is known of a person can hold anything: the operator says what it is taken for. */
export const personValues: OperandValues = {
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

/** The same of events and results of steps, which do not know which day it is where the person lives. */
export const fieldValues: OperandValues = {
  ...personValues,
  operators: comparisons.filter((is) => !operators[is].calendar),
  offered: personValues.offered.filter((is) => !operators[is].calendar),
  instead: 'Only what is known of the person can be compared with today. Compare with a fixed date.',
};

/** Where a person's time zone is read from. */
const zoneTraits = ['timezone', 'timeZone', 'time_zone'] as const;

/** What changes where a person lives. */
export const changedByZone = { traits: zoneTraits, settings: ['timeZone'] } as const satisfies ChangedBy;

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

/** A number that may be missing. */
export const numberValues: OperandValues = {
  operators: comparisons.filter((is) => ['any', 'number'].includes(operators[is].type)),
  offered: ['atLeast', 'atMost', 'greaterThan', 'lessThan', 'equals', 'notEquals', 'exists', 'notExists'],
  instead: 'This is a number. Compare it with a number, such as 10.',
  folds: false,
  problem: (_, value) => (asNumber(value) === null ? 'Enter a number, such as 10.' : null),
};

/** A point in time that may be missing. */
export const dateValues: OperandValues = {
  operators: comparisons.filter((is) => operators[is].type === 'date' || operators[is].takes === 'nothing'),
  offered: comparisons.filter((is) => operators[is].type === 'date' || operators[is].takes === 'nothing'),
  instead: 'This is a time. Choose “is before”, “is after” or “is in the last”.',
  folds: false,
  problem: (is, value) => operators[is].problem?.(value) ?? null,
};

/** What is always yes or no. */
export const yesOrNo: OperandValues = {
  operators: ['equals', 'notEquals'],
  offered: ['equals'],
  instead: 'This is always yes or no. Choose “is”.',
  folds: false,
  problem: (_, value) => (typeof value === 'boolean' ? null : 'Choose yes or no.'),
};

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Ids of things of the workspace, and the name of a channel. */
export const journeyField = { is: 'name', matches: uuid, names: 'journey' } as const satisfies OperandField;
export const segmentField = { is: 'name', matches: uuid, names: 'segment' } as const satisfies OperandField;
export const channelField = { is: 'name', matches: channelName, names: 'channel' } as const satisfies OperandField;
/** What that thing was called: for words only. */
export const nameField = { is: 'text', most: 200, optional: true } as const satisfies OperandField;
