import { textArray, uuidArray } from '../platform/database/index.js';
import type { Sql } from '../platform/database/index.js';
import type { SampledEvent, SeenEvent, SeenType } from './seen-values.js';

/** Positions of events are numbers of 64 bits: they stay text. */
export type Progress = { counted: string; pending: string; storing: string[] };

/** Events of a name whose values are looked at in one pass, and of all names together. */
const sampledOfName = 50;
const sampled = 2_000;
const recentOfName = 20;

/** Whether every position that was given is counted. Without scope: events of all workspaces share them. */
export async function isCounted(sql: Sql): Promise<boolean> {
  const [row] = await sql.query<{ counted: boolean }>(
    `select p.counted >= case when s.is_called then s.last_value else 0 end as counted
     from catalogue_progress p cross join event_position s`,
  );
  return row?.counted ?? true;
}

/** The last position that was given. Without scope: events of all workspaces share it. */
export async function lastPosition(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ position: string }>(
    'select case when is_called then last_value else 0 end as position from event_position',
  );
  return row!.position;
}

/**
 * Transactions that have taken a position of an event, by their ids among those that run in this database, which are
 * given once: whoever takes one locks the sequence until the end. Without scope: events of all workspaces share it.
 */
export async function storingNow(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select virtualtransaction as id from pg_locks
     where locktype = 'relation' and relation = 'event_position'::regclass and mode = 'RowExclusiveLock' and granted
       and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows.map(({ id }) => id);
}

/**
 * How far events are counted, held for this transaction; null while another process counts. `pending`: the position up
 * to which comes next, once those of `storing` have ended. Without scope: events of all workspaces are counted together.
 */
export async function takeProgress(sql: Sql): Promise<Progress | null> {
  const [row] = await sql.query<Progress>(
    'select counted, pending, storing from catalogue_progress for update skip locked',
  );
  return row ?? null;
}

/** Notes how far is counted. Without scope: events of all workspaces are counted together. */
export async function saveProgress(
  sql: Sql,
  { counted, pending, storing, done }: Progress & { done: boolean },
): Promise<void> {
  await sql.query(
    `update catalogue_progress
     set counted = $1, pending = $2, storing = $3, counted_at = case when $4 then now() else counted_at end`,
    [counted, pending, storing, done],
  );
}

/** A partition of the index on positions, and how many of its ranges are full of events. */
export type PositionRanges = { index: string; full: number };

/** `pages_per_range` of the index on positions. */
const pagesOfRange = 128;

/** Without scope: the index has the events of all workspaces. */
export async function positionRanges(sql: Sql): Promise<PositionRanges[]> {
  return sql.query<PositionRanges>(
    `select relid::regclass::text as index,
       (pg_relation_size(x.indrelid) / (current_setting('block_size')::int * ${pagesOfRange}))::int as full
     from pg_partition_tree('events_position')
     join pg_index x on x.indexrelid = relid
     where isleaf`,
  );
}

/**
 * Lets the index on positions know ranges that are full; those that it knows take no time. PostgreSQL does it once a
 * minute, and until then every question reads all that came since: with many events a second that is dearer than
 * storing them. The one that is being filled is left alone: each event would be written into it. It waits for whoever
 * holds the partition, such as a vacuum, which ends when it is waited for longer: give the transaction a
 * `lock_timeout`. Without scope: the index has the events of all workspaces.
 */
export async function summarizePositions(
  sql: Sql,
  { index, from, to }: { index: string; from: number; to: number },
): Promise<void> {
  await sql.query(
    `select brin_summarize_range($1::regclass, nth * ${pagesOfRange}) from generate_series($2::bigint, $3::bigint - 1) as nth`,
    [index, from, to],
  );
}

export type Range = { after: string; upTo: string };

/** Keys of an object that are paths as they are. */
const isPlain = (key: string) => `${key} <> '' and strpos(${key}, '.') = 0 and strpos(${key}, '["') = 0`;
const members = (value: string) =>
  `jsonb_each(case when jsonb_typeof(${value}) = 'object' then ${value} else '{}' end)`;

/**
 * Adds the events of a range to the counts by day, and the traits of their identify calls. Names that the catalogue
 * has no room for are left out, and days that it does not keep. Without scope: a range has events of all workspaces.
 */
export async function countDays(sql: Sql, { after, upTo }: Range): Promise<void> {
  await sql.query(
    `with batch as materialized (
       select workspace_id, kind, name, (time at time zone 'UTC')::date as day,
         case when kind = 'identify' then properties end as traits
       from events
       where position > $1 and position <= $2 and origin <> 'test'
     ), counted as (
       select workspace_id, 'event' as kind, name, day, count(*) as count from batch group by 1, 3, 4
       union all
       select b.workspace_id, 'trait', t.path, b.day, count(*)
       from batch b
       cross join lateral (
         select a.key as path from ${members('b.traits')} a
         where jsonb_typeof(a.value) <> 'object' and ${isPlain('a.key')}
         union all
         select a.key || '.' || c.key from ${members('b.traits')} a cross join lateral ${members('a.value')} c
         where jsonb_typeof(c.value) <> 'object' and ${isPlain('a.key')} and ${isPlain('c.key')}
         union all
         select a.key || '.' || c.key || '.' || d.key
         from ${members('b.traits')} a cross join lateral ${members('a.value')} c
         cross join lateral ${members('c.value')} d
         where ${isPlain('a.key')} and ${isPlain('c.key')} and ${isPlain('d.key')}
       ) t
       where b.traits is not null
       group by 1, 3, 4
     )
     insert into event_name_days as d (workspace_id, kind, name, day, count)
     select c.workspace_id, c.kind, c.name, c.day, c.count
     from counted c
     join event_names n on n.workspace_id = c.workspace_id and n.kind = c.kind and n.name = c.name
     where c.day >= current_date - 400
     order by 1, 2, 3, 4
     on conflict (workspace_id, kind, name, day) do update set count = d.count + excluded.count`,
    [after, upTo],
  );
}

