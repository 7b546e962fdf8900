import { channelWords } from '../../channels/index.js';
import type { Channel } from '../../rule.js';
import type { OperandDefinition } from './operand.js';
import { channelField } from './values.js';

const states = ['subscribed', 'unsubscribed'];

/** What the person said about messages on a channel: `subscribed`, `unsubscribed`, or no value where nothing was said. */
export type ConsentOperand = { source: 'consent'; channel: Channel };

export const consent: OperandDefinition<'consent'> = {
  fields: { channel: channelField },
  scopes: ['profile'],
  values: () => ({
    operators: ['equals', 'notEquals', 'exists', 'notExists'],
    offered: ['equals', 'notEquals', 'exists', 'notExists'],
    instead: 'Choose “is” with subscribed or unsubscribed, or whether anything was said.',
    folds: false,
    problem: (_, value) =>
      typeof value === 'string' && states.includes(value) ? null : 'Choose subscribed or unsubscribed.',
  }),
  changedBy: () => ({ consents: true }),
  words: ({ channel }) => `consent to ${channelWords(channel)}`,
  clauseWords: ({ channel }, { is, value }) => {
    const on = channelWords(channel);
    if (is === 'exists') return `has said yes or no to ${on}`;
    if (is === 'notExists') return `has never said yes or no to ${on}`;
    if (value !== 'subscribed' && value !== 'unsubscribed') return null;
    const not = is === 'notEquals' ? 'has not ' : 'has ';
    return value === 'subscribed' ? `${not}subscribed to ${on}` : `${not}unsubscribed from ${on}`;
  },
};
