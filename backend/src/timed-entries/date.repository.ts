import { Injectable } from '@nestjs/common';
import type { DateRule, JsonObject } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

/** An entry by date of a journey. `zone`: the workspace's. */
export type DateRow = {
  workspace_id: string;
  journey_id: string;
  node: string;
  trait: string;
  rule: DateRule;
  since: Date;
  generation: number;
  filled_until: string | null;
  sweeping: boolean;
  open: boolean;
  zone: string;
};
export type Step = { journeyId: string; node: string };

/** Somebody who is due, `day`: `YYYY-MM-DD`; `instant`: what the trait holds when that is an instant, ms since 1970. */
export type DueRow = {
  workspace_id: string;
  id: string;
  journey_id: string;
  node: string;
  generation: number;
  profile_id: string;
  day: string;
  instant: number | null;
  due_at: Date;
};
/** What somebody was due for. */
export type Planned = Omit<DueRow, 'workspace_id' | 'id'>;
/** A row that is over; `profileId`: only while it is that person's. */
export type Done = { id: string; profileId: string | null };
export type NewDue = {
  journeyId: string;
  node: string;
  generation: number;
  profileId: string;
  day: string;
  instant: number | null;
  at: Date;
};
export type Person = { id: string; traits: JsonObject };

const entries = `
  select d.workspace_id, d.journey_id, d.node, d.trait, d.rule, d.since, d.generation, d.filled_until, d.sweeping, d.open,
    w.time_zone as zone
  from entry_dates d join workspaces w on w.id = d.workspace_id`;

/** Entries by date, and when people are due. */
@Injectable()
export class DateRepository {
  constructor(private readonly database: Database) {}

  /**
   * The journey has exactly these from now on. What says what it said goes on as it was; of anything else whose time has
   * come by `at` does not come in, and everybody is looked at anew.
   */
  async replace(
    { workspaceId }: Scope,
    {
      sql,
      journeyId,
      at,
      given,
    }: { sql: Sql; journeyId: string; at: Date; given: { node: string; trait: string; rule: DateRule }[] },
  ): Promise<void> {
    await sql.query(
      'update entry_dates set open = false where workspace_id = $1 and journey_id = $2 and node <> all($3::text[])',
      [workspaceId, journeyId, given.map(({ node }) => node)],
    );
    if (given.length > 0)
      await sql.query(
        `insert into entry_dates as d (workspace_id, journey_id, node, trait, rule, since)
         select $1, $2, node, trait, rule, $4 from jsonb_to_recordset($3::jsonb) as r(node text, trait text, rule jsonb)
         on conflict (workspace_id, journey_id, node) do update
         set trait = excluded.trait, rule = excluded.rule, since = excluded.since, generation = d.generation + 1,
           filled_until = '00000000-0000-0000-0000-000000000000', sweeping = true, open = true
         where not d.open or d.trait <> excluded.trait or d.rule <> excluded.rule`,
        [workspaceId, journeyId, JSON.stringify(given), at],
      );
    await this.notify(sql);
  }

  async close({ workspaceId }: Scope, { sql, journeyId }: { sql: Sql; journeyId: string }): Promise<boolean> {
    const rows = await sql.query(
      'update entry_dates set open = false where workspace_id = $1 and journey_id = $2 and open returning 1',
      [workspaceId, journeyId],
    );
    if (rows.length > 0) await this.notify(sql);
    return rows.length > 0;
  }

  private async notify(sql: Sql): Promise<void> {
    await sql.send(`select pg_notify('wend_schedules', '')`);
  }

  /** Those of a workspace that let people in. */
  async open({ workspaceId }: Scope, sql: Sql = this.database): Promise<DateRow[]> {
    return sql.query(`${entries} where d.workspace_id = $1 and d.open`, [workspaceId]);
  }

  /** One that people have to be looked at for, or rows taken away of. Without scope: of all workspaces. */
  async lockBusy(sql: Sql): Promise<DateRow | null> {
    const [row] = await sql.query<DateRow>(
      `${entries}
       where d.filled_until is not null or d.sweeping or not d.open
       order by d.workspace_id limit 1 for update of d skip locked`,
    );
    return row ?? null;
  }

  /** Those that nobody has been looked at for yet. Without scope: of all workspaces. */
  async fresh(): Promise<Omit<DateRow, 'zone'>[]> {
    return this.database.query(
      `select workspace_id, journey_id, node, generation, since from entry_dates
       where open and not sweeping and filled_until = '00000000-0000-0000-0000-000000000000'`,
    );
  }

  /**
   * Everybody is looked at again, as the workspace's zone is another one. What came before `at` has come, but where
   * people are still being looked at for the first time.
   */
  async refill({ workspaceId }: Scope, { sql, at }: { sql: Sql; at: Date }): Promise<void> {
    await sql.query(
      `update entry_dates
       set since = case when filled_until is null then $2 else since end,
         filled_until = '00000000-0000-0000-0000-000000000000'
       where workspace_id = $1 and open`,
      [workspaceId, at],
    );
    await this.notify(sql);
  }

  /** Some of the people of a workspace, in the order of their ids. */
  async people(
    { workspaceId }: Scope,
    { sql, after, limit }: { sql: Sql; after: string; limit: number },
  ): Promise<string[]> {
    const rows = await sql.query<{ id: string }>(
      `select id from profiles
       where workspace_id = $1 and id > $2 and merged_into is null and not test order by id limit $3`,
      [workspaceId, after, limit],
    );
    return rows.map(({ id }) => id);
  }