/** Some events of each name in a range, the newest first. Without scope: a range has events of all workspaces. */
export async function sampleEvents(sql: Sql, { after, upTo }: Range): Promise<SampledEvent[]> {
  return sql.query<SampledEvent>(
    // Only what tells which ones is sorted; what they say is read of those alone.
    `with newest as materialized (
       select workspace_id, id, received_at, position, nth
       from (
         select workspace_id, id, received_at, position,
           row_number() over (partition by workspace_id, name order by position desc) as nth
         from events
         where position > $1 and position <= $2 and origin <> 'test'
       ) t
       where nth <= ${sampledOfName}
       order by nth, position desc
       limit ${sampled}
     )
     select e.workspace_id as "workspaceId", e.id, e.kind, e.name, e.properties, e.received_at as "receivedAt"
     from newest n
     join events e on e.workspace_id = n.workspace_id and e.id = n.id and e.received_at = n.received_at
     order by n.nth, n.position desc`,
    [after, upTo],
  );
}

/**
 * Adds what a sample says of types, of names and paths that are in the catalogue and of the objects that those lead
 * through: of a trait `address` that is an object only its inner traits are in the catalogue, until it comes as text.
 * Without scope: of all workspaces.
 */
export async function addTypes(sql: Sql, seen: readonly SeenType[]): Promise<void> {
  if (seen.length === 0) return;
  const column = <Value>(value: (each: SeenType) => Value) => seen.map(value);
  await sql.query(
    `insert into event_name_types as t (workspace_id, kind, name, path, type, count, first_seen_at, last_seen_at)
     select s.workspace_id, s.kind, s.name, s.path, s.type, s.count, s.first_at, s.last_at
     from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::timestamptz[],
         $8::timestamptz[]) as s (workspace_id, kind, name, path, type, count, first_at, last_at)
     left join event_names n on n.workspace_id = s.workspace_id and n.kind = s.kind and n.name = s.name
     where (n.name is not null and (s.path = '' or s.path = any(n.properties)))
       or (s.type = 'object' and s.path <> '' and exists (
         select 1 from unnest(n.properties) p where starts_with(p, s.path || '.') or starts_with(p, s.path || '[')
       ))
       or (s.type = 'object' and s.kind = 'trait' and exists (
         select 1 from event_names i where i.workspace_id = s.workspace_id and i.kind = 'trait'
           and (starts_with(i.name, s.name || '.') or starts_with(i.name, s.name || '['))
       ))
     order by 1, 2, 3, 4, 5
     on conflict (workspace_id, kind, name, path, type) do update
       set count = t.count + excluded.count,
         first_seen_at = least(t.first_seen_at, excluded.first_seen_at),
         last_seen_at = greatest(t.last_seen_at, excluded.last_seen_at)`,
    [
      uuidArray(column(({ workspaceId }) => workspaceId)),
      textArray(column(({ kind }) => kind)),
      textArray(column(({ name }) => name)),
      textArray(column(({ path }) => path)),
      textArray(column(({ type }) => type)),
      column(({ count }) => count),
      column(({ from }) => from),
      column(({ to }) => to),
    ],
  );
}

/** Remembers the newest events of names, twenty of each. Without scope: of all workspaces. */
export async function keepRecent(sql: Sql, seen: readonly SeenEvent[]): Promise<void> {
  if (seen.length === 0) return;
  const values = [
    uuidArray(seen.map(({ workspaceId }) => workspaceId)),
    textArray(seen.map(({ kind }) => kind)),
    textArray(seen.map(({ name }) => name)),
  ];
  await sql.query(
    `insert into event_name_recent (workspace_id, kind, name, event_id, received_at)
     select s.workspace_id, s.kind, s.name, s.event_id, s.received_at
     from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::timestamptz[])
       as s (workspace_id, kind, name, event_id, received_at)
     join event_names n on n.workspace_id = s.workspace_id and n.kind = s.kind and n.name = s.name
     on conflict do nothing`,
    [...values, uuidArray(seen.map(({ id }) => id)), seen.map(({ receivedAt }) => receivedAt)],
  );
  await sql.query(
    `delete from event_name_recent r using (
       select s.workspace_id, s.kind, s.name, (
         select o.event_id from event_name_recent o
         where o.workspace_id = s.workspace_id and o.kind = s.kind and o.name = s.name
         order by o.event_id desc
         offset ${recentOfName - 1} limit 1
       ) as oldest
       from (select distinct * from unnest($1::uuid[], $2::text[], $3::text[]) as u (workspace_id, kind, name)) s
     ) k
     where r.workspace_id = k.workspace_id and r.kind = k.kind and r.name = k.name and r.event_id < k.oldest`,
    values,
  );
}
