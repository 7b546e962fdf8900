import { hash } from 'node:crypto';
import { catalogueLimits, pathKeys, pathOf } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { bigintArray, textArray, timeArray, uuidArray } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { laneOf } from './event.js';
import type { NewEvent } from './event.js';

/** An event with the profile that it belongs to. */
export type ResolvedEvent = { event: NewEvent; profileId: string };

/**
 * Claims message ids, each given once; returns those that were seen before. Sorted, so that two batches with the same
 * ids wait in turn. The claim is part of the transaction that stores the events: when that rolls back, the ids are free
 * again.
 */
export async function claimMessageIds(
  scope: Scope,
  { sql, messageIds }: { sql: Sql; messageIds: string[] },
): Promise<string[]> {
  const byKey = new Map(messageIds.map((messageId) => [messageKey(scope, messageId), messageId]));
  // Nearly always all are new: then one short row says so.
  const [row] = await sql.query<{ claimed: string[] | null }>(
    `with claimed as (
       insert into event_ids (key) select key from unnest($1::uuid[]) as t (key) on conflict do nothing returning key
     )
     select case when count(*) < cardinality($1::uuid[]) then coalesce(array_agg(key::text), '{}') end as claimed
     from claimed`,
    [uuidArray([...byKey.keys()].sort())],
  );
  if (!row!.claimed) return [];
  for (const key of row!.claimed) byKey.delete(key.replaceAll('-', ''));
  return [...byKey.values()];
}

/** What `event_ids` knows a message id of a workspace by: 32 hexadecimal digits. */
function messageKey({ workspaceId }: Scope, messageId: string): string {
  return hash('sha256', workspaceId + messageId).slice(0, 32);
}

/**
 * Stores events; those that a journey may want go into the queue and wake the router (which hears it when the
 * transaction commits), those that somebody watches are noted as changes of their person (docs/decisions/0049). Positions are given in the order of the events; the caller holds their profiles.
 */
export async function insertEvents(
  scope: Scope,
  { sql, events }: { sql: Sql; events: ResolvedEvent[] },
): Promise<void> {
  if (events.length === 0) return;
  const column = <Value>(value: (event: NewEvent) => Value) => events.map(({ event }) => value(event));
  // What is as nearly all events have it travels as null, and a column of nulls as an empty array.
  const unusual = <Value>(value: (event: NewEvent) => Value | null) =>
    events.some(({ event }) => value(event) !== null) ? column(value) : [];
  await sql.send(
    `with input as materialized (
       select nextval('event_position') as position, t.*
         from unnest(
           $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
             $10::timestamptz[], $11::text[], $12::uuid[], $13::bigint[], $14::bigint[]
         )
           as t (
             id, profile_id, kind, name, message_id, properties, context, time, received_at, origin, enrollment_id,
               run_offset_ms, depth
           )
     ), stored as (
       insert into events (
         workspace_id, id, position, profile_id, kind, name, message_id, properties, context, time, received_at, origin,
           enrollment_id, depth
       )
       select $1, id, position, profile_id, coalesce(kind, 'track'), name, message_id, properties::jsonb,
         coalesce(context::jsonb, '{}'), coalesce(time, received_at), received_at, coalesce(origin, 'live'),
         enrollment_id, coalesce(depth, 0)
       from input
     ), named as materialized (
       select distinct name from input
     ), wanted as materialized (
       select name from named
       where exists (select 1 from awaited_names a where a.workspace_id = $1 and a.name = named.name)
         or exists (select 1 from journey_entries j where j.workspace_id = $1 and j.event_name = named.name)
     ), queued as (
       insert into event_queue (lane, position, workspace_id, event_id, received_at, run_offset_ms)
       select ${laneOf('profile_id')}, position, $1, id, received_at, coalesce(run_offset_ms, 0)
       from input
       where origin = 'test' or (origin is distinct from 'import' and name in (select name from wanted))
       returning lane
     ), watched as materialized (
       select name from named
       where exists (
         select 1 from change_watches w where w.workspace_id = $1 and w.what = 'event' and w.name in (named.name, '*')
       )
     ), noted as (
       insert into profile_changes (lane, workspace_id, profile_id, what, name, origin, event_id, received_at)
       select change_lane(profile_id), $1, profile_id, 'event', name, coalesce(origin, 'live'), id, received_at
       from input
       where origin is distinct from 'test' and name in (select name from watched)
       order by position
       returning lane
     )
     select pg_notify('wend_events', '') where exists (select from queued)
     union all
     select pg_notify('wend_changes', '') where exists (select from noted)`,
    [
      scope.workspaceId,
      uuidArray(column(({ id }) => id)),
      uuidArray(events.map(({ profileId }) => profileId)),
      textArray(unusual(({ kind }) => (kind === 'track' ? null : kind))),
      textArray(column(({ name }) => name)),
      textArray(column(({ messageId }) => messageId)),
      textArray(column(({ properties }) => JSON.stringify(properties))),
      textArray(unusual(({ context }) => jsonOf(context))),
      timeArray(unusual(({ time, receivedAt }) => (time === receivedAt ? null : time))),
      timeArray(column(({ receivedAt }) => receivedAt)),
      textArray(unusual(({ origin }) => (origin === 'live' ? null : origin))),
      uuidArray(unusual(({ enrollmentId }) => enrollmentId)),
      bigintArray(unusual(({ runOffsetMs }) => (runOffsetMs === 0 ? null : runOffsetMs))),
      bigintArray(unusual(({ depth }) => depth ?? null)),
    ],
  );
}

