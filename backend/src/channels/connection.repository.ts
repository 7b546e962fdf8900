import { Injectable } from '@nestjs/common';
import type { Channel } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { ChannelSettingEntity } from './channel-setting.entity.js';
import { ConnectionEntity } from './connection.entity.js';

export type ConnectionRow = Omit<ConnectionEntity, 'workspaceId'>;
/** What is stored of a connection by whoever saves it. */
export type ConnectionDraft = Omit<ConnectionRow, 'createdAt' | 'updatedAt' | 'position'>;

@Injectable()
export class ConnectionRepository {
  constructor(private readonly database: Database) {}

  /** In the order in which they are asked. Locked until the transaction ends where there is one. */
  list(scope: Scope, sql?: Sql): Promise<ConnectionRow[]> {
    return (sql ?? this.database).repository(ConnectionEntity).find({
      where: { workspaceId: scope.workspaceId },
      order: { position: 'asc', createdAt: 'asc', id: 'asc' },
      ...(sql && { lock: { mode: 'pessimistic_write' } }),
    });
  }

  /** Locked until the transaction ends where there is one. */
  find(scope: Scope, { id, sql }: { id: string; sql?: Sql }): Promise<ConnectionRow | null> {
    const where = { workspaceId: scope.workspaceId, id };
    if (!sql) return this.database.repository(ConnectionEntity).findOneBy(where);
    return sql.repository(ConnectionEntity).findOne({ where, lock: { mode: 'pessimistic_write' } });
  }

  /** Channels that are in the sandbox. */
  async sandboxed(scope: Scope): Promise<Channel[]> {
    const rows = await this.database.query<Pick<ChannelSettingEntity, 'channel'>>(
      'select channel from channel_settings where workspace_id = $1 and sandbox',
      [scope.workspaceId],
    );
    return rows.map(({ channel }) => channel);
  }

  /** False when that is how it was already. */
  async setSandbox(
    scope: Scope,
    { sql, channel, sandbox }: { sql: Sql; channel: Channel; sandbox: boolean },
  ): Promise<boolean> {
    const rows = await sql.query(
      `insert into channel_settings (workspace_id, channel, sandbox) values ($1, $2, $3)
       on conflict (workspace_id, channel)
       do update set sandbox = excluded.sandbox, updated_at = now()
       where channel_settings.sandbox <> excluded.sandbox
       returning channel`,
      [scope.workspaceId, channel, sandbox],
    );
    return rows.length > 0;
  }

  /** For a workspace that lives on the sandbox: puts channels there about which nobody has decided. */
  async sandboxUndecided(scope: Scope, undecided: readonly Channel[]): Promise<void> {
    const settings = undecided.map((channel) => ({ workspaceId: scope.workspaceId, channel, sandbox: true }));
    const builder = this.database.repository(ChannelSettingEntity).createQueryBuilder();
    await builder.insert().values(settings).orIgnore().execute();
  }

  /** Behind all others. Two that are added at once may share a place: then the older one comes first. */
  async add(scope: Scope, { sql, draft }: { sql: Sql; draft: ConnectionDraft }): Promise<ConnectionRow> {
    const [last] = await sql.query<{ position: number }>(
      'select coalesce(max(position), 0)::int as position from connections where workspace_id = $1',
      [scope.workspaceId],
    );
    await sql.query(
      `insert into connections (
         workspace_id, id, kind, name, settings, secrets, secret_names, position, enabled, rule, rate_per_second
       )
       values ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9, $10::jsonb, $11)`,
      [
        scope.workspaceId,
        draft.id,
        draft.kind,
        draft.name,
        JSON.stringify(draft.settings),
        draft.secrets,
        draft.secretNames,
        last!.position + 1,
        draft.enabled,
        draft.rule && JSON.stringify(draft.rule),
        draft.ratePerSecond,
      ],
    );
    return (await this.find(scope, { id: draft.id, sql }))!;
  }

  /** `before`: as `find` gave it, locked. */
  async change(
    scope: Scope,
    { sql, before, draft }: { sql: Sql; before: ConnectionRow; draft: Partial<ConnectionDraft> },
  ): Promise<ConnectionRow> {
    const next = { ...before, ...draft };
    await sql.query(
      // Another time each time, also within one millisecond: who has it open tells by this.
      `update connections
       set name = $3, settings = $4::jsonb, secrets = $5, secret_names = $6, enabled = $7, rule = $8::jsonb,
         rate_per_second = $9, old_secrets = $10, old_secrets_until = $11,
         updated_at = greatest(clock_timestamp(), updated_at + interval '1 millisecond')
       where workspace_id = $1 and id = $2`,
      [
        scope.workspaceId,
        before.id,
        next.name,
        JSON.stringify(next.settings),
        next.secrets,
        next.secretNames,
        next.enabled,
        next.rule && JSON.stringify(next.rule),
        next.ratePerSecond,
        next.oldSecrets,
        next.oldSecretsUntil,
      ],
    );
    return (await this.find(scope, { id: before.id, sql }))!;
  }

  /** Puts these into this order; they keep the places that they have among all. */
  async order(scope: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<void> {
    await sql.query(
      `update connections c set position = n.position
       from (
         select wanted.id, places.position
         from unnest($2::uuid[]) with ordinality as wanted (id, n)
         join (
           select position, row_number() over (order by position, created_at, id) as n
           from connections
           where workspace_id = $1 and id = any($2::uuid[])
         ) places on places.n = wanted.n
       ) n
       where c.workspace_id = $1 and c.id = n.id`,
      [scope.workspaceId, ids],
    );
  }

  /** False when there is none. */
  async remove(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<boolean> {
    const { affected } = await sql.repository(ConnectionEntity).delete({ workspaceId: scope.workspaceId, id });
    return affected === 1;
  }
}
