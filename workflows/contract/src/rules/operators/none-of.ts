import { valueProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

export const noneOf = {
  words: 'is none of',
  takes: 'list',
  type: 'any',
  folds: true,
  negative: true,
  problem: valueProblem,
} as const satisfies OperatorDefinition;
