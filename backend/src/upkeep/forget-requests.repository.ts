import type { Scope, Sql } from '../platform/database/index.js';

/**
 * Deletes what was kept of requests that name these people: items that were rejected, and those that somebody watched.
 * Of items that name nobody, such as what could not be parsed, it cannot be told whose they are: they stay without what
 * was sent. There are a thousand of a workspace at most. To be called before the identities of the people go.
 */
export async function forgetRequests({ workspaceId }: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<void> {
  for (const table of ['ingest_rejections', 'ingest_items'])
    await sql.query(
      `delete from ${table} t using identities i
        where t.workspace_id = $1 and i.workspace_id = $1 and i.profile_id = any($2::uuid[])
          and (
            (t.identity_kind = i.kind and t.identity = i.value)
            or i.value = t.item ->> case i.kind when 'user' then 'userId' else 'anonymousId' end
            or strpos(t.item ->> 'raw', to_json(i.value)::text) > 0
          )`,
      [workspaceId, ids],
    );
  for (const table of ['ingest_rejections', 'ingest_items'])
    await sql.query(
      `update ${table} set item = item || '{"raw": null}'
       where workspace_id = $1 and identity is null and item ->> 'raw' is not null`,
      [workspaceId],
    );
}
