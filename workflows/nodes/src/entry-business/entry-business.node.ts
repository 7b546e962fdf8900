import { businessPicks, isEmpty } from '@wend/contract';
import type { Rule } from '@wend/contract';
import { defineNode, filterField, ruleField } from '@wend/node-sdk';
import { z } from 'zod';
import { dataFields } from '../data-fields.js';

/** Begins runs of many people when something happens to a store, an item or a match. */
export const entryBusiness = defineNode({
  type: 'wend/entry-business-event',
  version: 1,
  title: 'Business event entry',
  description: 'When something happens to a store, an item or a match, everyone it matters to enters.',
  category: 'entry',
  icon: 'store',
  config: z
    .object({
      event: z.string().trim().min(1).max(200).meta({
        title: 'Business event',
        description: 'Its name, as your servers send it to the business events API. It belongs to no person.',
        placeholder: 'Sales Low',
      }),
      fields: dataFields({
        title: 'Properties',
        description: 'What the event comes with. Named here, messages and rules can use them.',
        placeholder: 'store.category',
      }),
      where: filterField({
        scope: 'entry',
        title: 'Only when the event',
        description: 'Leave empty to let people in on every such event.',
      }),
      audience: ruleField({
        scope: 'profile',
        title: 'Everyone who',
        description:
          'Conditions can compare with the event’s properties. Who matches when the event arrives enters. When a property it needs is missing, nobody does.',
      }),
      most: z
        .number()
        .int()
        .min(1)
        .max(10_000_000)
        .optional()
        .meta({ title: 'At most', unit: 'people', description: 'Leave empty to let in everyone who matches.' }),
      pick: z
        .enum(businessPicks)
        .default('random')
        .meta({
          title: 'If more match',
          options: { random: 'Draw by chance', nearest: 'Take the nearest' },
          description: 'A draw is made once per event. The nearest are those closest to the event’s place.',
        }),
    })
    .superRefine(({ most, pick, audience }, context) => {
      if (most !== undefined && pick === 'nearest' && !asksNear(audience))
        context.addIssue({
          code: 'custom',
          path: ['pick'],
          message: 'To take the nearest, add a condition on the distance from the event’s place.',
        });
    }),
  ports: [{ id: 'next', label: 'Entered' }],
  summary: 'on {event}',
  defaults: { fields: [], pick: 'random' },
  lower: (_config, { to }) => [{ op: 'goto', target: to('next') }],
  entry: {
    kind: 'business',
    wayIn: ({ event, where, audience, most, pick }) => ({
      event,
      audience,
      ...(where && !isEmpty(where) ? { where } : {}),
      ...(most === undefined ? {} : { most, pick }),
    }),
  },
});

/** Whether a rule measures how far people are from what the event carries. */
function asksNear(rule: Rule): boolean {
  if (rule.op === 'compare') return rule.left.source === 'distance' && rule.left.entryLatitude !== undefined;
  return (rule.op === 'not' ? [rule.rule] : rule.rules).some(asksNear);
}
