import { Injectable } from '@nestjs/common';
import { datesDue, dayText, readDay } from '@wend/contract';
import type { DateDue } from '@wend/contract';
import { valueAt } from '@wend/engine';
import { Watches } from '../changes/index.js';
import type { Heard } from '../changes/index.js';
import { Entering } from '../enrollments/index.js';
import type { EntryCandidate } from '../enrollments/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { isOutage } from '../platform/http/index.js';
import { logger } from '../platform/logging/index.js';
import { timeZoneOf } from '../profiles/index.js';
import { DateRepository } from './date.repository.js';
import type { DateRow, DueRow, NewDue, Person } from './date.repository.js';

const peopleAtOnce = 2_000;
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
  async prepare(): Promise<boolean> {
    // Whoever is changed meanwhile is told, or seen.
    if (await this.repository.isFresh()) await this.watches.settle();
    return this.database.transaction(async (sql) => {
      const row = await this.repository.lockBusy(sql);
      if (!row) return false;
      if (row.sweeping || !row.open) await this.sweep(row, sql);
      else await this.fill(row, sql);
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

  private async fill(row: DateRow, sql: Sql): Promise<void> {
    const scope = { workspaceId: row.workspace_id };
    const people = await this.repository.people(scope, {
      sql,
      after: row.filled_until ?? firstId,
      limit: peopleAtOnce,
    });
    // What came due since the journey was published is let in at once.
    const due = people.flatMap((person) => rowsOf({ row, person, after: row.since.getTime() }));
    // Whoever changed meanwhile has rows already.
    await this.repository.add(scope, { sql, due, once: true });
    const last = people.at(-1);
    const until = last && people.length === peopleAtOnce ? last.id : null;
    await this.repository.filled(scope, { sql, journeyId: row.journey_id, node: row.node, until });
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
    const rows = await this.repository.open(scope, sql);
    if (rows.length === 0) return;
    await this.replan(scope, { sql, rows, profileIds, at, done: [] });
  }

  private async replan(
    scope: Scope,
    {
      sql,
      rows,
      profileIds,
      at,
      done,
    }: {
      sql: Sql;
      rows: readonly DateRow[];
      profileIds: readonly string[];
      at: number;
      done: readonly string[];
    },
  ): Promise<void> {
    // As their traits are when nobody else plans for them: what changes them after that is heard of later.
    await this.repository.lockPlans(scope, { sql, profileIds });
    const people = await this.repository.peopleOf(scope, profileIds, sql);
    const steps = rows.map(({ journey_id: journeyId, node }) => ({ journeyId, node }));
    await this.repository.drop(scope, { sql, profileIds, steps, after: new Date(at), done });
    const due = rows.flatMap((row) =>
      people.flatMap((person) => rowsOf({ row, person, after: Math.max(at, row.since.getTime()) })),
    );
    await this.repository.add(scope, { sql, due });
  }

  /** Lets in some of those who are due. True: there may be more. `now`: ms. */
  async letIn(now = Date.now()): Promise<boolean> {
    const claimed = await this.repository.claim(new Date(now), dueAtOnce);
    for (const workspaceId of new Set(claimed.map((each) => each.workspace_id)))
      await this.letInSome(
        { workspaceId },
        claimed.filter((each) => each.workspace_id === workspaceId),
        now,
      );
    return claimed.length === dueAtOnce;
  }

  /** All at once, or each person alone when that fails: one holds up nobody else, and is tried again when the claim ends. */
  private async letInSome(scope: Scope, claimed: readonly DueRow[], now: number): Promise<void> {
    try {
      await this.letInOf(scope, claimed, now);
    } catch (error) {
      if (isOutage(error)) throw error;
      for (const person of new Set(claimed.map((each) => each.profile_id))) {
        const own = claimed.filter((each) => each.profile_id === person);
        await this.letInOf(scope, own, now).catch((failed: unknown) => {
          if (isOutage(failed)) throw failed;
          logger.error({ err: failed, profile: person }, 'a person could not be let in by a date; again soon');
        });
      }
    }
  }

  private async letInOf(scope: Scope, claimed: readonly DueRow[], now: number): Promise<void> {
    const profileIds = [...new Set(claimed.map((each) => each.profile_id))];
    const rows = await this.repository.open(scope);
    const people = await this.repository.peopleOf(scope, profileIds);
    const candidates = claimed.flatMap((due) => candidateOf({ due, rows, people }));
    const replan = async (sql: Sql): Promise<void> =>
      this.replan(scope, { sql, rows, profileIds, at: now, done: claimed.map(({ id }) => id) });
    if (candidates.length === 0) await this.database.transaction(replan);
    // Who came in, and when they are due next, is one truth.
    else await this.entering.enter(candidates, { also: ({ sql }) => replan(sql) });
  }
}

function duesOf({ row, person, after }: { row: DateRow; person: Person; after: number }): DateDue[] {
  const zone = timeZoneOf(person.traits) ?? row.zone;
  return datesDue({ rule: row.rule, value: valueAt(person.traits, row.trait), zone, after });
}

function rowsOf({ row, person, after }: { row: DateRow; person: Person; after: number }): NewDue[] {
  return duesOf({ row, person, after }).map(({ day, at }) => ({
    journeyId: row.journey_id,
    node: row.node,
    generation: row.generation,
    profileId: person.id,
    day: dayText(day),
    at: new Date(at),
  }));
}

/** Nobody, when the person's date or zone is another one by now, or the entry is. */
function candidateOf({
  due,
  rows,
  people,
}: {
  due: DueRow;
  rows: readonly DateRow[];
  people: readonly Person[];
}): EntryCandidate[] {
  const row = rows.find(({ journey_id, node }) => journey_id === due.journey_id && node === due.node);
  const person = people.find(({ id }) => id === due.profile_id);
  if (!row || row.generation !== due.generation || !person) return [];
  const at = due.due_at.getTime();
  const found = duesOf({ row, person, after: at - 1 }).find((each) => each.day === readDay(due.day) && each.at === at);
  if (!found) return [];
  return [
    {
      workspaceId: due.workspace_id,
      journeyId: due.journey_id,
      node: due.node,
      profileId: person.id,
      // For one date nobody comes in twice, whatever the trait says in between.
      cause: { name: `date/${due.node}/${due.day}/${person.id}` },
      name: 'Date',
      at,
      data: { date: due.day, years: found.years, trait: row.trait, scheduledAt: due.due_at.toISOString() },
    },
  ];
}
