import { Injectable } from '@nestjs/common';
import type { AlarmNews, AlarmTargetKind } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { TargetSettings } from './alarm-target.repository.js';
import type { Notice } from './notice.js';

export type DueNotice = {
  workspaceId: string;
  id: string;
  recipient: string;
  body: Notice;
  attempts: number;
  ageSeconds: number;
  target: { id: string; kind: AlarmTargetKind; settings: TargetSettings; secrets: Buffer | null; enabled: boolean };
};

/** What is to be told, until it is. */
@Injectable()
export class NoticeRepository {
  constructor(private readonly database: Database) {}

  /** To everybody who is told now; with the change that it tells of, in its transaction. */
  async add(
    scope: Scope,
    { sql, alarmId, what, body }: { sql: Sql; alarmId: string; what: AlarmNews; body: Notice },
  ): Promise<void> {
    await sql.query(
      `with counted as (
         update alarms
         set tellings = tellings + 1, told_at = now()
         where workspace_id = $1 and id = $2
         returning tellings
       )
       insert into alarm_notices (workspace_id, alarm_id, target_id, recipient, number, what, body)
       select $1, $2, t.id, coalesce(member.id, ''), counted.tellings, $3, $4::jsonb
       from counted
       join alarm_targets t on t.workspace_id = $1 and t.enabled
       left join lateral jsonb_array_elements_text(t.settings -> 'memberIds') as member (id) on true`,
      [scope.workspaceId, alarmId, what, JSON.stringify(body)],
    );
  }

  /**
   * Some that are due, for this process alone: until they are settled, or for `leaseSeconds`. What is told of one alarm
   * is told in its order. Without scope: they are of all workspaces, and each row says which.
   */
  async claim({ limit, leaseSeconds }: { limit: number; leaseSeconds: number }): Promise<DueNotice[]> {
    return this.database
      .query<DueNotice>(
        `with due as materialized (
         select n.workspace_id, n.id
         from alarm_notices n
         where n.state = 'waiting'
           and n.due_at <= now()
           and not exists (
             select 1
             from alarm_notices before
             where before.workspace_id = n.workspace_id
               and before.alarm_id = n.alarm_id
               and before.target_id = n.target_id
               and before.recipient = n.recipient
               and before.number < n.number
               and before.state = 'waiting'
           )
         order by n.due_at
         limit $1
         for update skip locked
       )
       update alarm_notices n
       set due_at = now() + $2 * interval '1 second', attempts = n.attempts + 1
       from due, alarm_targets t
       where n.workspace_id = due.workspace_id
         and n.id = due.id
         and t.workspace_id = n.workspace_id
         and t.id = n.target_id
       returning n.workspace_id as "workspaceId", n.id, n.recipient, n.body, n.attempts,
         extract(epoch from now() - n.created_at)::float8 as "ageSeconds",
         jsonb_build_object('id', t.id, 'kind', t.kind, 'settings', t.settings, 'enabled', t.enabled) as target,
         t.secrets`,
        [limit, leaseSeconds],
      )
      .then((rows) => rows.map(withSecrets));
  }

  async told(scope: Scope, id: string): Promise<void> {
    await this.database.query(
      `update alarm_notices
       set state = 'told', told_at = now(), error = null
       where workspace_id = $1 and id = $2 and state = 'waiting'`,
      [scope.workspaceId, id],
    );
  }

  /** `inSeconds` null: it is given up. */
  async failed(
    scope: Scope,
    { id, error, inSeconds }: { id: string; error: string; inSeconds: number | null },
  ): Promise<void> {
    await this.database.query(
      `update alarm_notices
       set error = $3, state = case when $4::float8 is null then 'dropped' else state end,
         due_at = now() + coalesce($4, 0) * interval '1 second'
       where workspace_id = $1 and id = $2 and state = 'waiting'`,
      [scope.workspaceId, id, error, inSeconds],
    );
  }
}

/** Bytes do not travel in JSON. */
function withSecrets(row: DueNotice & { secrets?: Buffer | null }): DueNotice {
  const { secrets = null, ...notice } = row;
  return { ...notice, target: { ...notice.target, secrets } };
}
