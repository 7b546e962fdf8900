import { channelName, channelWords, personChannels } from '../../channels/index.js';
import type { ChangedBy, OperandDefinition } from './operand.js';
import { reachable } from './reachable.js';

/**
 * The name of the channel, among those by which the person can be reached, whose messages they most often open or click:
 * their own rate with everybody's as a prior. No value where nobody has been sent anything yet.
 */
export type BestChannelOperand = { source: 'bestChannel' };

/** So many messages with everybody's rate are added to a person's own: the strength of a Beta prior. */
export const bestChannelPrior = 10;

export const bestChannel: OperandDefinition<'bestChannel'> = {
  fields: {},
  scopes: ['profile'],
  values: () => ({
    operators: ['equals', 'notEquals', 'oneOf', 'noneOf', 'exists', 'notExists'],
    offered: ['equals', 'notEquals'],
    instead: 'The best channel is the name of one. Choose “is” or “is not”.',
    folds: false,
    problem: (_, value) =>
      typeof value === 'string' && channelName.test(value) ? null : 'Choose a channel, such as email.',
  }),
  changedBy: () => ({ messages: true, time: true, ...changedByAnyAddress() }),
  words: () => 'best channel',
  clauseWords: (_, { is, value }) =>
    (is === 'equals' || is === 'notEquals') && typeof value === 'string'
      ? `best channel is ${is === 'equals' ? '' : 'not '}${channelWords(value)}`
      : null,
};

function changedByAnyAddress(): ChangedBy {
  const by = personChannels().map((channel) => reachable.changedBy({ source: 'reachable', channel }));
  return {
    consents: true,
    suppressions: true,
    devices: true,
    traits: [...new Set(by.flatMap(({ traits }) => traits ?? []))],
    settings: ['country'],
  };
}
