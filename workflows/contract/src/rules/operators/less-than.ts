import { numberProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

export const lessThan = {
  words: 'is less than',
  takes: 'value',
  type: 'number',
  problem: numberProblem,
} as const satisfies OperatorDefinition;
