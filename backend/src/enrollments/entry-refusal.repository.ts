import type { EntryRefusalReason, Json } from '@wend/contract';
import type { Sql } from '../platform/database/index.js';
import type { Refused } from './enrolling.repository.js';

/**
 * Writes down who was kept out: one row for each person, journey, reason and day, so that somebody who is kept out a
 * thousand times costs one row. Without scope: each names its workspace.
 */
export async function keepRefusals(sql: Sql, refused: readonly Refused[]): Promise<void> {
  if (refused.length === 0) return;
  const rows = new Map<string, RefusalRow>();
  for (const { entry, node, profileId, reason, at, seen } of refused) {
    const day = new Date(at).toISOString().slice(0, 10);
    const key = [entry.journey_id, profileId, reason, day].join('/');
    rows.set(key, {
      workspace_id: entry.workspace_id,
      journey_id: entry.journey_id,
      profile_id: profileId,
      reason,
      day,
      node,
      count: (rows.get(key)?.count ?? 0) + 1,
      last_at: new Date(at),
      seen,
    });
  }
  // In one order, so that no two transactions wait for each other. Journeys that were deleted are not there any more.
  await sql.query(
    `insert into entry_refusals (workspace_id, journey_id, profile_id, reason, day, node, count, last_at, seen)
      select r.workspace_id, r.journey_id, r.profile_id, r.reason, r.day, r.node, r.count, r.last_at, r.seen
      from jsonb_to_recordset($1::jsonb) as r(
        workspace_id uuid, journey_id uuid, profile_id uuid, reason text, day date, node text, count int,
          last_at timestamptz, seen jsonb
      )
      join journeys j on j.workspace_id = r.workspace_id and j.id = r.journey_id
      order by 1, 2, 3, 4, 5
      on conflict (workspace_id, journey_id, profile_id, reason, day)
      do update set count = entry_refusals.count + excluded.count, node = excluded.node,
        last_at = greatest(entry_refusals.last_at, excluded.last_at), seen = excluded.seen`,
    [JSON.stringify([...rows.values()])],
  );
}

/**
 * Writes down who is in the holdout of a journey, so that they can be measured beside those who came in. Without scope:
 * each names its workspace.
 */
export async function keepHoldouts(
  sql: Sql,
  heldOut: readonly Pick<Refused, 'entry' | 'profileId' | 'key' | 'at'>[],
): Promise<void> {
  if (heldOut.length === 0) return;
  const rows = new Map(
    heldOut.map(({ entry, profileId, key, at }) => [
      `${entry.journey_id}/${profileId}/${key}`,
      {
        workspace_id: entry.workspace_id,
        journey_id: entry.journey_id,
        version_id: entry.version_id,
        profile_id: profileId,
        entry_key: key,
        at: new Date(at),
      },
    ]),
  );
  await sql.query(
    `insert into holdouts (workspace_id, journey_id, profile_id, entry_key, version_id, first_at, last_at, count)
      select r.workspace_id, r.journey_id, r.profile_id, r.entry_key, r.version_id, r.at, r.at, 1
      from jsonb_to_recordset($1::jsonb) as r(
        workspace_id uuid, journey_id uuid, profile_id uuid, entry_key text, version_id uuid, at timestamptz
      )
      order by 1, 2, 3, 4
      on conflict (workspace_id, journey_id, profile_id, entry_key)
      do update set last_at = excluded.last_at, count = holdouts.count + 1`,
    [JSON.stringify([...rows.values()])],
  );
}

type RefusalRow = {
  workspace_id: string;
  journey_id: string;
  profile_id: string;
  reason: EntryRefusalReason;
  day: string;
  node: string;
  count: number;
  last_at: Date;
  seen: Json;
};
