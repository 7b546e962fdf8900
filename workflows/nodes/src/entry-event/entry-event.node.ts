import { isEmpty } from '@wend/contract';
import { defineNode, filterField } from '@wend/node-sdk';
import { z } from 'zod';
import { ageFields, ageOf, usualAge } from '../age.js';
import { audienceField, audienceOf } from '../audience.js';

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
    ...ageFields,
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
      ...ageOf({ maximumAge, anyAge }),
    }),
  },
});
