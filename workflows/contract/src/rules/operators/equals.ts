import type { OperatorDefinition } from './operator.js';

export const equals = {
  words: 'is',
  takes: 'value',
  type: 'any',
  folds: true,
} as const satisfies OperatorDefinition;
