import { calendarSpanUnits, isCalendarSpan } from '@wend/contract';
import type { DateShift, DateSource } from '@wend/contract';
import { defineNode, spanField } from '@wend/node-sdk';
import { z } from 'zod';
import { calendarUnitOf, leapDayField, timeOfDayFields } from '../clock.js';

const path = z.string().trim().min(1).max(200);
const date = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('trait'),
      trait: path.meta({ title: 'Trait', widget: 'trait', placeholder: 'renewal_date' }),
    })
    .meta({ title: 'A trait of the person' }),
  z
    .object({
      kind: z.literal('entry'),
      property: path.meta({ title: 'Property', placeholder: 'starts_at' }),
    })
    .meta({ title: 'What they entered with' }),
  z
    .object({
      kind: z.literal('run'),
      node: z.string().min(1).max(40).meta({ title: 'Step', widget: 'node' }),
      field: path.meta({ title: 'Field of its result', placeholder: 'expires_at' }),
    })
    .meta({ title: 'The result of an earlier step' }),
]);

const same = 'The time that the date has (a day alone: midnight)';
const shifted = {
  offset: spanField({
    title: 'How long',
    description: 'Minutes and hours are exact. Days, weeks and months go by the calendar where the person lives.',
    units: ['minutes', 'hours', ...calendarSpanUnits],
  }).default({ amount: 1, unit: 'calendarDays' }),
  ...timeOfDayFields({ same, shownFor: { 'offset.unit': [...calendarSpanUnits] } }),
};
const shift = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('on'), ...timeOfDayFields({ same, shownFor: {} }) }).meta({ title: 'When it comes' }),
  z.object({ kind: z.literal('before'), ...shifted }).meta({ title: 'Some time before it' }),
  z.object({ kind: z.literal('after'), ...shifted }).meta({ title: 'Some time after it' }),
]);

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
    date: date.meta({
      title: 'Date',
      description: 'A date or a moment, or a list of them: then the next one counts.',
    }),
    shift: shift.meta({ title: 'People go on' }),
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

function sourceOf(from: z.output<typeof date>): DateSource {
  if (from.kind === 'trait') return { source: 'trait', path: from.trait };
  if (from.kind === 'entry') return { source: 'entry', path: from.property };
  return {
    source: 'run',
    path: from.field.startsWith('[') ? `${from.node}${from.field}` : `${from.node}.${from.field}`,
  };
}

/** What is exact to the minute keeps the time that the date has. */
function shiftOf(chosen: z.output<typeof shift>): { shift: DateShift; time?: string } {
  const time = chosen.at === 'time' ? { time: chosen.time } : {};
  if (chosen.kind === 'on') return { shift: { amount: 0, unit: 'days' }, ...time };
  const { offset } = chosen;
  const amount = chosen.kind === 'before' ? -offset.amount : offset.amount;
  if (isCalendarSpan(offset)) return { shift: { amount, unit: calendarUnitOf(offset.unit) }, ...time };
  return { shift: { amount, unit: offset.unit === 'minutes' ? 'minutes' : 'hours' } };
}
