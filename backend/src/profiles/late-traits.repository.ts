import { textArray, uuidArray } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { LateTraits } from './traits.js';

/** An event with traits that came late. */
export type LateEvent = { eventId: string; profileId: string; traits: LateTraits };

/** Keeps what came late, in the transaction that stores the events; nothing where all were in time. */
export async function insertLateTraits(
  scope: Scope,
  { sql, events }: { sql: Sql; events: LateEvent[] },
): Promise<void> {
  if (events.length === 0) return;
  await sql.send(
    `insert into late_traits (workspace_id, profile_id, event_id, traits)
     select $1, profile_id, event_id, traits::jsonb
     from unnest($2::uuid[], $3::uuid[], $4::text[]) as t (profile_id, event_id, traits)`,
    [
      scope.workspaceId,
      uuidArray(events.map(({ profileId }) => profileId)),
      uuidArray(events.map(({ eventId }) => eventId)),
      textArray(events.map(({ traits }) => JSON.stringify(traits))),
    ],
  );
}
