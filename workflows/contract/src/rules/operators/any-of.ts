import { valueProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

export const anyOf = {
  words: 'is any of',
  takes: 'list',
  type: 'any',
  folds: true,
  problem: valueProblem,
} as const satisfies OperatorDefinition;
