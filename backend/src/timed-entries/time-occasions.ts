import type { Occasion } from '../enrollments/index.js';

/**
 * What comes with who comes in at a time. `scheduledAt`: the instant, ISO 8601; `occurrence`: the day and the time on the
 * clock, `2026-12-24T09:00`, in whichever zone.
 */
export type TimeData = { scheduledAt: string; occurrence: string };

/** By a schedule a person comes in once at an instant, and once for a day and a time on the clock; beside dates, too. */
export function occasionsOfSchedule(data: TimeData): Occasion[] {
  return [...at('schedule/', data), ...at('date/', data).map(ofOneKey)];
}

/**
 * By a date, `date/<step>/<date>/`, a person comes in once, and once at its time, by whichever dates and schedules. Where
 * the journey has an entry key, once for each of its values: it says that people are in it several times.
 */
export function occasionsOfDate(own: string, data: TimeData): Occasion[] {
  return [{ cause: own, data: {} }, ...[...at('date/', data), ...at('schedule/', data)].map(ofOneKey)];
}

function at(cause: string, { scheduledAt, occurrence }: TimeData): Occasion[] {
  return [
    { cause, data: { scheduledAt } },
    { cause, data: { occurrence } },
  ];
}

function ofOneKey(occasion: Occasion): Occasion {
  return { ...occasion, sameKey: true };
}
