import type { OperandDefinition } from './operand.js';
import { fieldValues, pathField } from './values.js';

/** A result of an earlier step of the run. */
export type RunOperand = { source: 'run'; path: string };

export const run: OperandDefinition<'run'> = {
  fields: { path: pathField },
  scopes: ['profile', 'event'],
  values: () => fieldValues,
  changedBy: () => ({}),
  words: ({ path }) => `result ${path}`,
};
