import type { Compare, Rule } from '@wend/contract';
import { holds } from '@wend/engine';
import { compareSql } from './compare.sql.js';
import { clockTolerance } from './person.js';
import type { Person } from './person.js';
import { ruleSql } from './rule.sql.js';

/** Which events of people are meant. Times are bounds of `events.time`, as SQL. */
export type EventsWanted = {
  event: string;
  where?: Rule | undefined;
  /** timestamptz; only later ones. */
  after?: string | undefined;
  /** Those that lie ahead of the person's time, instead of those up to it. */
  ahead?: true;
};

/** The end of what has happened at the person's time, timestamptz: events up to it count. */
export function untilSql({ at }: Person): string {
  return `${at} + interval '${clockTolerance} milliseconds'`;
}

/** The condition on a row `e` of `events`, of whomever it is. */
export function eventSql({ event, where, after, ahead }: EventsWanted, person: Person): string {
  const { workspace, parameters, run } = person;
  return [
    `e.workspace_id = ${workspace}`,
    `e.name = ${parameters.add(event, 'text')}`,
    ...(after === undefined ? [] : [`e.time > ${after}`]),
    `e.time ${ahead ? '>' : '<='} ${untilSql(person)}`,
    run === null ? `e.origin <> 'test'` : `(e.origin <> 'test' or e.enrollment_id = ${run})`,
    ...(where ? [ruleSql({ rule: where, properties: 'e.properties', parameters })] : []),
  ].join(' and ');
}

/** The same for the events of one person. */
export function eventsOf(wanted: EventsWanted, person: Person): string {
  return `from events e where e.profile_id = ${person.profile}.id and ${eventSql(wanted, person)}`;
}

/** Milliseconds since 1970 of a timestamptz: the first whole one that is not before it. */
export function millisecondsSql(time: string): string {
  return `ceil(extract(epoch from ${time}) * 1000)::float8`;
}

type SetOptions = {
  compare: Compare;
  person: Person;
  /** The value (jsonb) of all rows of one person, in `having`. */
  value: string;
  /** The value of somebody without any row. */
  none: number | null;
  /** Selects `profile_id` of all rows, up to its `group by`. */
  rows: string;
};

/**
 * A comparison of what is worked out from the rows of each person, read as one set: who has no row is in or out for
 * everybody, so that only those with rows are looked at.
 */
export function setSql({ compare, person, value, none, rows }: SetOptions): string {
  const passes = compareSql({ value: () => value, compare, parameters: person.parameters });
  const withoutRows = holds({ ...compare, left: { source: 'property', path: 'v' } }, { property: { v: none } });
  return withoutRows
    ? `(${person.profile}.id not in (${rows} having not ${passes}))`
    : `(${person.profile}.id in (${rows} having ${passes}))`;
}
