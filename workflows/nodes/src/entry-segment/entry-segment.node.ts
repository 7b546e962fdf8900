import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { audienceField, audienceOf } from '../audience.js';

/** Begins a run when a person enters, or leaves, a segment. */
export const entrySegment = defineNode({
  type: 'wend/entry-segment',
  version: 1,
  title: 'Segment entry',
  description: 'People enter when they start, or stop, matching a segment.',
  category: 'entry',
  icon: 'users',
  config: z.object({
    segment: z.string().trim().min(1).max(40).meta({
      title: 'Segment',
      description: 'Membership is kept up to date within seconds.',
      widget: 'segment',
    }),
    on: z
      .enum(['entered', 'left'])
      .default('entered')
      .meta({
        title: 'When people',
        widget: 'select',
        options: { entered: 'Enter the segment', left: 'Leave the segment' },
      }),
    present: z.boolean().default(false).meta({
      title: 'Also let in everyone who is in it now',
      description: 'On publishing, people who are already in the segment enter once. Only with “Enter the segment”.',
      widget: 'switch',
    }),
    audience: audienceField(),
  }),
  ports: [{ id: 'next', label: 'Entered' }],
  defaults: { on: 'entered', present: false },
  lower: (_config, { to }) => [{ op: 'goto', target: to('next') }],
  entry: {
    kind: 'segment',
    wayIn: ({ segment, on, present, audience }) => ({
      segment,
      on,
      ...(present && on === 'entered' ? { present: true as const } : {}),
      ...audienceOf(audience),
    }),
  },
});
