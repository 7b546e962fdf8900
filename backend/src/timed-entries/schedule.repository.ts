import { Injectable } from '@nestjs/common';
import type { JsonObject, Schedule } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

/** An entry by schedule of an open journey. `zone`: the workspace's; `paused`: the journey is. */
export type ScheduleRow = {
  workspace_id: string;
  journey_id: string;
  node: string;
  schedule: Schedule;
  segment_id: string;
  grace_seconds: number;
  done_until: Date;
  next_at: Date | null;
  open: boolean;
  zone: string;
  paused: boolean;
  /** A hash of all that Temporal has to know. */
  wish: string;
};

export type OccurrenceState = 'running' | 'ran' | 'stopped' | 'failed' | 'missed' | 'skipped';
export type OccurrenceRow = {
  workspace_id: string;
  journey_id: string;
  node: string;
  name: string;
  due_at: Date;
  after_at: Date | null;
  last: boolean;
  zoned: boolean;
  state: OccurrenceState;
  batch_id: string | null;
};
/** A time of a schedule, of all zones together; how many rows are in which state, and what became of people. */
export type PastRow = {
  node: string;
  name: string;
  first_due: Date;
  last_due: Date;
  running: number;
  ran: number;
  stopped: number;
  failed: number;
  missed: number;
  people: number;
  entered: number;
  held: number;
  refused: number;
};
/**
 * A time that did not happen, for somebody who was in the segment then, with their traits. `stopped`: the journey was
 * closed, or had this step no more, before anybody was asked in.
 */
export type NotRunRow = Pick<OccurrenceRow, 'node' | 'name' | 'due_at' | 'after_at' | 'last' | 'zoned'> &
  Pick<ScheduleRow, 'schedule' | 'zone'> & { state: 'skipped' | 'missed' | 'stopped'; traits: JsonObject };
type Step = { journeyId: string; node: string };

/** Times of a step and state that are looked at for one person: a few days of a schedule by each person's zone. */
const lastTimes = 200;

const wish = `md5(s.schedule::text || w.time_zone || (c.state is not distinct from 'paused')::text)`;
const schedules = `
  select s.workspace_id, s.journey_id, s.node, s.schedule, s.segment_id, s.grace_seconds, s.done_until, s.next_at, s.open,
    w.time_zone as zone, c.state is not distinct from 'paused' as paused, ${wish} as wish
  from entry_schedules s
  join workspaces w on w.id = s.workspace_id
  left join journey_control c on c.workspace_id = s.workspace_id and c.journey_id = s.journey_id`;

/** Schedules of open journeys, what was told to Temporal of them, and the times at which they happened. */
@Injectable()
export class ScheduleRepository {
  constructor(private readonly database: Database) {}

  /**
   * The journey has exactly these from now on. A schedule that says when it said goes on as if nothing had happened:
   * nothing fires twice, and what is due at this very moment is not lost. Any other begins at `at`.
   */
  async replace(
    { workspaceId }: Scope,
    {
      sql,
      journeyId,
      at,
      entries,
    }: {
      sql: Sql;
      journeyId: string;
      at: Date;
      entries: { node: string; schedule: Schedule; segmentId: string; graceSeconds: number; nextAt: Date | null }[];
    },
  ): Promise<void> {
    await sql.query(
      `update entry_schedules set open = false where workspace_id = $1 and journey_id = $2 and node <> all($3::text[])`,
      [workspaceId, journeyId, entries.map(({ node }) => node)],
    );
    if (entries.length > 0)
      await sql.query(
        `insert into entry_schedules as s (
           workspace_id, journey_id, node, schedule, segment_id, grace_seconds, done_until, next_at
         )
         select $1, $2, node, schedule, segment_id, grace_seconds, $4, next_at
         from jsonb_to_recordset($3::jsonb) as r(
           node text, schedule jsonb, segment_id uuid, grace_seconds int, next_at timestamptz
         )
         on conflict (workspace_id, journey_id, node) do update
         set segment_id = excluded.segment_id, grace_seconds = excluded.grace_seconds, open = true,
           schedule = excluded.schedule,
           done_until = case when s.open and s.schedule = excluded.schedule then s.done_until else excluded.done_until end,
           next_at = case when s.open and s.schedule = excluded.schedule then s.next_at else excluded.next_at end`,
        [
          workspaceId,
          journeyId,
          JSON.stringify(
            entries.map(({ node, schedule, segmentId, graceSeconds, nextAt }) => ({
              node,
              schedule,
              segment_id: segmentId,
              grace_seconds: graceSeconds,
              next_at: nextAt,
            })),
          ),
          at,
        ],
      );
    await this.notify(sql);
  }

