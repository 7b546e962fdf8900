import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

export type DevicePermission = 'authorized' | 'provisional' | 'denied';
export type DevicePlatform = 'ios' | 'android' | 'web';
export type DeviceRow = {
  id: string;
  kind: string;
  token: string;
  permission: DevicePermission;
  platform: DevicePlatform | null;
  app_id: string | null;
  app_version: string | null;
  /** Null where nobody has heard of it since that is written down. */
  last_active_at: Date | null;
  created_at: Date;
};

/** A device as it was seen with a person. Null and absent say nothing: what is known stays. */
export type SeenDevice = {
  profileId: string;
  kind: string;
  token: string;
  permission?: DevicePermission | null | undefined;
  platform?: DevicePlatform | null | undefined;
  appId?: string | null | undefined;
  appVersion?: string | null | undefined;
  /** What its kind needs beside the token. */
  data?: JsonObject | null | undefined;
  /** Milliseconds since 1970. */
  seenAt: number;
  /** Of the past of another system: known ones stay as they are. */
  imported?: boolean | undefined;
};

/** How old the time may be at which a device was last seen: each event of an app would write it otherwise. */
const activeEvery = '1 hour';

/**
 * Writes down devices as they were seen. A token belongs to who was seen with it last; an imported one that is known
 * already stays with whom it has. A device that denied permission is allowed again only by what its own app says.
 * Nothing is written, and no row locked, for one that is as it was and was seen within the hour, unless `always`: whoever
 * registers says that the token is good now. Rows are written in the order of their tokens, so that two transactions
 * never wait in a circle.
 */
export async function registerDevices(
  scope: Scope,
  { sql, devices, always = false }: { sql: Sql; devices: SeenDevice[]; always?: boolean },
): Promise<void> {
  if (devices.length === 0) return;
  const seen = [...devices.filter(({ imported }) => imported), ...devices.filter(({ imported }) => !imported)];
  const latest = [...new Map(seen.map((device) => [`${device.kind}:${device.token}`, device])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, device]) => device);
  await sql.send(
    `insert into devices (
        workspace_id, profile_id, kind, token, permission, platform, app_id, app_version, data, last_active_at
      )
     select $1, t.profile_id, t.kind, t.token, coalesce(t.permission, known.permission, 'authorized'),
       coalesce(t.platform, known.platform), coalesce(t.app_id, known.app_id),
       coalesce(t.app_version, known.app_version), coalesce(t.data, known.data, '{}'),
       greatest(to_timestamp(t.seen_at / 1000), known.last_active_at)
     from unnest(
       $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::jsonb[], $10::float8[],
       $11::boolean[]
     ) as t (profile_id, kind, token, permission, platform, app_id, app_version, data, seen_at, imported)
     left join lateral (
       select * from devices d where d.workspace_id = $1 and d.kind = t.kind and d.token = t.token offset 0
     ) known on true
     where known.id is null
       or (
         not t.imported
         and (
           $12
           or known.profile_id <> t.profile_id
           or known.permission <> t.permission
           or known.platform is distinct from coalesce(t.platform, known.platform)
           or known.app_id is distinct from coalesce(t.app_id, known.app_id)
           or known.app_version is distinct from coalesce(t.app_version, known.app_version)
           or known.data <> t.data
           or known.last_active_at is null
           or known.last_active_at < to_timestamp(t.seen_at / 1000) - interval '${activeEvery}'
         )
       )
     order by t.kind, t.token
     on conflict (workspace_id, kind, token)
     do update set profile_id = excluded.profile_id, permission = excluded.permission, platform = excluded.platform,
       app_id = excluded.app_id, app_version = excluded.app_version, data = excluded.data,
       last_active_at = greatest(excluded.last_active_at, devices.last_active_at), updated_at = clock_timestamp()`,
    [
      scope.workspaceId,
      latest.map(({ profileId }) => profileId),
      latest.map(({ kind }) => kind),
      latest.map(({ token }) => token),
      latest.map(({ permission }) => permission ?? null),
      latest.map(({ platform }) => platform ?? null),
      latest.map(({ appId }) => appId ?? null),
      latest.map(({ appVersion }) => appVersion ?? null),
      latest.map(({ data }) => (data ? JSON.stringify(data) : null)),
      latest.map(({ seenAt }) => seenAt),
      latest.map(({ imported }) => imported === true),
      always,
    ],
  );
}

@Injectable()
export class DeviceRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: whoever works in it brings it. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /** The one that was in use last first. */
  ofProfile(scope: Scope, profileId: string): Promise<DeviceRow[]> {
    return this.database.query<DeviceRow>(
      `select id, kind, token, permission, platform, app_id, app_version, last_active_at, created_at
        from devices
        where workspace_id = $1 and profile_id = $2
        order by coalesce(last_active_at, created_at) desc, id`,
      [scope.workspaceId, profileId],
    );
  }

  /** Whoever it belongs to. */
  async remove(scope: Scope, { kind, token }: { kind: string; token: string }): Promise<void> {
    await this.database.query('delete from devices where workspace_id = $1 and kind = $2 and token = $3', [
      scope.workspaceId,
      kind,
      token,
    ]);
  }

  /** The different texts of a field of `data`. Reads all devices of these kinds: for what is done once in a while. */
  async dataOf(scope: Scope, { kinds, field }: { kinds: readonly string[]; field: string }): Promise<string[]> {
    const rows = await this.database.query<{ value: string }>(
      `select distinct data ->> $3 as value
        from devices
        where workspace_id = $1 and kind = any($2::text[]) and data ->> $3 is not null`,
      [scope.workspaceId, kinds, field],
    );
    return rows.map(({ value }) => value);
  }
}
