import { durationSeconds, isEmpty, omittedOf } from '@wend/contract';
import type { Duration, JsonObject, Omitted, Rule } from '@wend/contract';
import { defineNode, durationField, filterField } from '@wend/node-sdk';
import { z } from 'zod';
import { ageFields, ageOf, usualAge } from '../age.js';
import { audienceField, audienceOf, whereOf } from '../audience.js';

const usualWindow: Duration = { amount: 1, unit: 'hours' };

const other = z.object({
  event: z.string().trim().min(1).max(200).meta({
    title: 'Event',
    description: 'Whoever does this in time doesn’t enter. What they did before the first event doesn’t count.',
    widget: 'event',
    placeholder: 'Order Placed',
  }),
  where: filterField({
    scope: 'entry',
    title: 'Only when',
    description: 'Leave empty if every such event counts.',
    eventFrom: 'event',
  }),
  same: z.string().trim().max(200).optional().meta({
    title: 'Of the same',
    description:
      'A property that both events carry: only a product bought keeps out who left that product. Leave empty if any counts.',
    widget: 'property',
    eventFrom: 'event',
    placeholder: 'product_id',
  }),
  sameAs: z.string().trim().max(200).optional().meta({
    title: 'What the first event calls it',
    description: 'Only where its property has another name.',
    placeholder: 'product_id',
    advanced: true,
  }),
});

/** Begins a run when a person did one thing and not another within a time. */
export const entryOmission = defineNode({
  type: 'wend/entry-omission',
  version: 1,
  title: 'Omission entry',
  description: 'People enter when they did one thing and not another in time, such as leaving a cart.',
  category: 'entry',
  icon: 'hourglass',
  config: z.object({
    event: z.string().trim().min(1).max(200).meta({
      title: 'Event',
      description: 'Each one opens a window. With a run key in the journey’s settings, one per key at a time.',
      widget: 'event',
      placeholder: 'Cart Updated',
    }),
    where: filterField({
      scope: 'entry',
      title: 'Only when',
      description: 'Leave empty to watch every such event.',
      eventFrom: 'event',
    }),
    without: other.meta({ title: 'And then not' }),
    within: durationField(
      {
        title: 'Within',
        description:
          'People enter when this has passed, at most 90 days. Who is waiting keeps the time they began with.',
      },
      { most: { seconds: 90 * 86_400, words: '90 days' } },
    ),
    audience: audienceField(),
    ...ageFields,
  }),
  ports: [{ id: 'next', label: 'Entered' }],
  defaults: { without: { event: '' }, within: usualWindow, maximumAge: usualAge, anyAge: false },
  lower: (_config, { to }) => [{ op: 'goto', target: to('next') }],
  entry: {
    kind: 'omission',
    wayIn: ({ event, where, without, within, audience, maximumAge, anyAge }) => {
      const { where: filter, ...rest } = omittedOf({ without } as JsonObject) as Omitted;
      return {
        event,
        without: { ...rest, ...(filter && !isEmpty(filter) ? { where: filter } : {}) },
        withinSeconds: Math.round(durationSeconds(within)),
        ...whereOf(where, rest.same && carries(rest.same.of)),
        ...audienceOf(audience),
        ...ageOf({ maximumAge, anyAge }),
      };
    },
  },
});

/** Of an event without the property nobody could say which one is the same. */
function carries(path: string): Rule {
  return { op: 'compare', left: { source: 'property', path }, is: 'exists' };
}
