import { channelName, channelOf, isChannel, personChannels } from '@wend/contract';
import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { timeHint, timePattern } from '../clock.js';

const any = 'any';

/** Holds people until the hour at which they are likeliest to look. */
export const waitBestTime = defineNode({
  type: 'wend/wait-best-time',
  version: 1,
  title: 'Wait for the best time',
  description: 'Holds people until the hour at which they usually open, click and visit.',
  category: 'timing',
  icon: 'alarm-clock',
  blocks: true,
  config: z.object({
    withinHours: z.number().int().min(1).max(24).meta({
      title: 'Within',
      description:
        'People continue at the full hour that suits them best within this time. 24 hours cover every hour of a day.',
      unit: 'hours',
    }),
    channel: z
      .string()
      .regex(channelName)
      .refine((channel) => channel === any || isChannel(channel), 'This channel doesn’t exist. Choose another.')
      .default(any)
      .meta({
        title: 'Best for',
        description: 'Opens and clicks of these messages count, and visits.',
        widget: 'select',
        options: {
          [any]: 'All messages',
          ...Object.fromEntries(personChannels().map((channel) => [channel, channelOf(channel).label])),
        },
      }),
    otherwise: z
      .enum(['everybody', 'time'])
      .default('everybody')
      .meta({
        title: 'If nothing is known about the person',
        widget: 'select',
        options: { everybody: 'Everybody’s best hour', time: 'A time of day' },
      }),
    time: z
      .string()
      .regex(timePattern, timeHint)
      .default('09:00')
      .meta({
        title: 'Time',
        description: 'In the person’s time zone, and at the latest when the time above is over.',
        widget: 'time',
        placeholder: '09:00',
        invalid: timeHint,
        shownFor: { otherwise: ['time'] },
      }),
  }),
  ports: [{ id: 'next', label: 'At the best time' }],
  summary: 'within {withinHours} h',
  defaults: { withinHours: 24, channel: any, otherwise: 'everybody', time: '09:00' },
  lower: ({ withinHours, channel, otherwise, time }, { to, fact }) => [
    {
      op: 'wait',
      until: {
        fact: fact({
          kind: 'bestTime',
          ...(channel === any ? {} : { channel }),
          withinHours,
          otherwise: otherwise === 'time' ? { by: 'time', time } : { by: 'everybody' },
        }),
      },
      target: to('next'),
    },
  ],
});
