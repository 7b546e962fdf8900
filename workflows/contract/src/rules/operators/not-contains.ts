import { valueProblem } from './checks.js';
import type { OperatorDefinition } from './operator.js';

export const notContains = {
  words: 'does not contain',
  takes: 'value',
  type: 'text',
  digits: 'left',
  folds: true,
  negative: true,
  problem: valueProblem,
} as const satisfies OperatorDefinition;
