import type { Scope, Sql } from '../platform/database/index.js';

/** Sizes of segments without the people who are about to be erased. */
export async function leaveSegments(scope: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<void> {
  // A build that takes the place of the members before is waited for, or waits: it counts them all.
  await sql.query(
    `select 1 from segments s
     where s.workspace_id = $1 and s.id in (
       select segment_id from segment_memberships where workspace_id = $1 and profile_id = any($2::uuid[])
     )
     order by s.id
     for share`,
    [scope.workspaceId, ids],
  );
  await sql.query(
    `insert into segment_deltas (workspace_id, segment_id, at, entered, gone, size)
     select workspace_id, segment_id, now(), 0, count(*)::int, -count(*)::int
     from segment_members
     where workspace_id = $1 and profile_id = any($2::uuid[])
     group by 1, 2`,
    [scope.workspaceId, ids],
  );
}
