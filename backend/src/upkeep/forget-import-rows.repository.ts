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
  await forgetInOpenFiles(scope, { sql, ids });
}

/**
 * Files that are still to be imported: their rows of these people are left out from now on (line -1 marks such keys, see
 * `ImportRunRepository.erased`), and what is shown of a file that names them goes.
 */
async function forgetInOpenFiles(scope: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<void> {
  const open = `workspace_id = $1 and state not in ('done', 'cancelled', 'failed')`;
  const named = `with named as materialized (
      select 'id' as kind, value
      from identities
      where workspace_id = $1 and profile_id = any($2::uuid[]) and kind = 'user'
      union
      select 'email', email_key
      from profiles
      where workspace_id = $1 and id = any($2::uuid[]) and email_key is not null
    )`;
  await sql.query(
    `${named}
     insert into import_keys (workspace_id, import_id, key, line)
     select i.workspace_id, i.id, hashtextextended(n.kind || ' ' || n.value, 31), -1
     from (select workspace_id, id from imports where ${open}) i
     cross join named n
     on conflict do nothing`,
    [scope.workspaceId, ids],
  );
  // Not of those that are being imported: they are held by who does it, and lose it at the end.
  await sql.query(
    `${named}
     update imports
     set found = found || jsonb_build_object('rows', '[]'::jsonb, 'columns', (
       select jsonb_agg(c || '{"samples": []}' order by n) from jsonb_array_elements(found -> 'columns') with ordinality as t (c, n)
     ))
     where ${open} and state <> 'importing'
       and exists (select 1 from named where position(lower(value) in lower(found::text)) > 0)`,
    [scope.workspaceId, ids],
  );
}
