import type { Scope, Sql } from '../platform/database/index.js';

/**
 * Rows of imports that could not be used, and that name a person who is erased: by an id or the address. To be called
 * before the person's own rows go, in the same transaction.
 */
export async function forgetImportRows(scope: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<void> {
  await sql.query(
    `with named as materialized (
       select value from identities where workspace_id = $1 and profile_id = any($2::uuid[]) and kind = 'user'
     ), addresses as materialized (
       select email_key from profiles where workspace_id = $1 and id = any($2::uuid[]) and email_key is not null
     )
     delete from import_problems t
     where t.workspace_id = $1
       and (t.external_id in (select value from named) or t.email in (select email_key from addresses))`,
    [scope.workspaceId, ids],
  );
}
