import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { timeHint, timePattern } from '../clock.js';

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const clock = z.string().regex(timePattern, timeHint);

/** Holds people until a window of the clock opens where they live. */
export const waitWindow = defineNode({
  type: 'wend/wait-window',
  version: 1,
  title: 'Wait for a time window',
  description: 'Lets people go on within certain hours, such as 9 to 18 on weekdays, in their own time zone.',
  category: 'timing',
  icon: 'calendar-clock',
  blocks: true,
  overAtOnce: {},
  config: z.object({
    windows: z
      .array(
        z.object({
          days: z
            .array(z.number().int().min(1).max(7))
            .max(7)
            .refine((days) => new Set(days).size === days.length, 'A weekday is chosen twice.')
            .optional()
            .meta({ title: 'On these days', description: 'Leave empty for every day.', widget: 'weekdays' }),
          from: clock.meta({ title: 'From', widget: 'time', invalid: timeHint }),
          to: clock.meta({
            title: 'To',
            description: 'A time that isn’t later is on the day after.',
            widget: 'time',
            invalid: timeHint,
          }),
        }),
      )
      .min(1, 'Add a time window.')
      .max(20)
      .meta({
        title: 'People go on within',
        description:
          'In the person’s time zone, or the workspace’s if theirs isn’t known. Whoever gets here within a window goes on right away.',
        widget: 'list',
        addLabel: 'Add time window',
        itemTitle: 'Time window',
      }),
  }),
  ports: [{ id: 'next', label: 'Within the window' }],
  summary: 'until {windows}',
  defaults: { windows: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }] },
  lower: ({ windows }, { to, fact }) => [
    {
      op: 'wait',
      until: {
        fact: fact({
          kind: 'when',
          time: {
            kind: 'window',
            windows: windows.map(({ days, from, to: until }) => ({
              days: days && days.length > 0 ? [...days].sort((a, b) => a - b) : everyDay,
              from,
              to: until,
            })),
          },
        }),
      },
      target: to('next'),
    },
  ],
});
