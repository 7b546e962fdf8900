import { json, ownEvents } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';

const reserved = ['__proto__', 'constructor', 'prototype'];
const propertyName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((name) => !reserved.includes(name), 'This name is reserved.')
  .meta({ title: 'Property', placeholder: 'orderId' });
const scalar = json.refine(
  (value) => value === null || typeof value !== 'object',
  'must be text, a number, yes or no.',
);

/** Lets an event of the person happen, which starts and wakes journeys as any other. */
export const emitEvent = defineNode({
  type: 'wend/emit-event',
  version: 1,
  title: 'Send event',
  description: 'Records an event for the person. Journeys start, wait, and end by it, as by any other event.',
  category: 'action',
  icon: 'megaphone',
  config: z.object({
    event: z
      .string()
      .trim()
      .min(1, 'Choose an event or name a new one.')
      .max(200)
      .refine((name) => !ownEvents.has(name), 'Only Wend itself sends this event. Choose another name.')
      .meta({ title: 'Event', widget: 'event', placeholder: 'Trial extended' }),
    properties: z
      .array(z.object({ name: propertyName, value: scalar.meta({ title: 'Value', placeholder: '42' }) }))
      .max(50)
      .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'A property is named twice.')
      .default([])
      .meta({ title: 'Properties', widget: 'keyValue', addLabel: 'Add property', itemTitle: 'Property' }),
  }),
  ports: [{ id: 'next', label: 'Next' }],
  undo: true,
  summary: '{event}',
  defaults: { event: '', properties: [] },
  lower: ({ event, properties }, { to }) => [
    {
      op: 'act',
      kind: 'emit-event',
      settings: {
        fixed: {
          event,
          properties: Object.fromEntries(properties.map(({ name, value }) => [name, value])) as JsonObject,
        },
      },
      target: to('next'),
    },
  ],
});
