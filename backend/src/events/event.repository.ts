import type { JsonObject } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import { laneOf } from './event.js';
import type { NewEvent } from './event.js';

/** An event with the profile that it belongs to. */
export type ResolvedEvent = NewEvent & { profileId: string };

/**
 * Claims message ids; returns those not seen before. Sorted, so that two batches with the same ids wait in turn. The claim is
 * part of the transaction that stores the events: when that rolls back, the ids are free again.
 */
export async function claimMessageIds(scope: Scope, { sql, claims }: { sql: Sql; claims: { messageId: string; receivedAt: number }[] }): Promise<Set<string>> {
  const sorted = [...claims].sort((a, b) => (a.messageId < b.messageId ? -1 : 1));
  const rows = await sql.query<{ message_id: string }>(
    `insert into event_ids (workspace_id, message_id, received_at)
     select $1, message_id, received_at from unnest($2::text[], $3::timestamptz[]) as t (message_id, received_at) on conflict do nothing returning message_id`,
    [scope.workspaceId, sorted.map(({ messageId }) => messageId), sorted.map(({ receivedAt }) => new Date(receivedAt))],
  );
  return new Set(rows.map((row) => row.message_id));
}

/** Stores events with their rows in the queue and wakes the router (which hears it when the transaction commits). */
export async function insertEvents(scope: Scope, { sql, events }: { sql: Sql; events: ResolvedEvent[] }): Promise<void> {
  if (events.length === 0) return;
  const column = <Value>(value: (event: ResolvedEvent) => Value) => events.map(value);
  await sql.query(
    `with input as (
       select * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::timestamptz[], $11::text[], $12::uuid[], $13::bigint[])
         with ordinality as t (id, profile_id, kind, name, message_id, properties, context, time, received_at, origin, enrollment_id, run_offset_ms, n)
     ), stored as (
       insert into events (workspace_id, id, profile_id, kind, name, message_id, properties, context, time, received_at, origin, enrollment_id)
       select $1, id, profile_id, kind, name, message_id, properties::jsonb, context::jsonb, time, received_at, origin, enrollment_id from input order by n
       returning id, position, received_at, profile_id
     ), queued as (
       insert into event_queue (lane, position, workspace_id, event_id, received_at, run_offset_ms)
       select ${laneOf('stored.profile_id')}, stored.position, $1, stored.id, stored.received_at, input.run_offset_ms from stored join input using (id)
     )
     select pg_notify('wend_events', '')`,
    [
      scope.workspaceId, column(({ id }) => id), column(({ profileId }) => profileId), column(({ kind }) => kind), column(({ name }) => name),
      column(({ messageId }) => messageId), column(({ properties }) => JSON.stringify(properties)), column(({ context }) => JSON.stringify(context)),
      column(({ time }) => new Date(time)), column(({ receivedAt }) => new Date(receivedAt)), column(({ origin }) => origin),
      column(({ enrollmentId }) => enrollmentId), column(({ runOffsetMs }) => runOffsetMs),
    ],
  );
}

/** Names and paths to add to what pickers offer. */
export type SeenName = { kind: 'event' | 'trait'; name: string; properties: string[] };

/** Adds names with their property paths, in sorted order; at most 100 paths stay per name. */
export async function upsertNames(scope: Scope, { sql, names }: { sql: Sql; names: SeenName[] }): Promise<void> {
  if (names.length === 0) return;
  const sorted = [...names].sort((a, b) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1));
  await sql.query(
    `insert into event_names as known (workspace_id, kind, name, properties)
     select $1, kind, name, array(select jsonb_array_elements_text(properties::jsonb)) from unnest($2::text[], $3::text[], $4::text[]) as t (kind, name, properties)
     on conflict (workspace_id, kind, name) do update
       set last_seen_at = now(), properties = (array(select distinct path from unnest(known.properties || excluded.properties) path order by path))[1:100]`,
    [scope.workspaceId, sorted.map(({ kind }) => kind), sorted.map(({ name }) => name), sorted.map(({ properties }) => JSON.stringify(properties))],
  );
}

/** Dotted paths of the values in an object, two levels below the top, at most 50. */
export function pathsOf(value: JsonObject, depth = 3): string[] {
  const paths: string[] = [];
  const walk = (object: JsonObject, prefix: string, left: number): void => {
    for (const [key, item] of Object.entries(object)) {
      if (paths.length >= 50 || key.length > 100) return;
      if (item !== null && typeof item === 'object' && !Array.isArray(item) && left > 1) walk(item, `${prefix}${key}.`, left - 1);
      else paths.push(prefix + key);
    }
  };
  walk(value, '', depth);
  return paths;
}
