import { numberProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

export const atMost = {
  words: 'is at most',
  takes: 'value',
  type: 'number',
  problem: numberProblem,
} as const satisfies OperatorDefinition;
