import type { JsonObject } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import { joinTraits } from './traits.js';

type Row = { id: string; traits: JsonObject; trait_times: Record<string, number> };

/**
 * Joins two profiles: everything that `from` did, was sent, waits for and is known by belongs to `into` afterwards; for each
 * trait the value set last stays, and who unsubscribed anywhere stays unsubscribed. `from` remains as an empty pointer.
 * Both rows must be locked by the caller's transaction (`lockProfiles`).
 */
export async function mergeProfiles(scope: Scope, { sql, from, into }: { sql: Sql; from: string; into: string }): Promise<void> {
  const values = [scope.workspaceId, from, into];
  await joinRows(scope, { sql, from, into });
  for (const table of ['identities', 'devices', 'events', 'enrollments', 'messages', 'waits']) {
    await sql.query(`update ${table} set profile_id = $3 where workspace_id = $1 and profile_id = $2`, values);
  }
  await sql.query(
    `insert into consents (workspace_id, profile_id, channel, state, at)
     select workspace_id, $3, channel, state, at from consents where workspace_id = $1 and profile_id = $2
     on conflict (workspace_id, profile_id, channel) do update set state = excluded.state, at = excluded.at where excluded.state = 'unsubscribed'`,
    values,
  );
  await sql.query('delete from consents where workspace_id = $1 and profile_id = $2 and $3::uuid is not null', values);
  // Earlier merges point at the profile that is left, never at a pointer.
  await sql.query('update profiles set merged_into = $3 where workspace_id = $1 and (id = $2 or merged_into = $2)', values);
}

async function joinRows(scope: Scope, { sql, from, into }: { sql: Sql; from: string; into: string }): Promise<void> {
  const rows = await sql.query<Row>('select id, traits, trait_times from profiles where workspace_id = $1 and id = any($2::uuid[])', [scope.workspaceId, [from, into]]);
  const source = rows.find(({ id }) => id === from);
  const target = rows.find(({ id }) => id === into);
  if (!source || !target) throw new Error('A profile to merge does not exist.');
  const joined = joinTraits({ traits: target.traits, times: target.trait_times }, { traits: source.traits, times: source.trait_times });
  await sql.query(
    `update profiles p set traits = $4, trait_times = $5, updated_at = now(), created_at = least(p.created_at, other.created_at), last_seen_at = greatest(p.last_seen_at, other.last_seen_at)
       from profiles other
      where p.workspace_id = $1 and p.id = $3 and other.workspace_id = $1 and other.id = $2`,
    [scope.workspaceId, from, into, JSON.stringify(joined.traits), JSON.stringify(joined.times)],
  );
  await sql.query('update profiles set external_id = null, traits = \'{}\', trait_times = \'{}\', updated_at = now() where workspace_id = $1 and id = $2', [scope.workspaceId, from]);
}
