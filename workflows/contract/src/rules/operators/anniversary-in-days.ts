import { daysProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

/**
 * The same day of a year, so many days from today where the person lives. 29 February is on 28 February in years that
 * have none. Before the day itself there is no anniversary.
 */
export const anniversaryInDays = {
  words: 'has its anniversary',
  takes: 'value',
  type: 'date',
  calendar: true,
  valueWords: (value) => (value === 0 ? 'today' : value === 1 ? 'tomorrow' : `in ${value} days`),
  note: '29 February counts as 28 February in other years.',
  problem: (value) => daysProblem(value, { from: 0, to: 366 }),
} as const satisfies OperatorDefinition;
