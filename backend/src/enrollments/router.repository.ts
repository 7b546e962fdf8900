import { Injectable } from '@nestjs/common';
import type { EntryTrigger, JsonObject, Reentry } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Sql } from '../platform/database/index.js';
import { storableText } from '../platform/text/index.js';
import type { EventRow, WaitRow } from './commit.repository.js';
import type { StoredStart } from './program.repository.js';
import type { SignalledRun } from './run-signals.js';

/** A queued event with what the router needs of it. */
export type QueuedEvent = EventRow & {
  lane: number; workspace_id: string; profile_id: string; received_at: Date; origin: 'live' | 'demo' | 'test'; enrollment_id: string | null; run_offset_ms: number; attempts: number;
};
export type EntryRow = { workspace_id: string; journey_id: string; version_id: string; event_name: string; trigger: EntryTrigger; reentry: Reentry; program_hash: string };
export type MatchedWait = WaitRow & SignalledRun & { event_id: string; enrollment_id: string };
/** A person about to enter. */
export type Candidate = { entry: EntryRow; event: QueuedEvent; key: string; enrollmentId: string; start: StoredStart };

/** The queue is short nearly always: a plan made then, which would read all of it, must not be used for the backlog of an outage. */
const onlyIndexes = { settings: ['enable_seqscan = off', 'enable_bitmapscan = off'] };

/** Without scope: a lane carries the events of all workspaces; every row names its own and every join keeps to it. */
@Injectable()
export class RouterRepository {
  constructor(private readonly database: Database) {}

