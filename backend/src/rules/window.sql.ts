import type { Window } from '@wend/contract';
import { clockTolerance } from './person.js';
import type { Person } from './person.js';

/** The end of what has happened at the person's time, timestamptz: up to it everything counts. */
export function untilSql({ at }: Person): string {
  return `${at} + interval '${clockTolerance} milliseconds'`;
}

/**
 * The conditions on a time (timestamptz) that it lies within the window; none for ever. Where a day begins differs by
 * place: only times near the beginning or the end are held against the person's own calendar, which is dear. No index
 * can answer such an “or”: beside it stands what holds for every place on earth.
 */
export function windowSql({ time, window, person }: { time: string; window: Window; person: Person }): string[] {
  const { withinSeconds, withinDays, from, to } = window;
  const { parameters } = person;
  const start = (day: (zone: string) => string) => person.inZone((zone) => `day_start(${day(zone)}, ${zone})`);
  const utc = (day: string) => `${day}::timestamp at time zone 'UTC'`;
  const either = (surely: string, exactly: string) => `(${time} ${surely} or ${time} ${exactly})`;
  return [
    ...wideWindowSql({ time, window, person }),
    ...(withinSeconds === undefined ? [] : [`${time} > ${person.at} - ${secondsSql(withinSeconds, person)}`]),
    ...(withinDays === undefined
      ? []
      : [
          either(
            `> ${person.at} - make_interval(hours => ${parameters.add(24 * (withinDays - 2), 'int')})`,
            `>= ${start((zone) => `(${person.at} at time zone ${zone})::date - ${parameters.add(withinDays - 1, 'int')}`)}`,
          ),
        ]),
    ...(from === undefined
      ? []
      : [
          either(
            `> ${utc(parameters.add(from, 'date'))} + interval '2 days'`,
            `>= ${start(() => parameters.add(from, 'date'))}`,
          ),
        ]),
    ...(to === undefined
      ? []
      : [
          either(
            `< ${utc(parameters.add(to, 'date'))} - interval '1 day'`,
            `< ${start(() => `${parameters.add(to, 'date')} + 1`)}`,
          ),
        ]),
  ];
}

/** The days of a window, wide enough for every place on earth. */
function wideWindowSql({ time, window, person }: { time: string; window: Window; person: Person }): string[] {
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

/** The beginning of a window alone, wide enough for every place on earth. */
export function sinceSql({ window, ...options }: { time: string; window: Window; person: Person }): string[] {
  const { withinSeconds, withinDays, from } = window;
  return withinSeconds === undefined
    ? wideWindowSql({ ...options, window: { withinDays, from } })
    : windowSql({ ...options, window: { withinSeconds } });
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
