import { numberProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

export const atLeast = {
  words: 'is at least',
  takes: 'value',
  type: 'number',
  problem: numberProblem,
} as const satisfies OperatorDefinition;
