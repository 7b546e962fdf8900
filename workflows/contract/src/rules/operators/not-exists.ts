import type { OperatorDefinition } from './operator.js';

export const notExists = {
  words: 'is not known',
  takes: 'nothing',
  type: 'any',
} as const satisfies OperatorDefinition;
