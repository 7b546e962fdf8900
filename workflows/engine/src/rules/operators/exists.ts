import type { Operator } from './operator.js';

export const exists: Operator = ({ left }) => left !== undefined && left !== null;
