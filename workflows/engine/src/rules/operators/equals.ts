import { same } from '../same.js';
import type { Operator } from './operator.js';

/** Nothing equals a missing right side; what is missing on the left equals null. */
export const equals: Operator = ({ left, right }) => right !== undefined && same(left ?? null, right);
