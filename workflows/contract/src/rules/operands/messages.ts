import { channelOf } from '../../channels/index.js';
import type { Channel } from '../../rule.js';
import { countValues, countWords } from './counts.js';
import type { OperandDefinition } from './operand.js';
import { channelField, journeyField, nameField } from './values.js';
import { windowChanges, windowFields, windowProblem, windowWords } from './window.js';
import type { Window } from './window.js';

const states = ['sent', 'delivered', 'opened', 'clicked'] as const;

/**
 * How many messages to the person came to a state in the window: of one journey, one step of it, one channel, or all.
 * Only people open and click, no programs; who clicks has opened. Test runs don't count.
 */
export type MessagesOperand = Window & {
  source: 'messages';
  state: (typeof states)[number];
  journey?: string | undefined;
  /** The id of the step in the graph of the journey. */
  node?: string | undefined;
  channel?: Channel | undefined;
  /** What the journey or step was called when it was chosen: for words only. */
  name?: string | undefined;
};

export const messages: OperandDefinition<'messages'> = {
  fields: {
    state: { is: 'choice', of: states },
    journey: { ...journeyField, optional: true },
    node: { is: 'text', most: 200, optional: true },
    channel: { ...channelField, optional: true },
    name: nameField,
    ...windowFields,
  },
  scopes: ['profile'],
  values: () => countValues,
  problem: (operand) =>
    operand.node !== undefined && operand.journey === undefined
      ? { field: 'journey', message: 'Choose the journey that the step belongs to.' }
      : windowProblem(operand),
  changedBy: (operand) => ({ messages: true, ...windowChanges(operand) }),
  words: (operand) => `number of ${messageWords(operand)} ${operand.state}${windowWords(operand)}`,
  clauseWords: (operand, compare) => {
    const verb = { sent: 'was sent', delivered: 'received', opened: 'opened', clicked: 'clicked' }[operand.state];
    const never = {
      sent: 'was not sent',
      delivered: 'did not receive',
      opened: 'did not open',
      clicked: 'did not click',
    }[operand.state];
    const happened = countWords(compare, { some: verb, none: never, times: (times) => `${verb} ${times}` });
    return happened === null ? null : `${happened} ${messageWords(operand)}${windowWords(operand)}`;
  },
};

function messageWords({ channel, journey, name }: MessagesOperand): string {
  const kind = channel === undefined ? 'messages' : channelOf(channel).plural;
  if (name !== undefined) return `${kind} of “${name}”`;
  return journey === undefined ? kind : `${kind} of a journey`;
}
