import type { Comparison } from '@wend/contract';
import { after } from './after.js';
import { anniversaryInDays, anniversaryInDaysChange } from './anniversary-in-days.js';
import { anyOf } from './any-of.js';
import { atLeast } from './at-least.js';
import { atMost } from './at-most.js';
import { before } from './before.js';
import { containsAnyOf } from './contains-any-of.js';
import { contains } from './contains.js';
import { equals } from './equals.js';
import { exists } from './exists.js';
import { greaterThan } from './greater-than.js';
import { inLastDays, inLastDaysChange } from './in-last-days.js';
import { inNextDays, inNextDaysChange } from './in-next-days.js';
import { lessThan } from './less-than.js';
import { noneOf } from './none-of.js';
import { notContains } from './not-contains.js';
import { notEquals } from './not-equals.js';
import { notExists } from './not-exists.js';
import { onOrAfter } from './on-or-after.js';
import { onOrBefore } from './on-or-before.js';
import { on } from './on.js';
import { oneOf } from './one-of.js';
import type { CalendarChange, Operator } from './operator.js';
import { startsWith } from './starts-with.js';

export type { Operator, Sides } from './operator.js';

/**
 * What each operator of the contract means, and with what it has no answer:
 *
 * - A side without a value (missing or null) fails every operator but the negative ones and "equals null".
 * - Numbers are JSON numbers, and text that is a plain decimal (`asNumber`): `0x10` and ` 7` are text.
 * - A list on the right goes with those that take one; elsewhere nothing equals, contains or precedes it.
 * - Operators of the calendar get a `CalendarValue` on the left: its day and today are those where the person lives.
 *   Where there is no person (in filters of events) there is none, and they fail.
 * - The sides come as `evaluate` makes them: where case is ignored, all text is as `foldCase` makes it, also in lists;
 *   where numbers are text (`numbersAsText`), those that are of text see a number as `decimalOf` writes it.
 */
export const operatorRules: Readonly<Record<Comparison, Operator>> = {
  equals,
  notEquals,
  anyOf,
  noneOf,
  oneOf,
  contains,
  containsAnyOf,
  notContains,
  startsWith,
  greaterThan,
  atLeast,
  lessThan,
  atMost,
  on,
  before,
  after,
  onOrBefore,
  onOrAfter,
  inLastDays,
  inNextDays,
  anniversaryInDays,
  exists,
  notExists,
};

/** When the answers of those of the calendar change by themselves. One that is not here may change every day. */
export const calendarChanges: Readonly<Partial<Record<Comparison, CalendarChange>>> = {
  inLastDays: inLastDaysChange,
  inNextDays: inNextDaysChange,
  anniversaryInDays: anniversaryInDaysChange,
};
