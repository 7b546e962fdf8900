import { dateProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

export const before = {
  words: 'is before',
  takes: 'value',
  type: 'date',
  problem: dateProblem,
} as const satisfies OperatorDefinition;