  async close({ workspaceId }: Scope, { sql, journeyId }: { sql: Sql; journeyId: string }): Promise<void> {
    const rows = await sql.query(
      'update entry_schedules set open = false where workspace_id = $1 and journey_id = $2 and open returning 1',
      [workspaceId, journeyId],
    );
    if (rows.length > 0) await this.notify(sql);
  }

  private async notify(sql: Sql): Promise<void> {
    await sql.send(`select pg_notify('wend_schedules', '')`);
  }

  /** The workspace's. */
  async zoneOf({ workspaceId }: Scope, sql: Sql = this.database): Promise<string> {
    const [row] = await sql.query<{ zone: string }>('select time_zone as zone from workspaces where id = $1', [
      workspaceId,
    ]);
    return row?.zone ?? 'UTC';
  }

  /** Keeps the schedule from all others until the transaction ends; null when there is none. */
  async lock({ workspaceId }: Scope, { sql, journeyId, node }: Step & { sql: Sql }): Promise<ScheduleRow | null> {
    const [row] = await sql.query<ScheduleRow>(
      `${schedules} where s.workspace_id = $1 and s.journey_id = $2 and s.node = $3 for update of s`,
      [workspaceId, journeyId, node],
    );
    return row ?? null;
  }

  /**
   * One whose Temporal Schedule does not say what it should, for whoever asks alone for half a minute: one that could not
   * be told holds up no other. Without scope: of all workspaces.
   */
  async claimUntold(at: Date): Promise<ScheduleRow | null> {
    return this.database.transaction(async (sql) => {
      const [row] = await sql.query<ScheduleRow>(
        `${schedules}
         where (not s.open or s.told is distinct from ${wish} or s.tell_at <= $1)
           and (s.telling_until is null or s.telling_until < now())
         order by s.telling_until nulls first limit 1 for update of s skip locked`,
        [at],
      );
      if (!row) return null;
      await sql.query(
        `update entry_schedules set telling_until = now() + interval '30 seconds'
         where workspace_id = $1 and journey_id = $2 and node = $3`,
        [row.workspace_id, row.journey_id, row.node],
      );
      return row;
    });
  }

  /** What Temporal says now. `nextAt` counts where nobody looked further than `doneUntil` meanwhile. */
  async told(
    { workspaceId }: Scope,
    {
      journeyId,
      node,
      told,
      tellAt,
      doneUntil,
      nextAt,
    }: Step & { told: string; tellAt: Date | null; doneUntil: Date; nextAt: Date | null },
  ): Promise<void> {
    await this.database.query(
      `update entry_schedules
       set told = $4, tell_at = $5, telling_until = null,
         next_at = case when date_trunc('milliseconds', done_until) = $6 then $7 else next_at end
       where workspace_id = $1 and journey_id = $2 and node = $3`,
      [workspaceId, journeyId, node, told, tellAt, doneUntil, nextAt],
    );
  }

  /** Temporal says nothing now: the row goes, unless it was opened again meanwhile. */
  async remove({ workspaceId }: Scope, { journeyId, node }: Step): Promise<void> {
    const step = [workspaceId, journeyId, node];
    const rows = await this.database.query(
      'delete from entry_schedules where workspace_id = $1 and journey_id = $2 and node = $3 and not open returning 1',
      step,
    );
    if (rows.length > 0) return;
    await this.database.query(
      `update entry_schedules set told = null, telling_until = null
       where workspace_id = $1 and journey_id = $2 and node = $3`,
      step,
    );
  }

