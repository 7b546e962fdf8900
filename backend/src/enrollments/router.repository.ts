import { Injectable } from '@nestjs/common';
import type { Entry, Reentry } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Sql } from '../platform/database/index.js';
import { storableText } from '../platform/text/index.js';
import type { EventRow, WaitRow } from './commit.repository.js';
import type { SignalledRun } from './run-signals.js';

/**
 * A queued event with what the router needs of it. `position` is the event's own, `queue_position` its place in the
 * lane: what is routed again stands at the end.
 */
export type QueuedEvent = EventRow & {
  lane: number;
  queue_position: string;
  transaction: string;
  workspace_id: string;
  profile_id: string;
  message_id: string;
  received_at: Date;
  origin: 'live' | 'demo' | 'test';
  enrollment_id: string | null;
  run_offset_ms: number;
  /** How many actions of runs led to it, one by the other. */
  depth: number;
  attempts: number;
};
/** A published journey, as those who come to it find it. */
export type EntryRow = {
  workspace_id: string;
  journey_id: string;
  version_id: string;
  /** All entries of the journey, in their order. */
  entries: Entry[];
  reentry: Reentry;
  program_hash: string;
};
/** A journey that events of a name may let people into. */
export type NamedEntryRow = EntryRow & { event_name: string };
export type MatchedWait = WaitRow & SignalledRun & { event_id: string; enrollment_id: string };
/**
 * The queue is short nearly always: a plan made then, which would read all of it, must not be used for the backlog of
 * an outage.
 */
export const onlyIndexes = { settings: ['enable_seqscan = off', 'enable_bitmapscan = off'] };
/**
 * How often a transaction that waits for the Temporal server says that its process is alive. The database ends the
 * transaction of a process that does not (`idleInTransactionMs`), and another one has its lanes.
 */
const aliveEveryMs = 2_000;
/** Without scope: a lane carries the events of all workspaces; every row names its own and every join keeps to it. */
@Injectable()
export class RouterRepository {
  constructor(private readonly database: Database) {}

