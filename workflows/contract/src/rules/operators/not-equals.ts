import type { OperatorDefinition } from './operator.js';

export const notEquals = {
  words: 'is not',
  takes: 'value',
  type: 'any',
  folds: true,
  negative: true,
} as const satisfies OperatorDefinition;