  /** Those whose time came by then and that nobody has looked after yet. Without scope: of all workspaces. */
  async overdue(by: Date): Promise<{ workspace_id: string; journey_id: string; node: string }[]> {
    return this.database.query(
      `select workspace_id, journey_id, node from entry_schedules where open and next_at <= $1 order by next_at limit 100`,
      [by],
    );
  }

  /**
   * Writes down what came due, and how far it was looked at. A time that is there already stays as it is: of the
   * workspace's zone one of the same name, whenever it was due, unless the schedule went by each person's then.
   */
  async note(
    { workspaceId }: Scope,
    {
      sql,
      journeyId,
      node,
      doneUntil,
      nextAt,
      occurrences,
    }: Step & {
      sql: Sql;
      doneUntil: Date;
      nextAt: Date | null;
      occurrences: Omit<OccurrenceRow, 'workspace_id' | 'journey_id' | 'node' | 'batch_id'>[];
    },
  ): Promise<void> {
    if (occurrences.length > 0)
      await sql.query(
        `insert into schedule_occurrences (
           workspace_id, journey_id, node, name, due_at, after_at, last, zoned, state
         )
         select $1, $2, $3, r.name, r.due_at, r.after_at, r.last, r.zoned, r.state
         from jsonb_to_recordset($4::jsonb) as r(
           name text, due_at timestamptz, after_at timestamptz, last boolean, zoned boolean, state text
         )
         where r.zoned or not exists (
           select 1 from schedule_occurrences o
           where o.workspace_id = $1 and o.journey_id = $2 and o.node = $3 and o.name = r.name and not o.zoned
         )
         on conflict do nothing`,
        [workspaceId, journeyId, node, JSON.stringify(occurrences)],
      );
    await sql.query(
      `update entry_schedules set done_until = greatest(done_until, $4), next_at = $5
       where workspace_id = $1 and journey_id = $2 and node = $3`,
      [workspaceId, journeyId, node, doneUntil, nextAt],
    );
  }

  /** Times whose people have not been asked to come in yet. */
  async toBegin({ workspaceId }: Scope, { journeyId, node }: Step): Promise<OccurrenceRow[]> {
    return this.database.query(
      `select workspace_id, journey_id, node, name, due_at, after_at, last, zoned, state, batch_id
       from schedule_occurrences
       where workspace_id = $1 and journey_id = $2 and node = $3 and state = 'running' and batch_id is null
       order by due_at`,
      [workspaceId, journeyId, node],
    );
  }

  /**
   * Keeps a time from all others until the transaction ends; false when its people have been asked in, or it was given
   * up, meanwhile.
   */
  async holdToBegin(
    { workspaceId }: Scope,
    { sql, journeyId, node, name, dueAt }: Step & { sql: Sql; name: string; dueAt: Date },
  ): Promise<boolean> {
    const rows = await sql.query(
      `select 1 from schedule_occurrences
       where workspace_id = $1 and journey_id = $2 and node = $3 and name = $4 and due_at = $5
         and state = 'running' and batch_id is null
       for update`,
      [workspaceId, journeyId, node, name, dueAt],
    );
    return rows.length > 0;
  }

  /** What became of a time whose people have not been asked to come in yet; of any other nothing changes. */
  async settle(
    { workspaceId }: Scope,
    {
      sql = this.database,
      journeyId,
      node,
      name,
      dueAt,
      state,
      batchId,
    }: Step & { sql?: Sql; name: string; dueAt: Date; state: OccurrenceState; batchId: string | null },
  ): Promise<void> {
    await sql.query(
      `update schedule_occurrences set state = $6, batch_id = $7
       where workspace_id = $1 and journey_id = $2 and node = $3 and name = $4 and due_at = $5
         and state = 'running' and batch_id is null`,
      [workspaceId, journeyId, node, name, dueAt, state, batchId],
    );
  }

