import { daysProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

/** So many days of the calendar where the person lives, of which today is the last. */
export const inLastDays = {
  words: 'is in the last',
  takes: 'value',
  type: 'date',
  calendar: true,
  valueWords: (value) => (value === 1 ? 'day (today)' : `${value} days (today included)`),
  problem: (value) => daysProblem(value, { from: 1, to: 3_660 }),
} as const satisfies OperatorDefinition;