  async peopleOf({ workspaceId }: Scope, ids: readonly string[], sql: Sql = this.database): Promise<Person[]> {
    return sql.query(
      'select id, traits from profiles where workspace_id = $1 and id = any($2::uuid[]) and merged_into is null and not test',
      [workspaceId, ids],
    );
  }

  /** Whoever else plans for these people waits until the transaction ends. */
  async lockPlans(
    { workspaceId }: Scope,
    { sql, profileIds }: { sql: Sql; profileIds: readonly string[] },
  ): Promise<void> {
    await sql.query(
      `select pg_advisory_xact_lock(k) from (
         select distinct hashtextextended('entry-due/' || $1 || '/' || id, 0) as k from unnest($2::text[]) id order by 1
       ) locks`,
      [workspaceId, profileIds],
    );
  }

  async filled(
    { workspaceId }: Scope,
    { sql, journeyId, node, until }: Step & { sql: Sql; until: string | null },
  ): Promise<void> {
    await sql.query(
      'update entry_dates set filled_until = $4 where workspace_id = $1 and journey_id = $2 and node = $3',
      [workspaceId, journeyId, node, until],
    );
  }

  /** Some rows that count for nothing any more. How many there were. */
  async sweep(
    { workspaceId }: Scope,
    { sql, journeyId, node, generation, limit }: Step & { sql: Sql; generation: number; limit: number },
  ): Promise<number> {
    const rows = await sql.query(
      `delete from entry_due
       where workspace_id = $1 and id = any(array(
         select id from entry_due
         where workspace_id = $1 and journey_id = $2 and node = $3 and generation < $4 limit $5
       )) returning 1`,
      [workspaceId, journeyId, node, generation, limit],
    );
    return rows.length;
  }

  async swept({ workspaceId }: Scope, { sql, journeyId, node }: Step & { sql: Sql }): Promise<void> {
    await sql.query(
      'update entry_dates set sweeping = false where workspace_id = $1 and journey_id = $2 and node = $3 and open',
      [workspaceId, journeyId, node],
    );
    await sql.query('delete from entry_dates where workspace_id = $1 and journey_id = $2 and node = $3 and not open', [
      workspaceId,
      journeyId,
      node,
    ]);
  }

  /** A date that there is a row of already has no second one; of an instant the day may be a neighbour, in another zone. */
  async add({ workspaceId }: Scope, { sql, due }: { sql: Sql; due: readonly NewDue[] }): Promise<void> {
    if (due.length === 0) return;
    await sql.query(
      `insert into entry_due (workspace_id, journey_id, node, generation, profile_id, day, instant, due_at)
       select distinct on (r.journey_id, r.node, r.profile_id, r.day, r.instant) $1::uuid, r.*
       from unnest($2::uuid[], $3::text[], $4::int[], $5::uuid[], $6::date[], $7::float8[], $8::timestamptz[]) as r(
         journey_id, node, generation, profile_id, day, instant, due_at
       )
       where not exists (
         select 1 from entry_due d
         where d.workspace_id = $1 and d.profile_id = r.profile_id and d.journey_id = r.journey_id
           and d.node = r.node and d.generation = r.generation and d.instant is not distinct from r.instant
           and abs(d.day - r.day) <= case when r.instant is null then 0 else 3 end
       )
       order by r.journey_id, r.node, r.profile_id, r.day, r.instant, r.due_at`,
      [
        workspaceId,
        due.map((each) => each.journeyId),
        due.map((each) => each.node),
        due.map((each) => each.generation),
        due.map((each) => each.profileId),
        due.map((each) => each.day),
        due.map((each) => each.instant),
        due.map((each) => each.at),
      ],
    );
  }

  /** Takes away what people will be due for after `at`, which it returns, and rows that are done. */
  async drop(
    { workspaceId }: Scope,
    {
      sql,
      profileIds,
      steps,
      after,
      done = [],
    }: { sql: Sql; profileIds: readonly string[]; steps: readonly Step[]; after: Date; done?: readonly Done[] },
  ): Promise<Planned[]> {
    if (done.length > 0)
      await sql.query(
        `delete from entry_due d using unnest($2::uuid[], $3::uuid[]) as o(id, profile_id)
         where d.workspace_id = $1 and d.id = o.id and (o.profile_id is null or d.profile_id = o.profile_id)`,
        [workspaceId, done.map(({ id }) => id), done.map(({ profileId }) => profileId)],
      );
    return sql.query<Planned>(
      `delete from entry_due d
       using unnest($3::uuid[], $4::text[]) as s(journey_id, node)
       where d.workspace_id = $1 and d.profile_id = any($2::uuid[]) and d.journey_id = s.journey_id and d.node = s.node
         and d.due_at > $5
       returning d.journey_id, d.node, d.generation, d.profile_id, d.day::text as day, d.instant, d.due_at`,
      [workspaceId, profileIds, steps.map(({ journeyId }) => journeyId), steps.map(({ node }) => node), after],
    );
  }

  /**
   * Some who are due, those who are due longest first, for whoever asks alone for a minute. Without
   * scope: of all workspaces.
   */
  async claim(at: Date, limit: number): Promise<DueRow[]> {
    return this.database.query(
      `update entry_due d set claimed_until = now() + interval '1 minute'
       from (
         select workspace_id, id from entry_due
         where due_at <= $1 and (claimed_until is null or claimed_until < now())
         order by due_at limit $2 for update skip locked
       ) c
       where d.workspace_id = c.workspace_id and d.id = c.id
       returning d.workspace_id, d.id, d.journey_id, d.node, d.generation, d.profile_id, d.day::text as day, d.instant,
         d.due_at`,
      [at, limit],
    );
  }
}
