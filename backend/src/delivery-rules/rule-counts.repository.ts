import type { Scope, Sql } from '../platform/database/index.js';
import { uuidArray } from '../platform/database/index.js';

/** Writers choose one of these rows by chance, so that they do not wait for each other. */
const shards = 16;

/**
 * SQL that adds to the counts of this hour, of rows `found` with (ruling): in one order, so that no two transactions wait
 * for each other. $1 is the workspace.
 */
export function countInto(act: 'held' | 'suppressed', found: string): string {
  return `insert into rule_counts as c (workspace_id, hour, rule, what, act, shard, count)
       select $1, date_trunc('hour', now()), r.ruling ->> 'rule', coalesce(r.ruling ->> 'what', ''), '${act}',
         (select floor(random() * ${shards})::smallint), count(*)
       from ${found} r
       where r.ruling is not null
       group by 3, 4
       order by 3, 4
       on conflict (workspace_id, hour, rule, what, act, shard) do update set count = c.count + excluded.count`;
}

/** Counts messages that a rule has ended, by what their rulings say; in the transaction that ends them. */
export async function countSuppressed(scope: Scope, { sql, ids }: { sql: Sql; ids: readonly string[] }): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(
    `with ended as materialized (
       select m.ruling from messages m where m.workspace_id = $1 and m.id = any($2::uuid[]) and m.origin <> 'test'
     )
     ${countInto('suppressed', 'ended')}`,
    [scope.workspaceId, uuidArray([...ids])],
  );
}
