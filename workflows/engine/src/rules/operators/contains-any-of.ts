import { holdsWithin } from '../same.js';
import type { Operator } from './operator.js';

/** Text that holds one of the values, or a list with an item that is the same as one. Nothing on either side: it fails. */
export const containsAnyOf: Operator = ({ left, right }) =>
  Array.isArray(right) && right.some((each) => holdsWithin({ left, right: each }));
