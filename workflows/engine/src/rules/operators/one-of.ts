import { same } from '../same.js';
import type { Operator } from './operator.js';

/** Of a single value: a list on the left is none. */
export const oneOf: Operator = ({ left, right }) =>
  left !== undefined && left !== null && Array.isArray(right) && right.some((each) => same(left, each));
