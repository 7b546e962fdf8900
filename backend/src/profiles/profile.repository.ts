import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { phoneNumberOf, writtenDigits } from './phone-number.js';
import type { DeviceRow } from './device.repository.js';
import { cursorTime, decodeCursor, pageOf } from './cursor.js';
import { IdentityConflict } from './locked-profile.js';
import type { LockedProfile } from './locked-profile.js';
import { likePattern, nameMatches } from './name-search.sql.js';

export type ProfileRow = {
  id: string;
  external_id: string | null;
  traits: JsonObject;
  demo: boolean;
  created_at: Date;
  last_seen_at: Date | null;
};

/** What decides whether a profile can be reached. */
export type ReachRow = {
  id: string;
  traits: JsonObject;
  devices: { kind: DeviceRow['kind']; permission: DeviceRow['permission'] }[];
  unsubscribed: string[];
  country: string | null;
};

const columns = 'id, external_id, traits, demo, created_at, last_seen_at';

/**
 * Locks profiles in the order of their ids, so that transactions that touch several never wait in a circle, and so that
 * events of one person get their positions in the order of their commits. Throws `IdentityConflict` when one was merged
 * away.
 */
export async function lockProfiles(
  scope: Scope,
  { sql, ids, withTraits }: { sql: Sql; ids: string[]; withTraits: string[] },
): Promise<LockedProfile[]> {
  if (ids.length === 0) return [];
  const rows = await sql.query<LockedProfile & { merged: boolean }>(
    `select id, external_id as "externalId", merged_into is not null as merged,
              (extract(epoch from last_seen_at) * 1000)::float8 as "lastSeenAt",
            case when id = any($3::uuid[]) then traits end as traits,
              case when id = any($3::uuid[]) then trait_times end as times
       from profiles where workspace_id = $1 and id = any($2::uuid[]) order by id for no key update`,
    [scope.workspaceId, ids, withTraits],
  );
  if (rows.length < ids.length || rows.some(({ merged }) => merged)) throw new IdentityConflict('profiles');
  return rows;
}

type UpdateProfilesOptions = {
  sql: Sql;
  changes: { id: string; traits: JsonObject | null; times: Record<string, number> | null; seenAt: number }[];
};

/** Writes traits and the time of the last event of locked (or own new) profiles. Null leaves traits as they are. */
export async function updateProfiles(scope: Scope, { sql, changes }: UpdateProfilesOptions): Promise<void> {
  if (changes.length === 0) return;
  await sql.send(
    `update profiles p
        set traits = coalesce(change.traits::jsonb, p.traits),
          trait_times = coalesce(change.times::jsonb, p.trait_times),
            updated_at = case when change.traits is null then p.updated_at else now() end,
              last_seen_at = greatest(p.last_seen_at, change.seen_at)
       from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[]) as change (id, traits, times, seen_at)
      where p.workspace_id = $1 and p.id = change.id`,
    [
      scope.workspaceId,
      changes.map(({ id }) => id),
      changes.map(({ traits }) => traits && JSON.stringify(traits)),
      changes.map(({ times }) => times && JSON.stringify(times)),
      changes.map(({ seenAt }) => new Date(seenAt)),
    ],
  );
}

@Injectable()
export class ProfileRepository {
  constructor(private readonly database: Database) {}

  /** Newest first; `search` looks in external id, email and names. */
  async list(
    scope: Scope,
    { cursor, limit, search }: { cursor?: string | undefined; limit: number; search?: string | undefined },
  ): Promise<{ rows: ProfileRow[]; next: string | null }> {
    const after = decodeCursor(cursor);
    const term = search?.trim();
    const rows = await this.database.query<ProfileRow & { cursor: string }>(
      `select ${columns}, ${cursorTime('created_at')} as cursor from profiles
        where workspace_id = $1 and merged_into is null and not test
          and ($2::timestamptz is null or created_at < $2 or (created_at = $2 and id > $3::uuid))
          and ($4::text is null or ${nameMatches({ pattern: '$4' })})
        order by created_at desc, id limit $5`,
      [scope.workspaceId, after?.at ?? null, after?.id ?? null, term ? likePattern(term) : null, limit + 1],
    );
    return pageOf(rows, limit);
  }

  /** A profile; an id that was merged away leads to the profile that took it in. */
  async find(scope: Scope, id: string): Promise<ProfileRow | null> {
    const [row] = await this.database.query<ProfileRow>(
      `select ${columns}
        from profiles
        where workspace_id = $1
          and id = coalesce((select merged_into from profiles where workspace_id = $1 and id = $2), $2)`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  async findByExternalId(scope: Scope, externalId: string): Promise<ProfileRow | null> {
    const [row] = await this.database.query<ProfileRow>(
      `select ${columns} from profiles where workspace_id = $1 and external_id = $2`,
      [scope.workspaceId, externalId],
    );
    return row ?? null;
  }

  async anonymousIds(scope: Scope, profileId: string): Promise<string[]> {
    const rows = await this.database.query<{ value: string }>(
      `select value
        from identities
        where workspace_id = $1 and profile_id = $2 and kind = 'anonymous'
        order by created_at
        limit 100`,
      [scope.workspaceId, profileId],
    );
    return rows.map(({ value }) => value);
  }

  /** Everybody who has this telephone number (E.164), however it is written; `country` is the workspace's. */
  async withNumber(
    scope: Scope,
    { number, country, sql = this.database }: { number: string; country: string | null; sql?: Sql },
  ): Promise<{ id: string; demo: boolean }[]> {
    const rows = await sql.query<{ id: string; demo: boolean; traits: JsonObject }>(
      `select id, demo, traits
       from profiles
       where workspace_id = $1 and phone_digits = any($2::text[]) and merged_into is null
       order by id
       limit 200`,
      [scope.workspaceId, writtenDigits(number)],
    );
    return rows.filter(({ traits }) => phoneNumberOf(traits, country) === number);
  }

  async reach(
    scope: Scope,
    { profileIds, sql = this.database }: { profileIds: string[]; sql?: Sql },
  ): Promise<ReachRow[]> {
    return sql.query<ReachRow>(
      `select p.id, p.traits,
              coalesce(
                (
                  select jsonb_agg(jsonb_build_object('kind', d.kind, 'permission', d.permission))
                  from devices d
                  where d.workspace_id = $1 and d.profile_id = p.id
                ),
                  '[]'
              ) as devices,
              array(
                select c.channel
                from consents c
                where c.workspace_id = $1 and c.profile_id = p.id and c.state = 'unsubscribed'
              ) as unsubscribed,
              (select w.country from workspaces w where w.id = $1) as country
         from profiles p where p.workspace_id = $1 and p.id = any($2::uuid[])`,
      [scope.workspaceId, profileIds],
    );
  }
}