  /**
   * Works on the oldest events of a few lanes that have some due and that nobody else holds; true when some are sure to be left. The lanes
   * are held until `work` is done. Lanes and events are two statements: only a snapshot taken after the lock shows what the last holder left.
   */
  async withLanes({ lanes, batch }: { lanes: number; batch: number }, work: (args: { sql: Sql; events: QueuedEvent[] }) => Promise<void>): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      const held = await sql.query<{ lane: number }>(
        `select l.lane from event_lanes l cross join lateral (select 1 from event_queue where lane = l.lane and not_before <= now() order by position limit 1) due
          where l.not_before <= now() order by random() limit $1 for update of l skip locked`,
        [lanes],
      );
      if (held.length === 0) return false;
      const mine = held.map(({ lane }) => lane);
      const perLane = Math.ceil(batch / mine.length);
      // One snapshot for the whole batch: it is the mark of every event in it.
      const events = await sql.query<QueuedEvent>(
        `select q.lane, q.position::text, q.run_offset_ms::float8 as run_offset_ms, q.attempts, e.workspace_id, e.id, e.name, e.time, e.properties, e.profile_id, e.received_at, e.origin, e.enrollment_id,
           pg_current_snapshot()::text as snapshot
         from unnest($1::smallint[]) as held (lane)
         cross join lateral (select * from event_queue where lane = held.lane and not_before <= now() order by position limit $2) q
         join events e on e.workspace_id = q.workspace_id and e.id = q.event_id and e.received_at = q.received_at order by q.position`,
        [mine, perLane],
      );
      // Rows of events that do not exist any more would keep the lanes busy for ever.
      if (events.length === 0) await sql.query('delete from event_queue q where q.lane = any($1::smallint[]) and q.not_before <= now() and not exists (select 1 from events e where e.workspace_id = q.workspace_id and e.id = q.event_id and e.received_at = q.received_at)', [mine]);
      else await work({ sql, events });
      return held.length === lanes || mine.some((lane) => events.filter((event) => event.lane === lane).length === perLane);
    }, onlyIndexes);
  }

  async entriesFor(sql: Sql, events: QueuedEvent[]): Promise<EntryRow[]> {
    const names = unzip(events);
    return sql.query<EntryRow>(
      `select distinct j.workspace_id, j.journey_id, j.version_id, j.event_name, v.trigger, v.reentry, v.program_hash
       from unnest($1::uuid[], $2::text[]) as n(workspace_id, name)
       join journey_entries j on j.workspace_id = n.workspace_id and j.event_name = n.name
       join journey_versions v on v.workspace_id = j.workspace_id and v.id = j.version_id
       join journey_control c on c.workspace_id = j.workspace_id and c.journey_id = j.journey_id and c.state = 'live'`,
      [names.workspaces, names.names],
    );
  }

  /** Waits that an event of the batch could end, in the order of the events. The run is looked up per wait (`offset 0`): few waits match, and there may be millions of runs. */
  async waitsFor(sql: Sql, events: QueuedEvent[]): Promise<MatchedWait[]> {
    return sql.query<MatchedWait>(
      `select q.event_id, w.workspace_id, w.enrollment_id, w.workflow_id, w.wait, w.arm, w.rule, w.message_of, w.paths, run.start, run.program_hash
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::uuid[]) with ordinality as q(workspace_id, profile_id, name, event_id, origin, enrollment_id, place)
       join waits w on w.workspace_id = q.workspace_id and w.profile_id = q.profile_id and w.event_name = q.name
       cross join lateral (
         select e.start, (select v.program_hash from journey_versions v where v.workspace_id = e.workspace_id and v.id = e.version_id) as program_hash
         from enrollments e where e.workspace_id = w.workspace_id and e.id = w.enrollment_id offset 0
       ) run
       where case when q.origin = 'test' then w.enrollment_id = q.enrollment_id else w.origin <> 'test' end
       order by q.place, w.arm`,
      [events.map((event) => event.workspace_id), events.map((event) => event.profile_id), events.map((event) => event.name), events.map((event) => event.id), events.map((event) => event.origin), events.map((event) => event.enrollment_id)],
    );
  }

  /**
   * Lets people in, in one transaction: locks each (journey, profile, entry key), applies the re-entry rule and inserts enrollments as
   * `starting`. Returns those that came in. Two entries in the same instant give one enrollment when the rule says so.
   */
  async enrol(candidates: Candidate[]): Promise<Candidate[]> {
    if (candidates.length === 0) return [];
    return this.database.transaction(async (sql) => {
      const keys = candidates.map(lockText);
      await sql.query(`select pg_advisory_xact_lock(k) from (select distinct hashtextextended(t, 0) as k from unnest($1::text[]) t order by 1) locks`, [keys]);
      const last = await this.lastEntries(sql, candidates);
      const accepted = candidates.filter((candidate) => {
        const entered = candidate.start.first.at;
        const before = last.get(lockText(candidate));
        if (!mayEnter(candidate.entry.reentry, before, entered)) return false;
        last.set(lockText(candidate), entered);
        return true;
      });
      const inserted = await this.insert(sql, accepted);
      return accepted.filter((candidate) => inserted.has(candidate.enrollmentId));
    });
  }

  private async lastEntries(sql: Sql, candidates: Candidate[]): Promise<Map<string, number>> {
    const rows = await sql.query<{ place: number; entered_at: Date }>(
      `select c.place::int, e.entered_at from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) with ordinality as c(workspace_id, journey_id, profile_id, entry_key, place)
       cross join lateral (select entered_at from enrollments e where e.workspace_id = c.workspace_id and e.journey_id = c.journey_id and e.profile_id = c.profile_id and e.entry_key = c.entry_key and e.origin <> 'test' order by e.created_at desc limit 1) e`,
      [candidates.map((each) => each.entry.workspace_id), candidates.map((each) => each.entry.journey_id), candidates.map((each) => each.event.profile_id), candidates.map((each) => each.key)],
    );
    return new Map(rows.flatMap((row) => { const candidate = candidates[row.place - 1]; return candidate ? [[lockText(candidate), row.entered_at.getTime()] as const] : []; }));
  }

  private async insert(sql: Sql, accepted: Candidate[]): Promise<Set<string>> {
    const rows = accepted.map(({ entry, event, key, enrollmentId, start }) => ({
      workspace_id: entry.workspace_id, id: enrollmentId, journey_id: entry.journey_id, version_id: entry.version_id, profile_id: event.profile_id, entry_event_id: event.id,
      entry_received_at: event.received_at, entry_key: key, origin: start.identity.origin, start, workflow_id: `enrollment/${enrollmentId}`, run_offset_ms: Math.round(event.run_offset_ms), entered_at: new Date(start.first.at),
    }));
    const done = await sql.query<{ id: string }>(
      `insert into enrollments (workspace_id, id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, entry_key, origin, start, workflow_id, run_offset_ms, entered_at)
       select workspace_id, id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, entry_key, origin, start, workflow_id, run_offset_ms, entered_at
       from jsonb_to_recordset($1::jsonb) as r(workspace_id uuid, id uuid, journey_id uuid, version_id uuid, profile_id uuid, entry_event_id uuid, entry_received_at timestamptz, entry_key text, origin text, start jsonb, workflow_id text, run_offset_ms bigint, entered_at timestamptz)
       on conflict (workspace_id, journey_id, entry_event_id) do nothing returning id`,
      [JSON.stringify(rows)],
    );
    return new Set(done.map((row) => row.id));
  }

  /** Runs whose first step is committed and whose workflow is known to be started. */
  async markStarted(enrollments: { workspaceId: string; enrollmentId: string }[]): Promise<void> {
    if (enrollments.length === 0) return;
    await this.database.query(
      `update enrollments e set status = 'running' from unnest($1::uuid[], $2::uuid[]) as s(workspace_id, id) where e.workspace_id = s.workspace_id and e.id = s.id and e.status = 'starting' and e.step > 0`,
      [enrollments.map((each) => each.workspaceId), enrollments.map((each) => each.enrollmentId)],
    );
  }

  async remove(sql: Sql, events: QueuedEvent[]): Promise<void> {
    if (events.length === 0) return;
    await sql.send('delete from event_queue q using unnest($1::smallint[], $2::bigint[]) as done (lane, position) where q.lane = done.lane and q.position = done.position', [events.map((event) => event.lane), events.map((event) => event.position)]);
  }

  /** Lets whole lanes rest, so that events keep their order until the Temporal server is back. */
  async rest(sql: Sql, { lanes, seconds }: { lanes: number[]; seconds: number }): Promise<void> {
    await sql.query('update event_lanes set not_before = now() + make_interval(secs => $2) where lane = any($1::smallint[])', [lanes, seconds]);
  }

  /** Tries one event again later. */
  async postpone(sql: Sql, { event, seconds }: { event: QueuedEvent; seconds: number }): Promise<void> {
    await sql.query('update event_queue set not_before = now() + make_interval(secs => $3), attempts = attempts + 1 where lane = $1 and position = $2', [event.lane, event.position, seconds]);
  }

  async bury(sql: Sql, { event, error }: { event: QueuedEvent; error: string }): Promise<void> {
    await sql.query(
      `insert into dead_letters (workspace_id, event_id, received_at, event_name, run_offset_ms, error) values ($1, $2, $3, $4, $5, $6)`,
      [event.workspace_id, event.id, event.received_at, event.name, Math.round(event.run_offset_ms), storableText(error.slice(0, 2_000))],
    );
    await this.remove(sql, [event]);
  }
}

function unzip(events: QueuedEvent[]): { workspaces: string[]; names: string[] } {
  return { workspaces: events.map((event) => event.workspace_id), names: events.map((event) => event.name) };
}

function lockText({ entry, event, key }: Candidate): string {
  return `${entry.journey_id}/${event.profile_id}/${key}`;
}

/** The re-entry rule: tied to the entry, not to the end of the run. Times in ms. */
export function mayEnter(rule: Reentry, lastEntry: number | undefined, now: number): boolean {
  if (lastEntry === undefined || rule.rule === 'always') return true;
  return rule.rule === 'after' && now - lastEntry >= (rule.afterSeconds ?? 0) * 1_000;
}

/** The value of the entry key, or '' when the journey has none or the event does not carry it. */
export function entryKeyOf(value: JsonObject[string] | undefined): string {
  if (value === undefined || value === null) return '';
  // Cut within an emoji it could not be stored.
  return storableText((typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, 500));
}
