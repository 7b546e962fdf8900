import { valueProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

export const containsAnyOf = {
  words: 'contains any of',
  takes: 'list',
  type: 'text',
  digits: 'left',
  folds: true,
  problem: valueProblem,
} as const satisfies OperatorDefinition;
