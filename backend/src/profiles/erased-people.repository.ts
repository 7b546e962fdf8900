import type { Scope, Sql } from '../platform/database/index.js';

/**
 * Those of these profiles whose deletion is asked for and not done yet. Where they are locked, nobody asks meanwhile:
 * whoever does waits for the lock.
 */
export async function beingErased(scope: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<Set<string>> {
  const rows = await sql.query<{ id: string }>(
    `select person_id as id from erasures where workspace_id = $1 and person_id = any($2::uuid[]) and state = 'running'`,
    [scope.workspaceId, ids],
  );
  return new Set(rows.map(({ id }) => id));
}
