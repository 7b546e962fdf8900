import { Injectable } from '@nestjs/common';
import type { AlarmTargetKind } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

export type TargetRow = {
  id: string;
  kind: AlarmTargetKind;
  name: string;
  settings: TargetSettings;
  secrets: Buffer | null;
  enabled: boolean;
};
/** What may be shown of a target. `memberIds`: whose addresses; `host`: of its address. */
export type TargetSettings = { memberIds?: string[]; host?: string };
export type ListedTarget = TargetRow & { lastToldAt: Date | null; lastError: string | null };

const columns = 't.id, t.kind, t.name, t.settings, t.secrets, t.enabled';
const listed = `${columns}, (
    select max(n.told_at) from alarm_notices n where n.workspace_id = t.workspace_id and n.target_id = t.id
  ) as "lastToldAt", (
    select case when n.state <> 'told' then n.error end
    from alarm_notices n
    where n.workspace_id = t.workspace_id and n.target_id = t.id and n.attempts > 0
    order by n.created_at desc
    limit 1
  ) as "lastError"`;

/** Who is told of alarms. */
@Injectable()
export class AlarmTargetRepository {
  constructor(private readonly database: Database) {}

  list(scope: Scope): Promise<ListedTarget[]> {
    return this.database.query<ListedTarget>(
      `select ${listed} from alarm_targets t where t.workspace_id = $1 order by t.created_at, t.id`,
      [scope.workspaceId],
    );
  }

  /** Locked until the transaction ends where there is one. */
  async find(scope: Scope, { id, sql }: { id: string; sql?: Sql }): Promise<ListedTarget | null> {
    const [row] = await (sql ?? this.database).query<ListedTarget>(
      `select ${listed} from alarm_targets t where t.workspace_id = $1 and t.id = $2${sql ? ' for update' : ''}`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  async count(scope: Scope, sql: Sql): Promise<number> {
    const [row] = await sql.query<{ count: number }>(
      'select count(*)::int as count from alarm_targets where workspace_id = $1',
      [scope.workspaceId],
    );
    return row!.count;
  }

  async save(scope: Scope, { sql, target }: { sql: Sql; target: TargetRow }): Promise<void> {
    await sql.query(
      `insert into alarm_targets (workspace_id, id, kind, name, settings, secrets, enabled)
       values ($1, $2, $3, $4, $5::jsonb, $6, $7)
       on conflict (workspace_id, id)
       do update set name = excluded.name, settings = excluded.settings, secrets = excluded.secrets,
         enabled = excluded.enabled, updated_at = now()`,
      [
        scope.workspaceId,
        target.id,
        target.kind,
        target.name,
        JSON.stringify(target.settings),
        target.secrets,
        target.enabled,
      ],
    );
  }

  /** Null when there is none. */
  async remove(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<{ name: string } | null> {
    const [row] = await sql.query<{ name: string }>(
      'delete from alarm_targets where workspace_id = $1 and id = $2 returning name',
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** The addresses of members; of those that are gone none. */
  async addresses(scope: Scope, memberIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.database.query<{ id: string; email: string }>(
      'select id::text, email from members where workspace_id = $1 and id = any($2::uuid[])',
      [scope.workspaceId, memberIds],
    );
    return new Map(rows.map(({ id, email }) => [id, email]));
  }

  async workspaceName(scope: Scope): Promise<string> {
    const [row] = await this.database.query<{ name: string }>('select name from workspaces where id = $1', [
      scope.workspaceId,
    ]);
    return row?.name ?? '';
  }
}
