import { isEmpty } from '@wend/contract';
import { defineNode, filterField } from '@wend/node-sdk';
import { z } from 'zod';

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
  }),
  ports: [{ id: 'next', label: 'Entered' }],
  summary: 'on {event}',
  lower: (_config, { to }) => [{ op: 'goto', target: to('next') }],
  entry: ({ event, where }) => ({ event, ...(where && !isEmpty(where) ? { where } : {}) }),
});
