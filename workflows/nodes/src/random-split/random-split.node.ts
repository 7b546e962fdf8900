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
      .meta({ title: 'Ways', description: 'Their order has no influence on who goes where.', widget: 'list', addLabel: 'Add way', itemTitle: 'Way' }),
    by: z.enum(['person', 'run']).default('person').meta({
      title: 'Draw once per', widget: 'select', options: { person: 'person', run: 'run' },
      description: 'Person: whoever comes to this step again, in a loop or in a later run, goes the same way. Run: each run of this journey draws anew, and keeps its way in loops.',
    }),
  }),
  portsFrom: { items: 'arms', label: 'label' },
  summary: '{arms} · once per {by}',
  defaults: { by: 'person', arms: [{ id: 'a', label: 'A', weight: 50 }, { id: 'b', label: 'B', weight: 50 }] },
  lower: ({ arms, by }, { to }) => [{ op: 'split', by, arms: arms.map(({ id, weight }) => ({ weight, target: to(id) })) }],
});
