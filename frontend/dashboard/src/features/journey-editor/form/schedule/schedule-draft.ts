import { dayFromNumber, readDay } from '@wend/contract/plain';
import type { Json, JsonObject, Repeats } from '@wend/contract';

/** What a form holds of a schedule: any part may be missing. */
export type ScheduleDraft = JsonObject;

export const repeatsOf = (draft: ScheduleDraft): Repeats =>
  (['once', 'daily', 'weekly', 'monthly', 'monthlyWeekday'] as const).find((each) => each === draft['repeats']) ??
  'once';

/** The choices of the form: days of the month and weekdays of the month are one. */
export const frequencies = ['once', 'daily', 'weekly', 'monthly'] as const;
export type Frequency = (typeof frequencies)[number];

export function frequencyOf(draft: ScheduleDraft): Frequency {
  const repeats = repeatsOf(draft);
  return repeats === 'monthlyWeekday' ? 'monthly' : repeats;
}

/**
 * The same schedule in another shape: what both have stays, what is new follows the start, and what belongs to the other
 * shape goes.
 */
export function withRepeats(draft: ScheduleDraft, repeats: Repeats): ScheduleDraft {
  const { zone = 'workspace', time = '09:00', start = '', every = 1, end } = draft;
  const common = { zone, time, start, repeats };
  if (repeats === 'once') return common;
  const recurring = { ...common, every, ...(end === undefined ? {} : { end }) };
  const day = readDay(start);
  switch (repeats) {
    case 'daily':
      return recurring;
    case 'weekly':
      return { ...recurring, weekdays: listOf(draft['weekdays']) ?? [day === null ? 1 : weekdayOf(day)] };
    case 'monthly':
      return {
        ...recurring,
        days: listOf(draft['days']) ?? [day === null ? 1 : dayFromNumber(day).day],
        shortMonths: draft['shortMonths'] ?? 'lastDay',
      };
    case 'monthlyWeekday':
      return {
        ...recurring,
        nth: draft['nth'] ?? (day === null ? 1 : nthOf(day)),
        weekday: draft['weekday'] ?? (day === null ? 1 : weekdayOf(day)),
      };
  }
}

function listOf(value: Json | undefined): Json[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value : undefined;
}

/** 1 is Monday. */
function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** Which of its weekday in the month; 0, the last, where there may be no fifth. */
function nthOf(day: number): number {
  const nth = Math.ceil(dayFromNumber(day).day / 7);
  return nth === 5 ? 0 : nth;
}
