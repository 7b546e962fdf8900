import type { OperandDefinition } from './operand.js';
import { personValues, pathField } from './values.js';

/** A trait of the person. */
export type TraitOperand = { source: 'trait'; path: string };

export const trait: OperandDefinition<'trait'> = {
  fields: { path: pathField },
  scopes: ['profile'],
  values: () => personValues,
  changedBy: ({ path }) => ({ traits: [path] }),
  words: ({ path }) => path,
};
