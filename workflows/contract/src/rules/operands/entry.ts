import type { OperandDefinition } from './operand.js';
import { fieldValues, pathField } from './values.js';

/** A property of the event that began the run. */
export type EntryOperand = { source: 'entry'; path: string };

export const entry: OperandDefinition<'entry'> = {
  fields: { path: pathField },
  scopes: ['profile', 'event'],
  values: () => fieldValues,
  changedBy: () => ({}),
  words: ({ path }) => `entry ${path}`,
};
