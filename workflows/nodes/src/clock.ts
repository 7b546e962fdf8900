import type { CalendarSpan, CalendarUnit } from '@wend/contract';
import { z } from 'zod';

export const timePattern = /^([01]\d|2[0-3]):[0-5]\d$/;
export const timeHint = 'Enter a time as HH:MM, from 00:00 to 23:59.';

const units: Record<CalendarSpan['unit'], CalendarUnit> = {
  calendarDays: 'days',
  calendarWeeks: 'weeks',
  calendarMonths: 'months',
};

/** The unit of the calendar that a setting names. */
export function calendarUnitOf(unit: CalendarSpan['unit']): CalendarUnit {
  return units[unit];
}

/** At which time of day it is over: `same`, as it is, or another one. `shownFor`: as of every field. */
export function timeOfDayFields({ same, shownFor }: { same: string; shownFor: Record<string, string[]> }) {
  return {
    at: z
      .enum(['same', 'time'])
      .default('same')
      .meta({ title: 'At', widget: 'select', options: { same, time: 'A time of day' }, shownFor }),
    time: z
      .string()
      .regex(timePattern, timeHint)
      .default('09:00')
      .meta({
        title: 'Time',
        description: 'In the person’s time zone, or the workspace’s if theirs isn’t known.',
        widget: 'time',
        placeholder: '09:00',
        invalid: timeHint,
        shownFor: { ...shownFor, at: ['time'] },
      }),
  };
}

/** When what is of 29 February comes in other years. */
export function leapDayField(shownFor: Record<string, string[]>) {
  return z
    .enum(['february28', 'march1'])
    .default('february28')
    .meta({
      title: '29 February in other years',
      options: { february28: '28 February', march1: '1 March' },
      shownFor,
    });
}