  /**
   * Works on the oldest events of a few lanes that have some due and that nobody else holds; true when some are sure to
   * be left. The lanes are held until `work` is done. Lanes and events are two statements: only a snapshot taken after
   * the lock shows what the last holder left.
   */
  async withLanes(
    { lanes, batch }: { lanes: number; batch: number },
    work: (args: { sql: Sql; events: QueuedEvent[] }) => Promise<void>,
  ): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      const held = await sql.query<{ lane: number }>(
        `select l.lane
          from event_lanes l
          cross join lateral (
            select 1 from event_queue where lane = l.lane and not_before <= now() order by position limit 1
          ) due
          where l.not_before <= now() order by random() limit $1 for update of l skip locked`,
        [lanes],
      );
      if (held.length === 0) return false;
      const mine = held.map(({ lane }) => lane);
      const perLane = Math.ceil(batch / mine.length);
      // One snapshot for the whole batch: it is the mark of every event in it.
      const events = await sql.query<QueuedEvent>(
        `select q.lane, q.position::text as queue_position, e.position::text, e.transaction::text,
             q.run_offset_ms::float8 as run_offset_ms, q.attempts, e.workspace_id, e.id, e.name, e.time, e.properties,
             e.profile_id, e.message_id, e.received_at, e.origin, e.enrollment_id, e.depth,
           pg_current_snapshot()::text as snapshot
         from unnest($1::smallint[]) as held (lane)
         cross join lateral (
           select * from event_queue where lane = held.lane and not_before <= now() order by position limit $2
         ) q
         join events e on e.workspace_id = q.workspace_id and e.id = q.event_id and e.received_at = q.received_at
         order by q.position`,
        [mine, perLane],
      );
      // Rows of events that do not exist any more would keep the lanes busy for ever.
      if (events.length === 0)
        await sql.query(
          `delete from event_queue q
            where q.lane = any($1::smallint[])
              and q.not_before <= now()
              and not exists (
                select 1
                from events e
                where e.workspace_id = q.workspace_id and e.id = q.event_id and e.received_at = q.received_at
              )`,
          [mine],
        );
      else await whileAlive(sql, () => work({ sql, events }));
      return (
        held.length === lanes || mine.some((lane) => events.filter((event) => event.lane === lane).length === perLane)
      );
    }, onlyIndexes);
  }

  /** What does not come off is undone, and the transaction goes on. */
  async attempt<Result>(sql: Sql, work: () => Promise<Result>): Promise<Result> {
    await sql.send('savepoint attempt');
    try {
      const result = await work();
      await sql.send('release savepoint attempt');
      return result;
    } catch (error) {
      await sql.query('rollback to savepoint attempt');
      throw error;
    }
  }

  /** Journeys that an event may let people into; paused ones take them in as well. */
  async entriesFor(sql: Sql, events: QueuedEvent[]): Promise<NamedEntryRow[]> {
    const names = unzip(events);
    return sql.query<NamedEntryRow>(
      `select distinct j.workspace_id, j.journey_id, j.version_id, j.event_name, v.entries, v.reentry, v.program_hash
       from unnest($1::uuid[], $2::text[]) as n(workspace_id, name)
       join journey_entries j on j.workspace_id = n.workspace_id and j.event_name = n.name
       join journey_versions v on v.workspace_id = j.workspace_id and v.id = j.version_id
       join journey_control c on c.workspace_id = j.workspace_id
         and c.journey_id = j.journey_id
         and c.state in ('live', 'paused')`,
      [names.workspaces, names.names],
    );
  }

  /**
   * Waits that an event of the batch could end, in the order of the events: those of the person whom it belongs to in
   * the snapshot in which the waits are seen, since a merge moves both at once, and only those that were opened for
   * what comes from then on, as the commit looks for them. Each person, their waits and the runs are looked up one
   * after the other (`offset 0`): few match, and there may be millions.
   */
  async waitsFor(sql: Sql, events: QueuedEvent[]): Promise<MatchedWait[]> {
    return sql.query<MatchedWait>(
      `select q.event_id, w.workspace_id, w.enrollment_id, w.workflow_id, w.wait, w.arm, w.rule, w.message_of,
         w.message_visit, w.not_before, w.paths, w.ways, w.origin, run.start, run.program_hash
       from unnest(
         $1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::bigint[], $8::timestamptz[],
           $9::xid8[]
       ) with ordinality
         as q(
           workspace_id, profile_id, name, event_id, origin, enrollment_id, position, received_at, transaction, place
         )
       cross join lateral (
         select coalesce(p.merged_into, p.id) as id
         from profiles p
         where p.workspace_id = q.workspace_id and p.id = q.profile_id offset 0
       ) person
       cross join lateral (
         select *
         from waits
         where workspace_id = q.workspace_id and profile_id = person.id and event_name = q.name offset 0
       ) w
       cross join lateral (
         select e.start,
           (
             select v.program_hash from journey_versions v where v.workspace_id = e.workspace_id and v.id = e.version_id
           ) as program_hash
         from enrollments e where e.workspace_id = w.workspace_id and e.id = w.enrollment_id offset 0
       ) run
       where case when q.origin = 'test' then w.enrollment_id = q.enrollment_id else w.origin <> 'test' end
         and (
           q.position > w.since_position
             or q.received_at > w.since_time
             or not pg_visible_in_snapshot(q.transaction, w.since_snapshot)
         )
           and (w.taken is null or q.event_id <> all(w.taken))
       order by q.place, w.arm`,
      [
        events.map((event) => event.workspace_id),
        events.map((event) => event.profile_id),
        events.map((event) => event.name),
        events.map((event) => event.id),
        events.map((event) => event.origin),
        events.map((event) => event.enrollment_id),
        events.map((event) => event.position),
        events.map((event) => event.received_at),
        events.map((event) => event.transaction),
      ],
    );
  }

  /** Runs whose first step is committed and whose workflow is known to be started. */
  async markStarted(enrollments: { workspaceId: string; enrollmentId: string }[]): Promise<void> {
    if (enrollments.length === 0) return;
    await this.database.query(
      `update enrollments e
        set status = 'running'
        from unnest($1::uuid[], $2::uuid[]) as s(workspace_id, id)
        where e.workspace_id = s.workspace_id and e.id = s.id and e.status = 'starting' and e.step > 0`,
      [enrollments.map((each) => each.workspaceId), enrollments.map((each) => each.enrollmentId)],
    );
  }

  async remove(sql: Sql, events: QueuedEvent[]): Promise<void> {
    if (events.length === 0) return;
    await sql.send(
      `delete from event_queue q
        using unnest($1::smallint[], $2::bigint[]) as done (lane, position)
        where q.lane = done.lane and q.position = done.position`,
      [events.map((event) => event.lane), events.map((event) => event.queue_position)],
    );
  }

  /** Lets whole lanes rest, so that events keep their order until the Temporal server is back. */
  async rest(sql: Sql, { lanes, seconds }: { lanes: number[]; seconds: number }): Promise<void> {
    await sql.query(
      'update event_lanes set not_before = now() + make_interval(secs => $2) where lane = any($1::smallint[])',
      [lanes, seconds],
    );
  }

  /** Tries one event again later. */
  async postpone(sql: Sql, { event, seconds }: { event: QueuedEvent; seconds: number }): Promise<void> {
    await sql.query(
      `update event_queue
        set not_before = now() + make_interval(secs => $3), attempts = attempts + 1
        where lane = $1 and position = $2`,
      [event.lane, event.queue_position, seconds],
    );
  }

  async bury(sql: Sql, { event, error }: { event: QueuedEvent; error: string }): Promise<void> {
    await sql.query(
      `insert into dead_letters (workspace_id, event_id, received_at, event_name, run_offset_ms, error)
        values ($1, $2, $3, $4, $5, $6)`,
      [
        event.workspace_id,
        event.id,
        event.received_at,
        event.name,
        Math.round(event.run_offset_ms),
        storableText(error.slice(0, 2_000)),
      ],
    );
    await this.remove(sql, [event]);
  }
}

async function whileAlive(sql: Sql, work: () => Promise<void>): Promise<void> {
  // A transaction that has ended fails whatever comes next in it: nothing needs to be said here.
  const beat = setInterval(() => void sql.query('select 1').catch(() => undefined), aliveEveryMs);
  try {
    await work();
  } finally {
    clearInterval(beat);
  }
}

function unzip(events: QueuedEvent[]): { workspaces: string[]; names: string[] } {
  return { workspaces: events.map((event) => event.workspace_id), names: events.map((event) => event.name) };
}
