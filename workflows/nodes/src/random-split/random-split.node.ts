import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { haveOwnPorts, itemId, itemLabel } from '../items.js';

/** Divides people by chance. */
export const randomSplit = defineNode({
  type: 'wend/random-split',
  version: 1,
  title: 'Random split',
  description: 'Divides people by chance, to compare ways.',
  category: 'decision',
  icon: 'shuffle',
  config: z.object({
    arms: z.array(z.object({
      id: itemId,
      label: itemLabel('Variant A'),
      weight: z.number().min(0).max(1_000_000).meta({ title: 'Share', description: 'Relative to the other shares.', widget: 'number' }),
    })).min(2, 'A split needs at least two ways.').max(20)
      .refine((arms) => haveOwnPorts(arms), 'Two ways lead out by the same port: remove one and add it again.')
      .refine((arms) => arms.reduce((sum, arm) => sum + arm.weight, 0) > 0, 'At least one share must be greater than 0.')
      .meta({ title: 'Ways', description: 'The same person always draws the same way at this node in one run.', widget: 'list', addLabel: 'Add way', itemTitle: 'Way' }),
  }),
  portsFrom: { items: 'arms', label: 'label' },
  summary: '{arms}',
  defaults: { arms: [{ id: 'a', label: 'A', weight: 50 }, { id: 'b', label: 'B', weight: 50 }] },
  lower: ({ arms }, { to }) => [{ op: 'split', arms: arms.map(({ id, weight }) => ({ weight, target: to(id) })) }],
});
