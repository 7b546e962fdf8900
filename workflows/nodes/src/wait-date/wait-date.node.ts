import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { leapDayField } from '../clock.js';
import { dateChoice, shiftChoice, shiftOf, sourceOf } from '../dates.js';

/** Holds people until a date that they, their entry or an earlier step has, or some time before or after it. */
export const waitDate = defineNode({
  type: 'wend/wait-date',
  version: 1,
  title: 'Wait for a date',
  description: 'Holds people until a date of theirs, such as a renewal or a booking, or some time before or after it.',
  category: 'timing',
  icon: 'calendar-days',
  blocks: true,
  overAtOnce: { exceptPorts: ['next'] },
  config: z.object({
    date: dateChoice.meta({
      title: 'Date',
      description: 'A date or a moment, or a list of them: then the next one counts.',
    }),
    shift: shiftChoice.meta({ title: 'People go on' }),
    repeats: z
      .enum(['once', 'yearly'])
      .default('once')
      .meta({
        title: 'Which date',
        widget: 'select',
        options: { once: 'That date', yearly: 'The next anniversary, such as a birthday' },
      }),
    leapDay: leapDayField({}),
  }),
  ports: [
    { id: 'next', label: 'Date came' },
    { id: 'past', label: 'Already past' },
    { id: 'unreadable', label: 'No date' },
  ],
  summary: '{shift} {date}',
  defaults: {
    date: { kind: 'trait', trait: '' },
    shift: { kind: 'on', at: 'same', time: '09:00' },
    repeats: 'once',
    leapDay: 'february28',
  },
  lower: ({ date: from, shift: chosen, repeats, leapDay }, { to, fact }) => [
    {
      op: 'wait',
      until: {
        fact: fact({
          kind: 'when',
          time: { kind: 'date', of: sourceOf(from), ...shiftOf(chosen), repeats, leapDay },
        }),
      },
      target: to('next'),
      otherwise: [to('past'), to('unreadable')],
    },
  ],
});
