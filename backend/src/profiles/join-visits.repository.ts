import type { Scope, Sql } from '../platform/database/index.js';

/**
 * Joins where two people were: the one who is left was last seen when either was, and is in every place that either was
 * told to be in, so that entered and left still come in pairs. A stay that was not told of yet ends when the other was
 * seen elsewhere since. Both are locked by the caller.
 */
export async function joinVisits(
  scope: Scope,
  { sql, from, into }: { sql: Sql; from: string; into: string },
): Promise<void> {
  const values = [scope.workspaceId, from, into];
  await sql.query(
    `update place_visits v set since = null, due_at = null
     from place_people own, place_people other
     where v.workspace_id = $1 and v.profile_id in ($2, $3) and v.since is not null and not v.counted
       and own.workspace_id = $1 and own.profile_id = v.profile_id
       and other.workspace_id = $1 and other.profile_id in ($2, $3) and other.profile_id <> v.profile_id
       and other.at > own.at
       and not exists (
         select 1 from place_visits o
         where o.workspace_id = $1 and o.profile_id = other.profile_id and o.place_id = v.place_id and o.since is not null
       )`,
    values,
  );
  await sql.query(
    `with gone as (delete from place_visits where workspace_id = $1 and profile_id = $2 returning *)
     insert into place_visits as v (
       workspace_id, profile_id, place_id, since, counted, entered_at, told_at, due_at, imported
     )
     select workspace_id, $3, place_id, since, counted, entered_at, told_at, due_at, imported from gone
     on conflict (workspace_id, profile_id, place_id) do update
     set told_at = greatest(v.told_at, excluded.told_at),
       (since, counted, entered_at, due_at, imported) = (
         select s.since, s.counted, s.entered_at, s.due_at, s.imported
         from (
           values (v.since, v.counted, v.entered_at, v.due_at, v.imported),
             (excluded.since, excluded.counted, excluded.entered_at, excluded.due_at, excluded.imported)
         ) as s(since, counted, entered_at, due_at, imported)
         order by s.since is null, s.entered_at is null, not s.counted, s.since
         limit 1
       )`,
    values,
  );
  await sql.query(
    `with gone as (delete from place_people where workspace_id = $1 and profile_id = $2 returning at)
     insert into place_people as l (workspace_id, profile_id, at) select $1, $3, at from gone
     on conflict (workspace_id, profile_id) do update set at = greatest(l.at, excluded.at)`,
    values,
  );
}
