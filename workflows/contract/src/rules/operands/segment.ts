import type { OperandDefinition } from './operand.js';
import { nameField, segmentField, yesOrNo } from './values.js';

/** Whether the person is in a segment now. */
export type SegmentOperand = {
  source: 'segment';
  segment: string;
  /** What the segment was called when it was chosen: for words only. */
  name?: string | undefined;
};

export const segment: OperandDefinition<'segment'> = {
  fields: { segment: segmentField, name: nameField },
  scopes: ['profile'],
  values: () => ({ ...yesOrNo, instead: 'A person is in a segment or not. Choose “is”.' }),
  changedBy: ({ segment: id }) => ({ segments: [id] }),
  words: (operand) => `in ${segmentWords(operand)}`,
  clauseWords: (operand, { is, value }) =>
    (is === 'equals' || is === 'notEquals') && typeof value === 'boolean'
      ? `${value === (is === 'equals') ? 'is' : 'is not'} in ${segmentWords(operand)}`
      : null,
  seenWords: (_, seen) => (seen ? 'they were in it' : 'they weren’t in it'),
};

function segmentWords({ name }: SegmentOperand): string {
  return name === undefined ? 'a segment' : `the segment “${name}”`;
}
