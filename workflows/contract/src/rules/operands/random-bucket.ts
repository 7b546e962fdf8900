import type { OperandDefinition } from './operand.js';
import { counting, within } from './values.js';

/** A number from 0 to 9999 that is drawn once for each person of a workspace and never changes. */
export type RandomBucketOperand = { source: 'randomBucket' };

export const randomBucket: OperandDefinition<'randomBucket'> = {
  fields: {},
  scopes: ['profile'],
  values: () => ({
    operators: counting,
    offered: ['lessThan', 'atLeast', 'atMost', 'greaterThan'],
    instead: 'Everybody has a number. Compare it with one from 0 to 9999.',
    folds: false,
    problem: (is, value) =>
      within({ is, value, from: 0, to: 9_999, words: 'A random number is a whole number from 0 to 9999.' }),
  }),
  changedBy: () => ({}),
  words: () => 'random number (0 to 9999)',
};
