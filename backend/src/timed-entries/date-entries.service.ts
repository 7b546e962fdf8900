import { Injectable } from '@nestjs/common';
import { datesDue, dayText, occurrenceName, readDay } from '@wend/contract';
import type { DateDue } from '@wend/contract';
import { valueAt } from '@wend/engine';
import { Watches } from '../changes/index.js';
import type { Heard } from '../changes/index.js';
import { Entering, togetherOrAlone } from '../enrollments/index.js';
import type { EntryCandidate } from '../enrollments/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { timeZoneOf } from '../profiles/index.js';
import { DateRepository } from './date.repository.js';
import type { DateRow, Done, DueRow, NewDue, Person, Planned, Step } from './date.repository.js';
import { occasionsOfDate } from './time-occasions.js';

/** Each is locked. */
const peopleAtOnce = 500;
const sweptAtOnce = 5_000;
const dueAtOnce = 500;
const firstId = '00000000-0000-0000-0000-000000000000';

/** Knows when people are due for entries by date, and lets them in then. */
@Injectable()
export class DateEntries {
  constructor(
    private readonly database: Database,
    private readonly repository: DateRepository,
    private readonly watches: Watches,
    private readonly entering: Entering,
  ) {}

  /** Looks at some people for entries that are new, or takes some old rows away. True: there may be more to do. */
  async prepare(now = Date.now()): Promise<boolean> {
    // Whoever is changed meanwhile is told, or seen.
    const fresh = new Set((await this.repository.fresh()).map(momentOf));
    if (fresh.size > 0) await this.watches.settle();
    return this.database.transaction(async (sql) => {
      const row = await this.repository.lockBusy(sql);
      if (!row) return false;
      if (row.sweeping || !row.open) await this.sweep(row, sql);
      // It was opened after the look: the next one waits for those who write without knowing it.
      else if (row.filled_until === firstId && !fresh.has(momentOf(row))) return true;
      else await this.fill(row, { sql, now });
      return true;
    });
  }

  private async sweep(row: DateRow, sql: Sql): Promise<void> {
    const scope = { workspaceId: row.workspace_id };
    const step = { journeyId: row.journey_id, node: row.node };
    const generation = row.open ? row.generation : row.generation + 1;
    const count = await this.repository.sweep(scope, { sql, ...step, generation, limit: sweptAtOnce });
    if (count < sweptAtOnce) await this.repository.swept(scope, { sql, ...step });
  }

  private async fill(row: DateRow, { sql, now }: { sql: Sql; now: number }): Promise<void> {
    const scope = { workspaceId: row.workspace_id };
    const step = { journeyId: row.journey_id, node: row.node };
    const ids = await this.repository.people(scope, {
      sql,
      after: row.filled_until ?? firstId,
      limit: peopleAtOnce,
    });
    // What came due since the journey was published is let in at once.
    await this.replan(scope, { sql, profileIds: ids, at: now, filling: step });
    const until = ids.length === peopleAtOnce ? ids.at(-1)! : null;
    await this.repository.filled(scope, { sql, ...step, until });
  }

  /** Changes of people: of those that concern no entry by date nothing is done. */
  async heard(scope: Scope, { sql, changes, at }: Heard): Promise<void> {
    const concerned = changes.filter(({ what }) => what === 'trait' || what === 'profile');
    const profileIds = [...new Set(concerned.map(({ profileId }) => profileId))];
    if (profileIds.length > 0) await this.changed(scope, { sql, profileIds, at });
  }

  /** People whose traits are others now, as the transaction sees them: they are due at other times. `at`: now, ms. */
  async changed(
    scope: Scope,
    { sql, profileIds, at }: { sql: Sql; profileIds: readonly string[]; at: number },
  ): Promise<void> {
    if ((await this.repository.open(scope, sql)).length === 0) return;
    await this.replan(scope, { sql, profileIds, at });
  }

  /**
   * Plans for people anew: by their traits, and by the entries that are open, as they are when nobody else plans for them.
   * What changes after that is heard of later. `filling`: of this entry alone, from the time on at which it was opened.
   */
  private async replan(
    scope: Scope,
    {
      sql,
      profileIds,
      at,
      filling,
      done = [],
    }: { sql: Sql; profileIds: readonly string[]; at: number; filling?: Step; done?: readonly Done[] },
  ): Promise<void> {
    await this.repository.lockPlans(scope, { sql, profileIds });
    const rows = (await this.repository.open(scope, sql)).filter(
      (row) => filling === undefined || isStep(row, { journey_id: filling.journeyId, node: filling.node }),
    );
    const people = await this.repository.peopleOf(scope, profileIds, sql);
    const steps = rows.map(({ journey_id: journeyId, node }) => ({ journeyId, node }));
    const planned = groupBy(
      await this.repository.drop(scope, { sql, profileIds, steps, after: new Date(at), done }),
      ({ profile_id: id }) => id,
    );
    const due = rows.flatMap((row) => {
      const since = row.since.getTime();
      const after = filling ? since : Math.max(at, since);
      return people.flatMap((person) => [
        ...rowsOf({ row, person, after }),
        ...comeMeanwhile({ row, person, at, planned: planned.get(person.id) ?? [] }),
      ]);
    });
    await this.repository.add(scope, { sql, due });
  }