  /** Times whose people have all been seen to are over. Without scope: of all workspaces. */
  async settleDone(): Promise<void> {
    await this.database.query(
      `update schedule_occurrences o set state = case b.state when 'done' then 'ran' else b.state end
       from entry_batches b
       where o.state = 'running' and b.workspace_id = o.workspace_id and b.id = o.batch_id
         and b.state in ('done', 'stopped', 'failed')`,
    );
  }

  /** Times that nobody began to work on, of schedules that may be closed by now. Without scope: of all workspaces. */
  async leftBehind(by: Date): Promise<{ workspace_id: string; journey_id: string; node: string }[]> {
    return this.database.query(
      `select distinct workspace_id, journey_id, node from schedule_occurrences
       where state = 'running' and batch_id is null and noted_at <= $1 limit 100`,
      [by],
    );
  }

  async journeyExists({ workspaceId }: Scope, journeyId: string): Promise<boolean> {
    const rows = await this.database.query('select 1 from journeys where workspace_id = $1 and id = $2', [
      workspaceId,
      journeyId,
    ]);
    return rows.length > 0;
  }

  /** Those that are open. */
  async ofJourney({ workspaceId }: Scope, journeyId: string): Promise<ScheduleRow[]> {
    return this.database.query(`${schedules} where s.workspace_id = $1 and s.journey_id = $2 and s.open`, [
      workspaceId,
      journeyId,
    ]);
  }

  /**
   * Times of 90 days, the latest first, that did not happen while the person was in their segment: of each step and state
   * the last ones. By each person's zone a day has some forty, of which one is the person's.
   */
  async notRun(
    { workspaceId }: Scope,
    { journeyId, profileId }: { journeyId: string; profileId: string },
  ): Promise<NotRunRow[]> {
    return this.database.query(
      `select o.node, o.name, o.due_at, o.after_at, o.last, o.zoned, o.state, s.schedule, w.time_zone as zone, p.traits
       from (
         select *, row_number() over (partition by node, state order by due_at desc) as place
         from schedule_occurrences
         where workspace_id = $1 and journey_id = $2 and due_at > now() - interval '90 days'
           and (state in ('skipped', 'missed') or state = 'stopped' and batch_id is null)
       ) o
       join workspaces w on w.id = o.workspace_id
       join entry_schedules s on s.workspace_id = o.workspace_id and s.journey_id = o.journey_id and s.node = o.node
         and s.open
       join segment_members m on m.workspace_id = s.workspace_id and m.segment_id = s.segment_id and m.profile_id = $3
         and m.since <= o.due_at
       join profiles p on p.workspace_id = m.workspace_id and p.id = m.profile_id
       where o.place <= $4
       order by o.due_at desc`,
      [workspaceId, journeyId, profileId, lastTimes],
    );
  }

  /** Times of a journey's schedules with what became of their people, the latest first; some of each step at most. */
  async past(
    { workspaceId }: Scope,
    { journeyId, since, limit }: { journeyId: string; since: Date; limit: number },
  ): Promise<PastRow[]> {
    return this.database.query(
      `select * from (
         select o.node, o.name, min(o.due_at) as first_due, max(o.due_at) as last_due,
           count(*) filter (where o.state = 'running')::int as running,
           count(*) filter (where o.state = 'ran')::int as ran,
           count(*) filter (where o.state = 'stopped')::int as stopped,
           count(*) filter (where o.state = 'failed')::int as failed,
           count(*) filter (where o.state = 'missed')::int as missed,
           coalesce(sum(b.total), 0)::int as people, coalesce(sum(b.entered), 0)::int as entered,
           coalesce(sum(b.held), 0)::int as held,
           coalesce(
             sum((select sum(r.value::int) from jsonb_each_text(b.refused) r)), 0
           )::int as refused,
           row_number() over (partition by o.node order by min(o.due_at) desc) as place
         from schedule_occurrences o
         left join entry_batches b on b.workspace_id = o.workspace_id and b.id = o.batch_id
         where o.workspace_id = $1 and o.journey_id = $2 and o.due_at > $3
         group by o.node, o.name
       ) found where place <= $4 order by node, first_due desc`,
      [workspaceId, journeyId, since, limit],
    );
  }
}
