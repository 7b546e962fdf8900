import type { Scope, Sql } from '../platform/database/index.js';
import type { ProfileChange } from './change.js';

export type NotedChange = Pick<ProfileChange, 'profileId' | 'what' | 'name' | 'origin'>;

/**
 * Notes changes that no trigger sees, for those who watch them, in the caller's transaction. `except`: watchers whose
 * names begin so have seen to it already.
 */
export async function noteChanges(
  scope: Scope,
  { sql, changes, except = null }: { sql: Sql; changes: NotedChange[]; except?: string | null },
): Promise<void> {
  if (changes.length === 0) return;
  await sql.send(
    `with noted as (
       insert into profile_changes (lane, workspace_id, profile_id, what, name, origin)
       select change_lane(t.profile_id), $1, t.profile_id, t.what, t.name, t.origin
       from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) as t (profile_id, what, name, origin)
       where exists (
         select 1 from change_watches w
         where w.workspace_id = $1 and w.what = t.what and w.name in (t.name, '*')
           and ($6::text is null or not starts_with(w.watcher, $6))
       )
       returning 1
     )
     select pg_notify('wend_changes', '') from noted limit 1`,
    [
      scope.workspaceId,
      changes.map(({ profileId }) => profileId),
      changes.map(({ what }) => what),
      changes.map(({ name }) => name),
      changes.map(({ origin }) => origin),
      except,
    ],
  );
}

/**
 * What is written for people in this transaction from now on comes from the past of another system: it counts, and
 * starts and wakes nothing. False: it does not any more. Without scope: it is said of the transaction.
 */
export async function markImported(sql: Sql, imported = true): Promise<void> {
  await sql.send("select set_config('wend.change_origin', $1, true)", [imported ? 'import' : '']);
}
