import { channelName, channelOf, personChannels, topicKey } from '@wend/contract';
import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';

/** Subscribes the person to a channel or topic, or takes them off. */
export const changeConsent = defineNode({
  type: 'wend/change-consent',
  version: 1,
  title: 'Change consent',
  description: 'Subscribes the person to a channel or topic, or unsubscribes them.',
  category: 'action',
  icon: 'shield',
  config: z.object({
    state: z
      .enum(['unsubscribed', 'subscribed'])
      .default('unsubscribed')
      .meta({
        title: 'What to do',
        description: 'Subscribe only people who asked for it: in many countries they must have agreed.',
        widget: 'select',
        options: { unsubscribed: 'Unsubscribe', subscribed: 'Subscribe' },
      }),
    channel: z
      .string()
      .min(1)
      .regex(channelName)
      .meta({
        title: 'Channel',
        widget: 'select',
        options: Object.fromEntries(personChannels().map((name) => [name, channelOf(name).label])),
      }),
    topic: topicKey.optional().meta({
      title: 'Topic',
      description: 'Leave empty for the channel as a whole.',
      widget: 'topic',
    }),
  }),
  ports: [{ id: 'next', label: 'Next' }],
  undo: true,
  summary: '{state}: {channel}, {topic}',
  defaults: { state: 'unsubscribed', channel: '' },
  lower: ({ state, channel, topic }, { to }) => [
    {
      op: 'act',
      kind: 'change-consent',
      settings: { fixed: { state, channel, ...(topic === undefined ? {} : { topic }) } },
      changes: true,
      target: to('next'),
    },
  ],
});
