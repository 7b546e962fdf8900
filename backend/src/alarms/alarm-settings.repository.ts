import { Injectable } from '@nestjs/common';
import type { AlarmKind } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { Settings, Subject } from './kind.js';

export type SettingsRow = Subject & {
  id: string;
  kind: AlarmKind;
  /** Null: as it is in the wider setting. */
  enabled: boolean | null;
  breaker: boolean | null;
  settings: Settings;
  mutedUntil: Date | null;
  mutedBy: string | null;
};
export type NamedSettingsRow = SettingsRow & { name: string | null };
type Of = Omit<Subject, 'workspaceId'> & { kind: AlarmKind };

const columns = `s.workspace_id as "workspaceId", s.id, s.kind, s.journey_id as "journeyId",
  s.connection_id as "connectionId", s.enabled, s.breaker, s.settings, s.muted_until as "mutedUntil", s.muted_by as "mutedBy"`;

/** What is set of alarms, where it differs from the usual. */
@Injectable()
export class AlarmSettingsRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: alarms are looked for in all workspaces, and each row says which. */
  all(): Promise<SettingsRow[]> {
    return this.database.query<SettingsRow>(`select ${columns} from alarm_settings s`);
  }

  of(scope: Scope): Promise<NamedSettingsRow[]> {
    return this.database.query<NamedSettingsRow>(
      `select ${columns}, coalesce(j.name, c.name) as name
       from alarm_settings s
       left join journeys j on j.workspace_id = s.workspace_id and j.id = s.journey_id
       left join connections c on c.workspace_id = s.workspace_id and c.id = s.connection_id
       where s.workspace_id = $1
       order by s.kind, name, s.id`,
      [scope.workspaceId],
    );
  }

  /** What it is called; null when there is no such journey or connection. */
  async nameOf(
    scope: Scope,
    { journeyId, connectionId, sql = this.database }: Omit<Subject, 'workspaceId'> & { sql?: Sql },
  ): Promise<string | null> {
    const [row] = await sql.query<{ name: string }>(
      journeyId === null
        ? 'select name from connections where workspace_id = $1 and id = $2'
        : 'select name from journeys where workspace_id = $1 and id = $2',
      [scope.workspaceId, journeyId ?? connectionId],
    );
    return row?.name ?? null;
  }

  async save(
    scope: Scope,
    {
      sql,
      kind,
      journeyId,
      connectionId,
      enabled,
      breaker,
      settings,
    }: Of & {
      sql: Sql;
      enabled: boolean;
      breaker: boolean;
      settings: Settings;
    },
  ): Promise<void> {
    await sql.query(
      `insert into alarm_settings (workspace_id, kind, journey_id, connection_id, enabled, breaker, settings)
       values ($1, $2, $3, $4, $5, $6, $7::jsonb)
       on conflict (workspace_id, kind, journey_id, connection_id)
       do update set enabled = excluded.enabled, breaker = excluded.breaker, settings = excluded.settings,
         updated_at = now()`,
      [scope.workspaceId, kind, journeyId, connectionId, enabled, breaker, JSON.stringify(settings)],
    );
  }

  /** For so many hours from now; 0: no longer. */
  async mute(
    scope: Scope,
    { sql, kind, journeyId, connectionId, hours, by }: Of & { sql: Sql; hours: number; by: string },
  ): Promise<void> {
    await sql.query(
      `insert into alarm_settings (workspace_id, kind, journey_id, connection_id, muted_until, muted_by)
       values ($1, $2, $3, $4, case when $5::float8 > 0 then now() + $5 * interval '1 hour' end, $6)
       on conflict (workspace_id, kind, journey_id, connection_id)
       do update set muted_until = excluded.muted_until, muted_by = excluded.muted_by, updated_at = now()`,
      [scope.workspaceId, kind, journeyId, connectionId, hours, by],
    );
  }

  /** An override goes; what is muted stays so until its time. Null when there is none with this id. */
  async remove(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<SettingsRow | null> {
    const its = `s.workspace_id = $1 and s.id = $2 and (s.journey_id is not null or s.connection_id is not null)
         and s.enabled is not null`;
    const [row] = await sql.query<SettingsRow>(
      `with kept as (
         update alarm_settings s
         set enabled = null, breaker = null, settings = '{}', updated_at = now()
         where ${its} and s.muted_until > now()
         returning ${columns}
       ), gone as (
         delete from alarm_settings s
         where ${its} and (s.muted_until is null or s.muted_until <= now())
         returning ${columns}
       )
       select * from kept union all select * from gone`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }
}
