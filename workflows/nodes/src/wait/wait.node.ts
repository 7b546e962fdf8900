import { durationSeconds } from '@wend/contract';
import { defineNode, durationField } from '@wend/node-sdk';
import { z } from 'zod';

/** Lets time pass. */
export const wait = defineNode({
  type: 'wend/wait',
  version: 1,
  title: 'Wait',
  description: 'Holds people for a while, from minutes to months.',
  category: 'timing',
  icon: 'timer',
  blocks: true,
  config: z.object({
    duration: durationField({
      title: 'How long',
      description: 'Counted from the moment a person gets here. A day is 24 hours.',
    }),
  }),
  ports: [{ id: 'next', label: 'After {duration}' }],
  summary: '{duration}',
  defaults: { duration: { amount: 1, unit: 'days' } },
  lower: ({ duration }, { to }) => [
    { op: 'wait', until: { seconds: Math.round(durationSeconds(duration)) }, target: to('next') },
  ],
});
