import { durationSeconds, isEmpty } from '@wend/contract';
import type { Duration } from '@wend/contract';
import { defineNode, durationField, filterField } from '@wend/node-sdk';
import { z } from 'zod';
import { audienceField, audienceOf } from '../audience.js';

/** What is older was meant for another day: imports, phones that were offline, servers that send again. */
const usualAge: Duration = { amount: 24, unit: 'hours' };

/** Begins a run when a person does something. */
export const entryEvent = defineNode({
  type: 'wend/entry-event',
  version: 1,
  title: 'Event entry',
  description: 'People enter when they do something, such as signing up.',
  category: 'entry',
  icon: 'log-in',
  config: z.object({
    event: z.string().trim().min(1).max(200).meta({
      title: 'Event',
      description: 'People enter on this event. Whether they can re-enter is set in the journey’s settings.',
      widget: 'event',
      placeholder: 'Signed Up',
    }),
    where: filterField({
      scope: 'entry',
      title: 'Only when',
      description: 'Leave empty to let people in on every such event.',
      eventFrom: 'event',
    }),
    audience: audienceField(),
    maximumAge: durationField({
      title: 'Ignore events older than',
      description: 'Measured from when it happened to when it reached Wend. Older events let nobody in.',
    }).default(usualAge),
    anyAge: z.boolean().default(false).meta({
      title: 'Take events of any age',
      description: 'Old events let people in too. The age above is ignored.',
      widget: 'switch',
    }),
  }),
  ports: [{ id: 'next', label: 'Entered' }],
  summary: 'on {event}',
  defaults: { maximumAge: usualAge, anyAge: false },
  lower: (_config, { to }) => [{ op: 'goto', target: to('next') }],
  entry: {
    kind: 'event',
    wayIn: ({ event, where, audience, maximumAge, anyAge }) => ({
      event,
      ...(where && !isEmpty(where) ? { where } : {}),
      ...audienceOf(audience),
      ...(anyAge ? {} : { maxAgeSeconds: Math.round(durationSeconds(maximumAge)) }),
    }),
  },
});
