import type { OperandDefinition } from './operand.js';
import { fieldValues, pathField } from './values.js';

/** A property of the event under test. */
export type PropertyOperand = { source: 'property'; path: string };

export const property: OperandDefinition<'property'> = {
  fields: { path: pathField },
  scopes: ['event', 'entry'],
  values: () => fieldValues,
  changedBy: () => ({}),
  words: ({ path }) => path,
};
