import { channelOf, channelWords } from '../../channels/index.js';
import type { Channel } from '../../rule.js';
import type { ChangedBy, OperandDefinition } from './operand.js';
import { channelField, yesOrNo } from './values.js';

/** Whether a message on a channel would get to the person. */
export type ReachableOperand = { source: 'reachable'; channel: Channel };

export const reachable: OperandDefinition<'reachable'> = {
  fields: { channel: channelField },
  scopes: ['profile'],
  values: () => ({ ...yesOrNo, instead: 'Whether a person can be reached is always yes or no. Choose “is”.' }),
  changedBy: ({ channel }) => changedByAddress(channel),
  words: ({ channel }) => `reachable by ${channelWords(channel)}`,
  clauseWords: ({ channel }, { is, value }) =>
    (is === 'equals' || is === 'notEquals') && typeof value === 'boolean'
      ? `${value === (is === 'equals') ? 'can' : 'cannot'} be reached by ${channelWords(channel)}`
      : null,
  seenWords: (_, seen) => (seen ? 'they could be reached' : 'they couldn’t be reached'),
};

/** Of a channel that nobody brings, or whose own code finds the address: any of what an address may be made of. */
function changedByAddress(channel: Channel): ChangedBy {
  const { address } = channelOf(channel);
  if (address === null) return {};
  const kept: ChangedBy = { consents: true, suppressions: true };
  if (address.devices) return { ...kept, devices: true };
  const traits = address.trait ? [address.trait, 'country'] : ['email', 'phone', 'country'];
  return { ...kept, traits, settings: ['country'] };
}
