import { durationSeconds } from '@wend/contract';
import type { Duration } from '@wend/contract';
import { defineNode, spanField } from '@wend/node-sdk';
import { z } from 'zod';
import { keyOf, perKeyField } from '../per-key.js';

/** Lets each person through only so often. */
export const throttle = defineNode({
  type: 'wend/throttle',
  version: 1,
  title: 'Throttle',
  description: 'Lets each person through only so often, over all of their runs of this journey.',
  category: 'decision',
  icon: 'filter',
  config: z.object({
    most: z
      .number()
      .int()
      .min(1)
      .max(1_000)
      .meta({ title: 'At most', description: 'So often a person goes through within the time below.', unit: 'times' }),
    within: spanField({
      title: 'Within',
      description: 'Counted back from the moment a person gets here.',
      units: ['seconds', 'minutes', 'hours', 'days', 'weeks'],
    }),
    key: perKeyField({
      description: 'Counts for each value separately, such as for each order. Leave it empty to count all together.',
      placeholder: '{{ entry.orderId }}',
    }),
  }),
  ports: [
    { id: 'next', label: 'Goes through' },
    { id: 'throttled', label: 'Throttled' },
  ],
  summary: '{most} within {within}',
  defaults: { most: 1, within: { amount: 1, unit: 'days' }, key: '' },
  lower: ({ most, within, key }, { nodeId, to, fact }) => [
    {
      op: 'claim',
      fact: fact({
        kind: 'claim',
        node: nodeId,
        claim: {
          kind: 'pass',
          most,
          withinSeconds: Math.round(durationSeconds(within as Duration)),
          ...keyOf(key),
        },
      }),
      targets: [to('next'), to('throttled')],
    },
  ],
});
