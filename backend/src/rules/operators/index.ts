import type { Comparison } from '@wend/contract';
import { after } from './after.sql.js';
import { anniversaryInDays } from './anniversary-in-days.sql.js';
import { anyOf } from './any-of.sql.js';
import { atLeast } from './at-least.sql.js';
import { atMost } from './at-most.sql.js';
import { before } from './before.sql.js';
import { containsAnyOf } from './contains-any-of.sql.js';
import { contains } from './contains.sql.js';
import { equals } from './equals.sql.js';
import { exists } from './exists.sql.js';
import { greaterThan } from './greater-than.sql.js';
import { inLastDays } from './in-last-days.sql.js';
import { inNextDays } from './in-next-days.sql.js';
import { lessThan } from './less-than.sql.js';
import { noneOf } from './none-of.sql.js';
import { notContains } from './not-contains.sql.js';
import { notEquals } from './not-equals.sql.js';
import { notExists } from './not-exists.sql.js';
import { onOrAfter } from './on-or-after.sql.js';
import { onOrBefore } from './on-or-before.sql.js';
import { on } from './on.sql.js';
import { oneOf } from './one-of.sql.js';
import type { OperatorSql } from './operator.js';
import { startsWith } from './starts-with.sql.js';

/** SQL of each operator of the contract. */
export const operatorSql: Readonly<Record<Comparison, OperatorSql>> = {
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
