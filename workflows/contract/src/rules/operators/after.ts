import { dateProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

export const after = {
  words: 'is after',
  takes: 'value',
  type: 'date',
  problem: dateProblem,
} as const satisfies OperatorDefinition;
