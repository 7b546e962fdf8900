import type { Scope, Sql } from '../platform/database/index.js';

/**
 * Of people who are erased: their addresses stay suppressed, unreadable. To be called before their rows go, in the same
 * transaction.
 */
export async function forgetAddresses(scope: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<void> {
  await sql.query(
    `with own as materialized (
       select distinct spelling
       from profiles p
       cross join lateral jsonb_each_text(case when jsonb_typeof(p.traits) = 'object' then p.traits else '{}' end) t
       cross join lateral (
         values (lower(btrim(t.value))), (regexp_replace(t.value, '[^0-9+]', '', 'g')),
           (regexp_replace(regexp_replace(t.value, '[^0-9+]', '', 'g'), '^00', '+'))
       ) s (spelling)
       where p.workspace_id = $1 and p.id = any($2::uuid[]) and length(t.value) between 3 and 320 and spelling <> ''
     ), found as (
       select s.id from suppressions s where s.workspace_id = $1 and s.address in (select spelling from own)
       union
       select s.id
       from messages m
       join suppressions s on s.workspace_id = $1 and s.caused_by = m.id
       where m.workspace_id = $1 and m.profile_id = any($2::uuid[])
     )
     update suppressions s set address = null, detail = null, caused_by = null
     from found
     where s.workspace_id = $1 and s.id = found.id`,
    [scope.workspaceId, ids],
  );
}
