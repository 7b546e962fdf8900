import { durationSeconds, isEmpty } from '@wend/contract';
import type { Duration } from '@wend/contract';
import { defineNode, durationField, filterField } from '@wend/node-sdk';
import { z } from 'zod';

/** What is older was meant for another day: imports, phones that were offline, servers that send again. */
const usualAge: Duration = { amount: 24, unit: 'hours' };

/** Begins a run when a person does something. */
export const entryEvent = defineNode({
  type: 'wend/entry-event',
  version: 1,
  title: 'Event entry',
  description: 'People come in when they do something, such as signing up.',
  category: 'entry',
  icon: 'log-in',
  config: z.object({
    event: z.string().trim().min(1).max(200).meta({ title: 'Event', description: 'People come in by this event; whether they may again stands in the journey’s settings.', widget: 'event', placeholder: 'Signed Up' }),
    where: filterField({ scope: 'entry', title: 'Only when', description: 'Without a condition every such event counts.', eventFrom: 'event' }),
    maximumAge: durationField({ title: 'Ignore events older than', description: 'From when it happened to when it reached Wend. An older event lets nobody in.' }).default(usualAge),
    anyAge: z.boolean().default(false).meta({ title: 'Take events of any age', description: 'Old events let people in as well: the age above does not count.', widget: 'switch' }),
  }),
  ports: [{ id: 'next', label: 'Entered' }],
  summary: 'on {event}',
  defaults: { maximumAge: usualAge, anyAge: false },
  lower: (_config, { to }) => [{ op: 'goto', target: to('next') }],
  entry: ({ event, where, maximumAge, anyAge }) => ({
    event, ...(where && !isEmpty(where) ? { where } : {}), ...(anyAge ? {} : { maxAgeSeconds: Math.round(durationSeconds(maximumAge)) }),
  }),
});
