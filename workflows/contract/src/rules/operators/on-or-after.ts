import { dateProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

export const onOrAfter = {
  words: 'is on or after',
  takes: 'value',
  type: 'date',
  problem: dateProblem,
} as const satisfies OperatorDefinition;
