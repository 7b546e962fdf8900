import { sameAsAny } from '../same.js';
import type { Operator } from './operator.js';

/** Holds also for a list with an equal item. */
export const anyOf: Operator = sameAsAny;
