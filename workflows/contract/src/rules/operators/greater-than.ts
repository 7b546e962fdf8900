import { numberProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

export const greaterThan = {
  words: 'is more than',
  takes: 'value',
  type: 'number',
  problem: numberProblem,
} as const satisfies OperatorDefinition;
