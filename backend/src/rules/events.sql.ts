import type { Rule, Window } from '@wend/contract';
import type { Person } from './person.js';
import { ruleSql } from './rule.sql.js';
import { comingSql, lapseSql, sinceSql, untilSql, windowSql } from './window.sql.js';

/** Which events of people are meant. */
export type EventsWanted = Window & {
  event: string;
  where?: Rule | undefined;
  /** The alias of their rows of `events`. */
  alias?: string;
  /** Those that lie ahead of the person's time, instead of those up to it. */
  ahead?: true;
};

/**
 * The condition on rows of `events`, of whomever they are, whatever their time. `everybody`: for the index of events by
 * name, which is for no question about one person: a plan for any values would take it for those as well.
 */
function namedSql(
  { event, where, alias = 'e' }: EventsWanted,
  { workspace, parameters, run }: Person,
  { everybody = false } = {},
): string[] {
  const isReal = `${alias}.origin <> 'test'`;
  return [
    `${alias}.workspace_id = ${workspace}`,
    `${alias}.name = ${parameters.add(event, 'text')}`,
    run !== null ? `(${isReal} or ${alias}.enrollment_id = ${run})` : everybody ? `(${isReal}) is true` : isReal,
    ...(where ? [ruleSql({ rule: where, properties: `${alias}.properties`, parameters })] : []),
  ];
}

/** The events of one person in the window, from `from` on. */
export function eventsOf(wanted: EventsWanted, person: Person): string {
  const { alias = 'e', ahead, ...window } = wanted;
  const time = `${alias}.time`;
  return `from events ${alias} where ${[
    `${alias}.profile_id = ${person.profile}.id`,
    ...namedSql(wanted, person),
    ...(ahead
      ? [`${time} > ${untilSql(person)}`]
      : [`${time} <= ${untilSql(person)}`, ...windowSql({ time, window, person })]),
  ].join(' and ')}`;
}

/** The events of all people in the window, from `from` on; `zones`: with their rows of `profiles` as `z`. */
export function eventsOfAll(wanted: EventsWanted, person: Person, zones = false): string {
  const { alias = 'e', ...window } = wanted;
  const time = `${alias}.time`;
  const join = zones ? ` join profiles z on z.workspace_id = ${alias}.workspace_id and z.id = ${alias}.profile_id` : '';
  return `from events ${alias}${join} where ${[
    ...namedSql(wanted, person, { everybody: true }),
    `${time} <= ${untilSql(person)}`,
    ...windowSql({ time, window, person: person.by(`${alias}.profile_id`) }),
  ].join(' and ')}`;
}

/**
 * When the events that count become others by themselves (milliseconds, float8): the first of them leaves the window,
 * or the next one that lies ahead begins to count.
 */
export function eventsChangeSql({ ahead: _, ...wanted }: EventsWanted, person: Person): string {
  const coming = comingEventSql(wanted, person);
  const lapse = lapseSql({ time: 'min(e.time)', window: wanted, person });
  return lapse === null ? coming : `least(${coming}, (select ${lapse} ${eventsOf(wanted, person)}))`;
}

export function comingEventSql({ event, where }: EventsWanted, person: Person): string {
  return `(select ${comingSql('min(e.time)')} ${eventsOf({ event, where, ahead: true }, person)})`;
}

type FollowingOptions = {
  person: Person;
  within: string;
  /** The window of `e`, where many people are asked about: what follows is no older, and no more need be read. */
  after?: Window;
};

/** Whether an event of the person of `e` came later than that, and before an interval had passed. */
export function followingSql(wanted: EventsWanted, { person, within, after }: FollowingOptions): string {
  const { alias = 'f' } = wanted;
  return `exists (select from events ${alias} where ${[
    `${alias}.profile_id = e.profile_id`,
    ...namedSql(wanted, person, { everybody: after !== undefined }),
    `${alias}.time > e.time and ${alias}.time < e.time + ${within} and ${alias}.time <= ${untilSql(person)}`,
    ...(after ? sinceSql({ time: `${alias}.time`, window: after, person }) : []),
  ].join(' and ')})`;
}
