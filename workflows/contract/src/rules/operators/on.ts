import { dateProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

export const on = {
  words: 'is on',
  takes: 'value',
  type: 'date',
  problem: dateProblem,
} as const satisfies OperatorDefinition;
