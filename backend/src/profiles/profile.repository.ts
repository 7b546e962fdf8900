import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { cursorTime, decodeCursor, likePattern, pageOf } from './cursor.js';
import { IdentityConflict } from './identity.repository.js';

export type ProfileRow = {
  id: string; external_id: string | null; traits: JsonObject; demo: boolean; created_at: Date; last_seen_at: Date | null;
};
export type DeviceRow = { id: string; kind: 'fcm' | 'webpush' | 'sandbox'; token: string; permission: 'authorized' | 'provisional' | 'denied'; created_at: Date };
/** A profile that a transaction holds; `traits` only where they were asked for. */
export type LockedProfile = { id: string; externalId: string | null; traits: JsonObject | null; times: Record<string, number> | null; lastSeenAt: number | null };
/** What decides whether a profile can be reached. */
export type ReachRow = { id: string; traits: JsonObject; devices: { kind: DeviceRow['kind']; permission: DeviceRow['permission'] }[]; unsubscribed: string[] };

const columns = 'id, external_id, traits, demo, created_at, last_seen_at';

/**
 * Locks profiles in the order of their ids, so that transactions that touch several never wait in a circle, and so that events
 * of one person get their positions in the order of their commits. Throws `IdentityConflict` when one was merged away.
 */
export async function lockProfiles(scope: Scope, { sql, ids, withTraits }: { sql: Sql; ids: string[]; withTraits: string[] }): Promise<LockedProfile[]> {
  if (ids.length === 0) return [];
  const rows = await sql.query<LockedProfile & { merged: boolean }>(
    `select id, external_id as "externalId", merged_into is not null as merged, (extract(epoch from last_seen_at) * 1000)::float8 as "lastSeenAt",
            case when id = any($3::uuid[]) then traits end as traits, case when id = any($3::uuid[]) then trait_times end as times
       from profiles where workspace_id = $1 and id = any($2::uuid[]) order by id for no key update`,
    [scope.workspaceId, ids, withTraits],
  );
  if (rows.length < ids.length || rows.some(({ merged }) => merged)) throw new IdentityConflict('profiles');
  return rows;
}

/** Writes traits and the time of the last event of locked (or own new) profiles. Null leaves traits as they are. */
export async function updateProfiles(scope: Scope, { sql, changes }: { sql: Sql; changes: { id: string; traits: JsonObject | null; times: Record<string, number> | null; seenAt: number }[] }): Promise<void> {
  if (changes.length === 0) return;
  await sql.send(
    `update profiles p
        set traits = coalesce(change.traits::jsonb, p.traits), trait_times = coalesce(change.times::jsonb, p.trait_times),
            updated_at = case when change.traits is null then p.updated_at else now() end, last_seen_at = greatest(p.last_seen_at, change.seen_at)
       from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[]) as change (id, traits, times, seen_at)
      where p.workspace_id = $1 and p.id = change.id`,
    [
      scope.workspaceId, changes.map(({ id }) => id), changes.map(({ traits }) => traits && JSON.stringify(traits)),
      changes.map(({ times }) => times && JSON.stringify(times)), changes.map(({ seenAt }) => new Date(seenAt)),
    ],
  );
}

/**
 * A token belongs to who was seen with it last; an imported one that is known already stays with whom it has. A device that denied permission is
 * allowed again only by its own SDK.
 */
export async function registerDevices(scope: Scope, { sql, devices }: { sql: Sql; devices: { profileId: string; kind: DeviceRow['kind']; token: string; imported: boolean }[] }): Promise<void> {
  if (devices.length === 0) return;
  const seen = [...devices.filter(({ imported }) => imported), ...devices.filter(({ imported }) => !imported)];
  const latest = [...new Map(seen.map((device) => [`${device.kind}:${device.token}`, device])).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, device]) => device);
  await sql.send(
    `insert into devices (workspace_id, profile_id, kind, token)
     select $1, profile_id, kind, token from unnest($2::uuid[], $3::text[], $4::text[], $5::boolean[]) as t (profile_id, kind, token, imported)
      where not imported or not exists (select 1 from devices known where known.workspace_id = $1 and known.kind = t.kind and known.token = t.token)
     on conflict (workspace_id, kind, token) do update set profile_id = excluded.profile_id where devices.profile_id <> excluded.profile_id`,
    [scope.workspaceId, latest.map(({ profileId }) => profileId), latest.map(({ kind }) => kind), latest.map(({ token }) => token), latest.map(({ imported }) => imported)],
  );
}

@Injectable()
export class ProfileRepository {
  constructor(private readonly database: Database) {}

  /** Newest first; `search` looks in external id, e-mail and names. */
  async list(scope: Scope, { cursor, limit, search }: { cursor?: string | undefined; limit: number; search?: string | undefined }): Promise<{ rows: ProfileRow[]; next: string | null }> {
    const after = decodeCursor(cursor);
    const term = search?.trim();
    const rows = await this.database.query<ProfileRow & { cursor: string }>(
      `select ${columns}, ${cursorTime('created_at')} as cursor from profiles
        where workspace_id = $1 and merged_into is null and not test
          and ($2::timestamptz is null or created_at < $2 or (created_at = $2 and id > $3::uuid))
          and ($4::text is null or external_id ilike $4 or traits->>'email' ilike $4 or traits->>'name' ilike $4
               or concat_ws(' ', coalesce(traits->>'first_name', traits->>'firstName'), coalesce(traits->>'last_name', traits->>'lastName')) ilike $4)
        order by created_at desc, id limit $5`,
      [scope.workspaceId, after?.at ?? null, after?.id ?? null, term ? likePattern(term) : null, limit + 1],
    );
    return pageOf(rows, limit);
  }

  /** A profile; an id that was merged away leads to the profile that took it in. */
  async find(scope: Scope, id: string): Promise<ProfileRow | null> {
    const [row] = await this.database.query<ProfileRow>(
      `select ${columns} from profiles where workspace_id = $1 and id = coalesce((select merged_into from profiles where workspace_id = $1 and id = $2), $2)`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  async findByExternalId(scope: Scope, externalId: string): Promise<ProfileRow | null> {
    const [row] = await this.database.query<ProfileRow>(`select ${columns} from profiles where workspace_id = $1 and external_id = $2`, [scope.workspaceId, externalId]);
    return row ?? null;
  }

  async devices(scope: Scope, profileId: string): Promise<DeviceRow[]> {
    return this.database.query<DeviceRow>('select id, kind, token, permission, created_at from devices where workspace_id = $1 and profile_id = $2 order by created_at', [scope.workspaceId, profileId]);
  }

  async anonymousIds(scope: Scope, profileId: string): Promise<string[]> {
    const rows = await this.database.query<{ value: string }>("select value from identities where workspace_id = $1 and profile_id = $2 and kind = 'anonymous' order by created_at limit 100", [scope.workspaceId, profileId]);
    return rows.map(({ value }) => value);
  }

  async reach(scope: Scope, { profileIds, sql = this.database }: { profileIds: string[]; sql?: Sql }): Promise<ReachRow[]> {
    return sql.query<ReachRow>(
      `select p.id, p.traits,
              coalesce((select jsonb_agg(jsonb_build_object('kind', d.kind, 'permission', d.permission)) from devices d where d.workspace_id = $1 and d.profile_id = p.id), '[]') as devices,
              array(select c.channel from consents c where c.workspace_id = $1 and c.profile_id = p.id and c.state = 'unsubscribed') as unsubscribed
         from profiles p where p.workspace_id = $1 and p.id = any($2::uuid[])`,
      [scope.workspaceId, profileIds],
    );
  }
}
