import type { Operator } from './operator.js';

export const startsWith: Operator = ({ left, right }) =>
  typeof left === 'string' && typeof right === 'string' && left.startsWith(right);
