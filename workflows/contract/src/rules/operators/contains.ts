import { valueProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

export const contains = {
  words: 'contains',
  takes: 'value',
  type: 'text',
  digits: 'left',
  folds: true,
  problem: valueProblem,
} as const satisfies OperatorDefinition;
