import type { Window } from '@wend/contract';
import { clockTolerance } from './person.js';
import type { Person } from './person.js';

/** The end of what has happened at the person's time, timestamptz: up to it everything counts. */
export function untilSql({ at }: Person): string {
  return `${at} + interval '${clockTolerance} milliseconds'`;
}

/** Whether the bounds of a window depend on where a person lives. */
export function isOfCalendar({ withinDays, from, to }: Window): boolean {
  return withinDays !== undefined || from !== undefined || to !== undefined;
}

/** The conditions on a time (timestamptz) that it lies within the window; none for ever. */
export function windowSql({ time, window, person }: { time: string; window: Window; person: Person }): string[] {
  const { withinSeconds, withinDays, from, to } = window;
  const { parameters } = person;
  const start = (day: string) => `day_start(${day}, ${person.zone})`;
  const today = () => `(${person.at} at time zone ${person.zone})::date`;
  return [
    ...(withinSeconds === undefined ? [] : [`${time} > ${person.at} - ${secondsSql(withinSeconds, person)}`]),
    ...(withinDays === undefined
      ? []
      : [`${time} >= ${start(`${today()} - ${parameters.add(withinDays - 1, 'int')}`)}`]),
    ...(from === undefined ? [] : [`${time} >= ${start(parameters.add(from, 'date'))}`]),
    ...(to === undefined ? [] : [`${time} < ${start(`${parameters.add(to, 'date')} + 1`)}`]),
  ];
}

/** The same, wide enough for every place on earth: for an index, beside the exact one. */
export function wideWindowSql({ time, window, person }: { time: string; window: Window; person: Person }): string[] {
  const { withinDays, from, to } = window;
  const { parameters } = person;
  return [
    ...(withinDays === undefined
      ? []
      : [`${time} > ${person.at} - make_interval(days => ${parameters.add(withinDays + 1, 'int')})`]),
    ...(from === undefined
      ? []
      : [`${time} > ${parameters.add(from, 'date')}::timestamp at time zone 'UTC' - interval '1 day'`]),
    ...(to === undefined
      ? []
      : [`${time} < ${parameters.add(to, 'date')}::timestamp at time zone 'UTC' + interval '2 days'`]),
  ];
}

/** When what happened at a time leaves the window (milliseconds since 1970, float8); null where it never does. */
export function lapseSql({ time, window, person }: { time: string; window: Window; person: Person }): string | null {
  const { withinSeconds, withinDays } = window;
  const { parameters } = person;
  if (withinSeconds !== undefined)
    return `${millisecondsSql(time)} + ${parameters.add(withinSeconds * 1_000, 'float8')}`;
  if (withinDays === undefined) return null;
  const day = `(${time} at time zone ${person.zone})::date + ${parameters.add(withinDays, 'int')}`;
  return millisecondsSql(`day_start(${day}, ${person.zone})`);
}

/** When what lies ahead begins to count (milliseconds since 1970, float8). */
export function comingSql(time: string): string {
  return `${millisecondsSql(time)} - ${clockTolerance}`;
}

/** Milliseconds since 1970 of a timestamptz: the first whole one that is not before it. */
export function millisecondsSql(time: string): string {
  return `ceil(extract(epoch from ${time}) * 1000)::float8`;
}

/** An interval. */
export function secondsSql(seconds: number, { parameters }: Person): string {
  return `make_interval(secs => ${parameters.add(seconds, 'float8')})`;
}
