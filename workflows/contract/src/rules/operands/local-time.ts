import { readDate } from '../../read-date.js';
import { comparisons, operators } from '../operators/index.js';
import type { OperandDefinition, OperandValues } from './operand.js';
import { changedByZone, counting, within } from './values.js';

const parts = ['weekday', 'hour', 'date'] as const;
type Part = (typeof parts)[number];

/** What the clock on the person's wall says. */
export type LocalTimeOperand = { source: 'localTime'; part: Part };

const dating = comparisons.filter((is) => operators[is].type === 'date' && !operators[is].calendar);
const numberOrders = comparisons.filter((is) => operators[is].type === 'number');

const valuesOf: Record<Part, OperandValues> = {
  weekday: {
    operators: counting,
    offered: ['oneOf', 'noneOf', 'equals', 'notEquals'],
    instead: 'A weekday is always known. Choose the days.',
    folds: false,
    problem: (is, value) =>
      within({ is, value, from: 1, to: 7, words: 'A weekday must be a number from 1 (Monday) to 7 (Sunday).' }),
  },
  hour: {
    operators: counting,
    offered: ['equals', 'notEquals', ...numberOrders],
    instead: 'An hour is always known. Compare it with an hour from 0 to 23.',
    folds: false,
    problem: (is, value) =>
      within({ is, value, from: 0, to: 23, words: 'An hour must be a whole number from 0 to 23.' }),
  },
  date: {
    operators: [...counting, ...dating],
    offered: dating,
    instead: 'A date is always known. Compare it with a date, such as 2026-05-01.',
    folds: false,
    problem: (_, value) =>
      typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && readDate(value)
        ? null
        : 'Enter a date as YYYY-MM-DD, such as 2026-05-01.',
  },
};

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** `1` → `Monday`; other values as they are. */
export function weekdayWords(weekday: number): string {
  return weekdays[weekday - 1] ?? String(weekday);
}

export const localTime: OperandDefinition<'localTime'> = {
  fields: { part: { is: 'choice', of: parts } },
  scopes: ['profile'],
  values: ({ part }) => valuesOf[part],
  changedBy: () => ({ time: true, ...changedByZone }),
  words: ({ part }) => `local ${part}`,
  numberWords: ({ part }, value) => (part === 'weekday' ? weekdayWords(value) : String(value)),
};
