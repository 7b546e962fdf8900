import { after } from './after.js';
import { anniversaryInDays } from './anniversary-in-days.js';
import { anyOf } from './any-of.js';
import { atLeast } from './at-least.js';
import { atMost } from './at-most.js';
import { before } from './before.js';
import { containsAnyOf } from './contains-any-of.js';
import { contains } from './contains.js';
import { equals } from './equals.js';
import { exists } from './exists.js';
import { greaterThan } from './greater-than.js';
import { inLastDays } from './in-last-days.js';
import { inNextDays } from './in-next-days.js';
import { lessThan } from './less-than.js';
import { noneOf } from './none-of.js';
import { notContains } from './not-contains.js';
import { notEquals } from './not-equals.js';
import { notExists } from './not-exists.js';
import { onOrAfter } from './on-or-after.js';
import { onOrBefore } from './on-or-before.js';
import { on } from './on.js';
import { oneOf } from './one-of.js';
import type { OperatorDefinition } from './operator.js';
import { startsWith } from './starts-with.js';

export type { OperatorDefinition, Scalar } from './operator.js';

/**
 * Every operator by its name, in the order in which they are offered. A name is stored in rules: it never changes.
 * The engine, the backend's SQL and the dashboard have one entry for each, or do not compile.
 */
const registry = {
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
} as const satisfies Record<string, OperatorDefinition>;

/** How two sides are compared: the name of an operator. */
export type Comparison = keyof typeof registry;
export const operators: Readonly<Record<Comparison, OperatorDefinition>> = registry;
export const comparisons = Object.keys(registry) as [Comparison, ...Comparison[]];
