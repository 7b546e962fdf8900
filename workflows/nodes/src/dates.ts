import { calendarSpanUnits, isCalendarSpan } from '@wend/contract';
import type { DateShift, DateSource } from '@wend/contract';
import { spanField } from '@wend/node-sdk';
import { z } from 'zod';
import { calendarUnitOf, timeOfDayFields } from './clock.js';

const path = z.string().trim().min(1).max(200);
/** What holds the date that a step goes by. */
export const dateChoice = z.discriminatedUnion('kind', [
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

const same = 'The date’s own time, or midnight';
const shifted = {
  offset: spanField({
    title: 'How long',
    description: 'Minutes and hours are exact. Days, weeks and months go by the calendar where the person lives.',
    units: ['minutes', 'hours', ...calendarSpanUnits],
  }).default({ amount: 1, unit: 'calendarDays' }),
  ...timeOfDayFields({ same, shownFor: { 'offset.unit': [...calendarSpanUnits] } }),
};
/** On the date, or some time before or after it. */
export const shiftChoice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('on'), ...timeOfDayFields({ same, shownFor: {} }) }).meta({ title: 'When it comes' }),
  z.object({ kind: z.literal('before'), ...shifted }).meta({ title: 'Some time before it' }),
  z.object({ kind: z.literal('after'), ...shifted }).meta({ title: 'Some time after it' }),
]);

/** The same, as a wait says it. */
export function sourceOf(from: z.output<typeof dateChoice>): DateSource {
  if (from.kind === 'trait') return { source: 'trait', path: from.trait };
  if (from.kind === 'entry') return { source: 'entry', path: from.property };
  return {
    source: 'run',
    path: from.field.startsWith('[') ? `${from.node}${from.field}` : `${from.node}.${from.field}`,
  };
}

/** How far from the date, as a wait says it. What is exact to the minute keeps the time that the date has. */
export function shiftOf(chosen: z.output<typeof shiftChoice>): { shift: DateShift; time?: string } {
  const time = chosen.at === 'time' ? { time: chosen.time } : {};
  if (chosen.kind === 'on') return { shift: { amount: 0, unit: 'days' }, ...time };
  const { offset } = chosen;
  const amount = chosen.kind === 'before' ? -offset.amount : offset.amount;
  if (isCalendarSpan(offset)) return { shift: { amount, unit: calendarUnitOf(offset.unit) }, ...time };
  return { shift: { amount, unit: offset.unit === 'minutes' ? 'minutes' : 'hours' } };
}