  /** Lets in some of those who are due. True: there may be more. `now`: ms. */
  async letIn(now = Date.now()): Promise<boolean> {
    const claimed = await this.repository.claim(new Date(now), dueAtOnce);
    await togetherOrAlone(claimed, {
      work: (scope, rows) => this.letInOf(scope, rows, now),
      failed: 'a person could not be let in by a date; again soon',
    });
    return claimed.length === dueAtOnce;
  }

  private async letInOf(scope: Scope, claimed: readonly DueRow[], now: number): Promise<void> {
    const profileIds = [...new Set(claimed.map((each) => each.profile_id))];
    const rows = await this.repository.open(scope);
    const people = await this.repository.peopleOf(scope, profileIds);
    const seen = claimed.map((due) => ({ due, candidate: candidateOf({ due, rows, people, now }) }));
    const candidates = seen.flatMap(({ candidate }) => candidate ?? []);
    // Who came in did so by the row, whosever it is by now; where nobody did it may have gone over to somebody who will.
    const done = seen.map(({ due, candidate }): Done => ({ id: due.id, profileId: candidate ? null : due.profile_id }));
    const replan = async (sql: Sql): Promise<void> => this.replan(scope, { sql, profileIds, at: now, done });
    if (candidates.length === 0) await this.database.transaction(replan);
    // Who came in, and when they are due next, is one truth.
    else await this.entering.enter(candidates, { also: ({ sql }) => replan(sql) });
  }
}

/** An entry since it was opened, or since everybody is to be looked at again. */
function momentOf({ workspace_id, journey_id, node, generation, since }: Omit<DateRow, 'zone'>): string {
  return [workspace_id, journey_id, node, generation, since.getTime()].join('/');
}

function isStep(
  row: Pick<DateRow, 'journey_id' | 'node'>,
  { journey_id, node }: Pick<DateRow, 'journey_id' | 'node'>,
): boolean {
  return row.journey_id === journey_id && row.node === node;
}

function duesOf({ row, person, after }: { row: DateRow; person: Person; after: number }): DateDue[] {
  const zone = timeZoneOf(person.traits) ?? row.zone;
  return datesDue({ rule: row.rule, value: valueAt(person.traits, row.trait), zone, after });
}

function rowsOf({ row, person, after }: { row: DateRow; person: Person; after: number }): NewDue[] {
  return duesOf({ row, person, after }).map((due) => newDue({ row, person, due }));
}

function newDue({ row, person, due }: { row: DateRow; person: Person; due: DateDue }): NewDue {
  return {
    journeyId: row.journey_id,
    node: row.node,
    generation: row.generation,
    profileId: person.id,
    day: dayText(due.day),
    instant: due.instant,
    at: new Date(due.at),
  };
}

/** Zones are no further apart: a date comes within that time somewhere else. Milliseconds. */
const farthestZones = 3 * 86_400_000;

/**
 * The date of a row as it is for the person now; null when it is none of theirs any more. An instant stays the same
 * whichever day the calendar shows where the person lives now.
 */
function nowOf({ row, person, due }: { row: DateRow; person: Person; due: Planned }): DateDue | null {
  if (row.generation !== due.generation) return null;
  const { instant } = due;
  const day = readDay(due.day);
  const dues = duesOf({ row, person, after: due.due_at.getTime() - farthestZones });
  return dues.find((each) => each.instant === instant && (instant !== null || each.day === day)) ?? null;
}

/** Dates that were to come, and whose time has passed where the person lives now: they come at once. */
function comeMeanwhile({
  row,
  person,
  at,
  planned,
}: {
  row: DateRow;
  person: Person;
  at: number;
  planned: readonly Planned[];
}): NewDue[] {
  return planned.flatMap((due) => {
    const found = isStep(row, due) ? nowOf({ row, person, due }) : null;
    return found && found.at <= at ? [newDue({ row, person, due: found })] : [];
  });
}

/** Null when the date is none of the person's any more, has not come where they live now, or the entry is another one. */
function candidateOf({
  due,
  rows,
  people,
  now,
}: {
  due: DueRow;
  rows: readonly DateRow[];
  people: readonly Person[];
  now: number;
}): EntryCandidate | null {
  const row = rows.find((each) => isStep(each, due));
  const person = people.find(({ id }) => id === due.profile_id);
  const found = row && person ? nowOf({ row, person, due }) : null;
  if (!row || !person || !found || found.at > now) return null;
  const own = `date/${due.node}/${dateOf(found)}/`;
  const time = {
    scheduledAt: new Date(found.at).toISOString(),
    occurrence: occurrenceName({ day: found.day + row.rule.days, time: row.rule.time }),
  };
  return {
    workspaceId: due.workspace_id,
    journeyId: due.journey_id,
    node: due.node,
    profileId: person.id,
    // For one date nobody comes in twice, whatever the trait says in between, and whoever they were before a merge.
    cause: { name: `${own}${person.id}` },
    occasions: occasionsOfDate(own, time),
    // All whose date it is come in at the same minute.
    bulk: true,
    name: 'Date',
    at: found.at,
    data: {
      date: dayText(found.day),
      years: found.years,
      trait: row.trait,
      ...time,
    },
  };
}

/** What a date is called wherever the person lives: `2026-12-24`; an instant with the years since: `<ISO 8601>+<years>`. */
function dateOf({ day, instant, years }: DateDue): string {
  return instant === null ? dayText(day) : `${new Date(instant).toISOString()}+${years}`;
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
