import { dateProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

export const onOrBefore = {
  words: 'is on or before',
  takes: 'value',
  type: 'date',
  problem: dateProblem,
} as const satisfies OperatorDefinition;
