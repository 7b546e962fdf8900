import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { timeHint, timePattern } from '../clock.js';

/** Holds people until a time of day where they live. */
export const waitUntil = defineNode({
  type: 'wend/wait-until',
  version: 1,
  title: 'Wait until',
  description: 'Holds people until a time of day in their own time zone.',
  category: 'timing',
  icon: 'clock',
  blocks: true,
  config: z.object({
    time: z.string().regex(timePattern, timeHint).meta({
      title: 'Time',
      description: 'In the person’s time zone, or the workspace’s if theirs isn’t known.',
      widget: 'time',
      placeholder: '09:00',
      invalid: timeHint,
    }),
    weekdays: z
      .array(z.number().int().min(1).max(7))
      .max(7)
      .refine((days) => new Set(days).size === days.length, 'A weekday is chosen twice.')
      .default([])
      .meta({ title: 'On these days', description: 'Leave empty for any day.', widget: 'weekdays' }),
  }),
  ports: [{ id: 'next', label: 'At {time}' }],
  summary: 'until {time}',
  defaults: { time: '09:00', weekdays: [] },
  lower: ({ time, weekdays }, { to, fact }) => [
    {
      op: 'wait',
      until: { fact: fact({ kind: 'nextLocalTime', time, weekdays: [...weekdays].sort((a, b) => a - b) }) },
      target: to('next'),
    },
  ],
});
