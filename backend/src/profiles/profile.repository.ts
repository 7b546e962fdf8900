import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { phoneNumberOf, writtenDigits } from './phone-number.js';
import type { DeviceRow } from './device.repository.js';
import { IdentityConflict } from './locked-profile.js';
import type { LockedProfile } from './locked-profile.js';

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

/**
 * Writes traits and the time of the last event of locked (or own new) profiles. Null leaves traits as they are: what is
 * made of them is then not made again.
 */
export async function updateProfiles(scope: Scope, { sql, changes }: UpdateProfilesOptions): Promise<void> {
  const seen = changes.filter(({ traits }) => traits === null);
  if (seen.length > 0)
    await sql.send(
      `update profiles p
         set last_seen_at = greatest(p.last_seen_at, change.seen_at)
         from unnest($2::uuid[], $3::timestamptz[]) as change (id, seen_at)
        where p.workspace_id = $1 and p.id = change.id`,
      [scope.workspaceId, seen.map(({ id }) => id), seen.map(({ seenAt }) => new Date(seenAt))],
    );
  const told = changes.filter(({ traits }) => traits !== null);
  if (told.length > 0)
    await sql.send(
      `update profiles p
         set traits = change.traits::jsonb, trait_times = change.times::jsonb, updated_at = now(),
           last_seen_at = greatest(p.last_seen_at, change.seen_at)
         from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[]) as change (id, traits, times, seen_at)
        where p.workspace_id = $1 and p.id = change.id`,
      [
        scope.workspaceId,
        told.map(({ id }) => id),
        told.map(({ traits }) => JSON.stringify(traits)),
        told.map(({ times }) => JSON.stringify(times ?? {})),
        told.map(({ seenAt }) => new Date(seenAt)),
      ],
    );
}

@Injectable()
export class ProfileRepository {
  constructor(private readonly database: Database) {}

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

  /** Where the workspace is (ISO 3166-1): telephone numbers without a country are read as dialled there. */
  async countryOf(scope: Scope): Promise<string | null> {
    const [row] = await this.database.query<{ country: string | null }>(
      'select country from workspaces where id = $1',
      [scope.workspaceId],
    );
    return row?.country ?? null;
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
                where c.workspace_id = $1 and c.profile_id = p.id and c.topic = '' and c.state <> 'subscribed'
              ) as unsubscribed,
              (select w.country from workspaces w where w.id = $1) as country
         from profiles p where p.workspace_id = $1 and p.id = any($2::uuid[])`,
      [scope.workspaceId, profileIds],
    );
  }
}
