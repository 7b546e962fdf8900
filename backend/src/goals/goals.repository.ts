import type { Goal, JsonObject } from '@wend/contract';
import type { GoalEvent, GoalHit, GoalRun, Touch } from '@wend/engine';
import type { Scope, Sql } from '../platform/database/index.js';

/** An event that may reach a goal of a run: its filter and the first instant of its window are still to be asked. */
export type Candidate = { enrollmentId: string; profileId: string; event: GoalEvent };
export type RunWithGoals = { enrollmentId: string; goals: Goal[]; run: GoalRun };
type Hit = GoalHit & { enrollmentId: string };

/** Workspaces whose events or runs are to be looked at. Without scope: it is the worker's list. */
export async function workspacesBehind(sql: Sql, settled: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select w.workspace_id as id
     from goal_workspaces w
     where w.position < $1
       -- By the order of its index: whether there is one at all could be asked of the whole table.
       or (select r.id from goal_runs r where r.workspace_id = w.workspace_id order by r.id limit 1) is not null
     order by w.position, w.workspace_id`,
    [settled],
  );
  return rows.map(({ id }) => id);
}

/** How far its events are counted, held for this transaction; null while another process counts them. */
export async function holdWorkspace({ workspaceId }: Scope, sql: Sql): Promise<string | null> {
  const [row] = await sql.query<{ position: string }>(
    'select position from goal_workspaces where workspace_id = $1 for update skip locked',
    [workspaceId],
  );
  return row?.position ?? null;
}

export async function saveProgress({ workspaceId }: Scope, { sql, upTo }: { sql: Sql; upTo: string }): Promise<void> {
  await sql.query('update goal_workspaces set position = $2 where workspace_id = $1', [workspaceId, upTo]);
}

export async function runsToLookAt(
  { workspaceId }: Scope,
  { sql, limit }: { sql: Sql; limit: number },
): Promise<{ id: string; enrollmentId: string }[]> {
  return sql.query(
    'select id, enrollment_id as "enrollmentId" from goal_runs where workspace_id = $1 order by id limit $2',
    [workspaceId, limit],
  );
}

export async function forgetRuns({ workspaceId }: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<void> {
  await sql.query('delete from goal_runs where workspace_id = $1 and id = any($2::bigint[])', [workspaceId, ids]);
}

/** Keeps people from being merged away or erased until the transaction ends, in the order of their ids. */
export async function holdPeople({ workspaceId }: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<void> {
  await sql.query('select 1 from profiles where workspace_id = $1 and id = any($2::uuid[]) order by id for key share', [
    workspaceId,
    ids,
  ]);
}

/** What a test run is told is its own. What files bring counts as what is sent. */
const ownEvents = `case e.origin
    when 'test' then v.enrollment_id = e.id
    when 'demo' then v.origin in ('live', 'demo')
    else v.origin in ('live', 'import') end`;
const columns = `e.id as "enrollmentId", e.profile_id as "profileId", v.id, v.name,
    floor(extract(epoch from v.time) * 1000)::float8 as time, v.properties`;
type Row = { enrollmentId: string; profileId: string } & GoalEvent;

function candidateOf({ enrollmentId, profileId, ...event }: Row): Candidate {
  return { enrollmentId, profileId, event };
}

/** Of the events after a position and up to another one. An event of several goals of a run is there once for each. */
export async function candidatesIn(
  { workspaceId }: Scope,
  { sql, after, upTo }: { sql: Sql; after: string; upTo: string },
): Promise<Candidate[]> {
  const rows = await sql.query<Row>(
    `select distinct on (e.id, v.id) ${columns}
     from events v
     join journey_goals g on g.workspace_id = $1 and g.event = v.name
     join enrollments e on e.workspace_id = $1 and e.profile_id = v.profile_id and e.version_id = g.version_id
     where v.workspace_id = $1 and v.position > $2 and v.position <= $3 and ${ownEvents}
       and v.time <= e.entered_at + make_interval(secs => g.within_seconds)
     order by e.id, v.id`,
    [workspaceId, after, upTo],
  );
  return rows.map(candidateOf);
}

/** Of all events of these runs’ people. */
export async function candidatesOf(
  { workspaceId }: Scope,
  { sql, ids }: { sql: Sql; ids: string[] },
): Promise<Candidate[]> {
  const rows = await sql.query<Row>(
    `select distinct on (e.id, v.id) ${columns}
     from enrollments e
     join journey_goals g on g.workspace_id = $1 and g.version_id = e.version_id
     cross join lateral (${from}) began
     join events v on v.workspace_id = $1 and v.profile_id = e.profile_id and v.name = g.event
       and v.time >= began.at and v.time <= e.entered_at + make_interval(secs => g.within_seconds) and ${ownEvents}
     where e.workspace_id = $1 and e.id = any($2::uuid[])
     order by e.id, v.id`,
    [workspaceId, ids],
  );
  return rows.map(candidateOf);
}

/** When somebody came in: when the event happened that let them in, or when that was received, where that was before. */
const from = `select least(e.entered_at, coalesce(
    (select n.time from events n
     where n.workspace_id = e.workspace_id and n.id = e.entry_event_id and n.received_at = e.entry_received_at),
    e.entry_received_at)) as at`;

type RunRow = {
  enrollmentId: string;
  from: number;
  entryEventId: string | null;
  entry: JsonObject | null;
  goals: Goal[];
  touches: Touch[] | null;
};

/** Runs, their goals as their version has them, and the messages that went out in them. */
export async function runsWith(
  { workspaceId }: Scope,
  { sql, ids }: { sql: Sql; ids: string[] },
): Promise<RunWithGoals[]> {
  if (ids.length === 0) return [];
  const rows = await sql.query<RunRow>(
    `select e.id as "enrollmentId", floor(extract(epoch from began.at) * 1000)::float8 as from,
       e.entry_event_id as "entryEventId",
       coalesce((
         select n.properties from events n
         where n.workspace_id = $1 and n.id = e.entry_event_id and n.received_at = e.entry_received_at
       ), e.entry_data) as entry,
       (
         select jsonb_agg(g.definition order by g.goal) from journey_goals g
         where g.workspace_id = $1 and g.version_id = e.version_id
       ) as goals,
       (
         select jsonb_agg(jsonb_build_object(
           'messageId', m.id, 'node', m.node, 'visit', m.visit, 'at', floor(extract(epoch from m.sent_at) * 1000)
         ))
         from messages m
         where m.workspace_id = $1 and m.enrollment_id = e.id and m.sent_at is not null
       ) as touches
     from enrollments e
     cross join lateral (${from}) began
     where e.workspace_id = $1 and e.id = any($2::uuid[])
     order by e.id`,
    [workspaceId, ids],
  );
  return rows.map(({ enrollmentId, goals, entry, touches, ...run }) => ({
    enrollmentId,
    goals: goals ?? [],
    run: { ...run, entry: entry ?? {}, touches: touches ?? [] },
  }));
}

/**
 * Keeps hits that are not kept yet, and counts them: a run once per goal, its hits by currency and by the steps whose
 * messages touched first and last. Test runs are kept and not counted.
 */
export async function keepHits({ workspaceId }: Scope, { sql, hits }: { sql: Sql; hits: Hit[] }): Promise<void> {
  if (hits.length === 0) return;
  const rows = hits.map(({ enrollmentId, goal, event, value, currency, first, last }) => ({
    enrollment_id: enrollmentId,
    goal,
    event_id: event.id,
    at: new Date(event.time).toISOString(),
    value,
    currency,
    first_touch: first,
    last_touch: last,
  }));
  await sql.query(
    `with fresh as (
       insert into goal_hits (workspace_id, enrollment_id, goal, event_id, at, value, currency, first_touch, last_touch)
       select $1, t.enrollment_id, t.goal, t.event_id, t.at, t.value, t.currency, t.first_touch, t.last_touch
       from jsonb_to_recordset($2::jsonb) as t (
         enrollment_id uuid, goal text, event_id uuid, at timestamptz, value numeric, currency text, first_touch jsonb,
         last_touch jsonb
       )
       order by t.enrollment_id, t.goal, t.event_id
       on conflict do nothing
       returning *
     ), counted as (
       select e.version_id, f.goal, coalesce(e.control, false) as control, f.currency, f.value,
         coalesce(f.first_touch ->> 'node', '') as first_node, coalesce(f.last_touch ->> 'node', '') as last_node,
         row_number() over (partition by f.enrollment_id, f.goal order by f.at, f.event_id) = 1 and not exists (
           select 1 from goal_hits h
           where h.workspace_id = $1 and h.enrollment_id = f.enrollment_id and h.goal = f.goal
         ) as first_of_run
       from fresh f
       join enrollments e on e.workspace_id = $1 and e.id = f.enrollment_id
       where e.origin <> 'test'
     ), touched as (
       insert into goal_touches as kept (workspace_id, version_id, goal, node, first_hits, last_hits)
       select $1, t.version_id, t.goal, t.node, sum(t.first_hits), sum(t.last_hits)
       from (
         select version_id, goal, first_node as node, 1 as first_hits, 0 as last_hits from counted where not control
         union all
         select version_id, goal, last_node, 0, 1 from counted where not control
       ) t
       group by t.version_id, t.goal, t.node
       order by t.version_id, t.goal, t.node
       on conflict (workspace_id, version_id, goal, node) do update
         set first_hits = kept.first_hits + excluded.first_hits, last_hits = kept.last_hits + excluded.last_hits
     )
     insert into goal_totals as kept (workspace_id, version_id, goal, control, currency, runs, hits, value)
     select $1, version_id, goal, control, currency, count(*) filter (where first_of_run), count(*),
       coalesce(sum(value), 0)
     from counted
     group by version_id, goal, control, currency
     order by version_id, goal, control, currency
     on conflict (workspace_id, version_id, goal, control, currency) do update
       set runs = kept.runs + excluded.runs, hits = kept.hits + excluded.hits, value = kept.value + excluded.value`,
    [workspaceId, JSON.stringify(rows)],
  );
}
