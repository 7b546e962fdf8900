import { valueProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

export const oneOf = {
  words: 'is one of',
  takes: 'list',
  type: 'any',
  folds: true,
  superseded: true,
  problem: valueProblem,
} as const satisfies OperatorDefinition;