/** Null for an empty object: most events of servers have no context. */
function jsonOf(value: JsonObject): string | null {
  for (const _ in value) return JSON.stringify(value);
  return null;
}

/** Names and paths to add to what pickers offer. */
export type SeenName = { kind: 'event' | 'trait'; name: string; properties: string[] };

/**
 * Adds names with their property paths, in sorted order; at most 100 paths stay per name, and new names are not added
 * once a workspace has 2,000.
 */
export async function upsertNames(scope: Scope, { sql, names }: { sql: Sql; names: SeenName[] }): Promise<void> {
  if (names.length === 0) return;
  const sorted = [...names].sort((a, b) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1));
  await sql.send(
    `insert into event_names as known (workspace_id, kind, name, properties)
     select $1, kind, name, array(select jsonb_array_elements_text(properties::jsonb))
     from unnest($2::text[], $3::text[], $4::text[]) as t (kind, name, properties)
     where (select count(*) from event_names e where e.workspace_id = $1) < ${catalogueLimits.names}
       or exists (
         select 1 from event_names e where e.workspace_id = $1 and e.kind = t.kind and e.name = t.name
       )
     on conflict (workspace_id, kind, name) do update
       set last_seen_at = now(),
         properties = (
           array(select distinct path from unnest(known.properties || excluded.properties) path order by path)
         )[1:${catalogueLimits.properties}]`,
    [
      scope.workspaceId,
      sorted.map(({ kind }) => kind),
      sorted.map(({ name }) => name),
      sorted.map(({ properties }) => JSON.stringify(properties)),
    ],
  );
}

/** Paths (`pathOf`) of the values in an object, two levels below the top, at most 50. */
export function pathsOf(value: JsonObject, depth = 3): string[] {
  const paths: string[] = [];
  const walk = (object: JsonObject, above: string[], left: number): void => {
    for (const [key, item] of Object.entries(object)) {
      if (paths.length >= 50 || key.length > 100) return;
      if (item !== null && typeof item === 'object' && !Array.isArray(item) && left > 1)
        walk(item, [...above, key], left - 1);
      else paths.push(pathOf([...above, key]));
    }
  };
  walk(value, [], depth);
  return paths;
}

/** Paths of the objects whose values `pathsOf` finds within. */
export function containersOf(value: JsonObject): string[] {
  const paths = new Set<string>();
  for (const path of pathsOf(value)) {
    const keys = pathKeys(path);
    for (let count = 1; count < keys.length; count += 1) paths.add(pathOf(keys.slice(0, count)));
  }
  return [...paths];
}

/**
 * Whether a condition holds for all values of a flat object by their keys; false for one with objects in it or keys
 * that are no paths, which needs `pathsOf`.
 */
export function everyPath(value: JsonObject, holds: (path: string) => boolean): boolean {
  for (const key in value) {
    const item = value[key];
    if (
      (item !== null && typeof item === 'object' && !Array.isArray(item)) ||
      key === '' ||
      key.includes('.') ||
      key.includes('["') ||
      !holds(key)
    )
      return false;
  }
  return true;
}
