import { hasLiquid, ownEvents, settingsFrom } from '@wend/contract';
import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { namedValues, valuesOf } from '../named-value.js';

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
      .refine((name) => !hasLiquid(name), 'An event has one name. Put what differs into its properties.')
      .refine((name) => !ownEvents.has(name), 'Only Wend itself sends this event. Choose another name.')
      .meta({ title: 'Event', widget: 'event', placeholder: 'Trial extended' }),
    properties: namedValues({
      title: 'Properties',
      description: 'A value that is a single {{ … }} keeps its type.',
      addLabel: 'Add property',
      itemTitle: 'Property',
    }),
  }),
  ports: [{ id: 'next', label: 'Next' }],
  undo: true,
  summary: '{event}',
  defaults: { event: '', properties: [] },
  lower: ({ event, properties }, context) => [
    {
      op: 'act',
      kind: 'emit-event',
      settings: settingsFrom(context, { event, properties: valuesOf(properties) }),
      target: context.to('next'),
    },
  ],
});
