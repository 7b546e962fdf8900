import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { haveOwnPorts, itemId, itemLabel } from '../items.js';

/** Divides people by chance. */
export const randomSplit = defineNode({
  type: 'wend/random-split',
  version: 1,
  title: 'Random split',
  description: 'Splits people at random, to compare paths.',
  category: 'decision',
  icon: 'shuffle',
  config: z.object({
    arms: z
      .array(
        z.object({
          id: itemId,
          label: itemLabel('Variant A'),
          weight: z
            .number()
            .min(0)
            .max(1_000_000)
            .meta({ title: 'Share', description: 'Relative to the other shares.', widget: 'number' }),
        }),
      )
      .min(2, 'A split needs at least two paths.')
      .max(20)
      .refine((arms) => haveOwnPorts(arms), 'Two paths are the same. Remove one and add it again.')
      .refine(
        (arms) => arms.reduce((sum, arm) => sum + arm.weight, 0) > 0,
        'At least one share must be greater than 0.',
      )
      .meta({
        title: 'Paths',
        description: 'Their order doesn’t affect who goes where.',
        widget: 'list',
        addLabel: 'Add path',
        itemTitle: 'Path',
      }),
    by: z
      .enum(['person', 'run'])
      .default('person')
      .meta({
        title: 'Draw once per',
        widget: 'select',
        options: { person: 'person', run: 'run' },
        description:
          'Person: they take the same path each time, in loops and in later runs. Run: each run draws again and keeps its path in loops.',
      }),
  }),
  portsFrom: { items: 'arms', label: 'label' },
  summary: '{arms} · once per {by}',
  defaults: {
    by: 'person',
    arms: [
      { id: 'a', label: 'A', weight: 50 },
      { id: 'b', label: 'B', weight: 50 },
    ],
  },
  lower: ({ arms, by }, { to }) => [
    { op: 'split', by, arms: arms.map(({ id, weight }) => ({ weight, target: to(id) })) },
  ],
});
