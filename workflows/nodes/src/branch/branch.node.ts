import { defineNode, ruleField } from '@wend/node-sdk';
import { z } from 'zod';
import { haveOwnPorts, itemId, itemLabel } from '../items.js';

/** Sends each person down the first branch whose conditions hold. */
export const branch = defineNode({
  type: 'wend/branch',
  version: 1,
  title: 'Branch',
  description: 'Sends people down different paths based on what’s known about them.',
  category: 'decision',
  icon: 'split',
  config: z.object({
    branches: z
      .array(
        z.object({
          id: itemId,
          label: itemLabel('On a paid plan'),
          rule: ruleField({ scope: 'profile', title: 'When', description: 'Checked when the person gets here.' }),
        }),
      )
      .min(1, 'Add a branch.')
      .max(20)
      .refine(
        (branches) => haveOwnPorts(branches, ['else']),
        'Two branches share the same path. Remove one and add it again.',
      )
      .meta({
        title: 'Branches',
        description: 'The first match is taken, from top to bottom.',
        widget: 'list',
        addLabel: 'Add branch',
        itemTitle: 'Branch',
      }),
  }),
  portsFrom: { items: 'branches', label: 'label' },
  ports: [{ id: 'else', label: 'Else' }],
  summary: '{branches}, else',
  defaults: { branches: [{ id: 'first', label: 'Yes', rule: { op: 'all', rules: [] } }] },
  lower: ({ branches }, { to }) => [
    { op: 'branch', arms: branches.map(({ id, rule }) => ({ rule, target: to(id) })), otherwise: to('else') },
  ],
});
