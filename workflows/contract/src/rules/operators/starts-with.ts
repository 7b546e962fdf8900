import type { OperatorDefinition } from './operator.js';

export const startsWith = {
  words: 'starts with',
  takes: 'value',
  type: 'text',
  digits: 'both',
  folds: true,
  problem: (value) =>
    typeof value === 'string' || typeof value === 'number' ? null : 'Enter the text it starts with.',
} as const satisfies OperatorDefinition;
