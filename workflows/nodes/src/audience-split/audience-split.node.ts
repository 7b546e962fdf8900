import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { haveOwnPorts, itemId, itemLabel } from '../items.js';

/** Sends each person down the path of the first segment that they are in. */
export const audienceSplit = defineNode({
  type: 'wend/audience-split',
  version: 1,
  title: 'Audience split',
  description: 'Sends people down different paths based on which segment they’re in.',
  category: 'decision',
  icon: 'users',
  config: z.object({
    audiences: z
      .array(
        z.object({
          id: itemId,
          label: itemLabel('VIP customers'),
          segment: z.string().trim().min(1).max(40).meta({ title: 'Segment', widget: 'segment' }),
        }),
      )
      .min(1, 'Add an audience.')
      .max(20)
      .refine(
        (audiences) => haveOwnPorts(audiences, ['else']),
        'Two audiences share the same path. Remove one and add it again.',
      )
      .meta({
        title: 'Audiences',
        description: 'People in several of them take the first, from top to bottom. Checked when the person gets here.',
        widget: 'list',
        addLabel: 'Add audience',
        itemTitle: 'Audience',
      }),
  }),
  portsFrom: { items: 'audiences', label: 'label' },
  ports: [{ id: 'else', label: 'Everyone else' }],
  summary: '{audiences}, everyone else',
  defaults: { audiences: [{ id: 'first', label: 'Audience', segment: '' }] },
  lower: ({ audiences }, { to }) => [
    {
      op: 'branch',
      arms: audiences.map(({ id, segment }) => ({
        rule: { op: 'compare', left: { source: 'segment', segment }, is: 'equals', value: true },
        target: to(id),
      })),
      otherwise: to('else'),
    },
  ],
});
