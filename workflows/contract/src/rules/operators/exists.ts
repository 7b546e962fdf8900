import type { OperatorDefinition } from './operator.js';

export const exists = {
  words: 'is known',
  takes: 'nothing',
  type: 'any',
} as const satisfies OperatorDefinition;
