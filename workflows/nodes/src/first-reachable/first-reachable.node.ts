import { channelOf, knownChannels, messageClassOf, personChannels, topicOf } from '@wend/contract';
import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { haveOwnPorts, itemId, itemLabel } from '../items.js';
import { deliveryFields } from '../message.js';

/** What most people have: a device, a number, and an address as members have one; the first channel of each. */
const usual = [
  knownChannels().find(({ address }) => address?.devices),
  knownChannels().find(({ address }) => address?.trait === 'phone'),
  knownChannels().find(({ address }) => address?.ofMembers),
].filter((each) => each !== undefined);

/** Sends each person down the path of the first channel by which a message would reach them. */
export const firstReachable = defineNode({
  type: 'wend/first-reachable',
  version: 1,
  title: 'First reachable channel',
  description: 'Sends people down the path of the first channel that reaches them.',
  category: 'decision',
  icon: 'route',
  config: z.object({
    channels: z
      .array(
        z.object({
          id: itemId,
          label: itemLabel('Push'),
          channel: z.enum(personChannels()).meta({
            title: 'Channel',
            widget: 'select',
            options: Object.fromEntries(personChannels().map((name) => [name, channelOf(name).label])),
          }),
        }),
      )
      .min(1, 'Add a channel.')
      .max(20)
      .refine((ways) => haveOwnPorts(ways, ['none']), 'Two channels share the same path. Remove one and add it again.')
      .refine(
        (ways) => new Set(ways.map(({ channel }) => channel)).size === ways.length,
        'A channel is in the list twice. Remove one of them.',
      )
      .meta({
        title: 'Channels',
        description: 'The first that reaches the person is taken, from top to bottom.',
        widget: 'list',
        addLabel: 'Add channel',
        itemTitle: 'Channel',
      }),
    messageClass: deliveryFields.messageClass,
    topic: deliveryFields.topic,
  }),
  portsFrom: { items: 'channels', label: 'label' },
  ports: [{ id: 'none', label: 'None of them' }],
  summary: '{channels}',
  defaults: { channels: usual.map(({ name, label }) => ({ id: name, label, channel: name })) },
  lower: (config, { to }) => {
    const topic = topicOf(config);
    const isTransactional = messageClassOf(config) === 'transactional';
    const about = isTransactional ? { transactional: true as const } : topic === null ? undefined : { topic };
    return [
      {
        op: 'reach',
        ways: config.channels.map(({ id, channel }) => ({ channel, ...(about ? { about } : {}), target: to(id) })),
        otherwise: to('none'),
      },
    ];
  },
});
