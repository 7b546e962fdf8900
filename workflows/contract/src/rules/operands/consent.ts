import { channelWords } from '../../channels/index.js';
import type { Channel } from '../../rule.js';
import { consentStates } from '../../api/statuses.js';
import { topicKeyPattern } from '../../topic-key.js';
import type { OperandDefinition } from './operand.js';
import { channelField } from './values.js';

/**
 * What the person said about messages on a channel: `subscribed`, `unsubscribed`, `pending` where they have not confirmed
 * it yet, or no value where nothing was said. With a topic, what holds for that topic there: what they said of it, else
 * what it starts with.
 */
export type ConsentOperand = { source: 'consent'; channel: Channel; topic?: string };

const on = ({ channel, topic }: ConsentOperand): string =>
  topic === undefined ? channelWords(channel) : `“${topic}” by ${channelWords(channel)}`;

export const consent: OperandDefinition<'consent'> = {
  fields: { channel: channelField, topic: { is: 'name', matches: topicKeyPattern, names: 'topic', optional: true } },
  scopes: ['profile'],
  values: () => ({
    operators: ['equals', 'notEquals', 'exists', 'notExists'],
    offered: ['equals', 'notEquals', 'exists', 'notExists'],
    instead: 'Choose “is” with subscribed, unsubscribed or pending, or whether anything was said.',
    folds: false,
    problem: (_, value) =>
      (consentStates as readonly unknown[]).includes(value) ? null : 'Choose subscribed, unsubscribed or pending.',
  }),
  changedBy: () => ({ consents: true }),
  words: (operand) => `consent to ${on(operand)}`,
  clauseWords: (operand, { is, value }) => {
    if (is === 'exists') return `has said yes or no to ${on(operand)}`;
    if (is === 'notExists') return `has never said yes or no to ${on(operand)}`;
    const not = is === 'notEquals' ? 'has not ' : 'has ';
    if (value === 'subscribed') return `${not}subscribed to ${on(operand)}`;
    if (value === 'unsubscribed') return `${not}unsubscribed from ${on(operand)}`;
    if (value === 'pending') return `${is === 'notEquals' ? 'doesn’t have' : 'has'} to confirm ${on(operand)}`;
    return null;
  },
};
