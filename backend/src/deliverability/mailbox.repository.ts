import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { InboxSettings, ReadTo } from './imap-inbox.js';

export type Counts = { bounced: number; softBounced: number; complained: number; unproven: number; other: number };
export type MailboxRow = {
  workspaceId: string;
  connectionId: string;
  settings: InboxSettings;
  secrets: Buffer;
  enabled: boolean;
  readTo: ReadTo | null;
  checkedAt: Date | null;
  okAt: Date | null;
  error: string | null;
  counts: Counts;
};
export type SentBy = { id: string; provider: string; connectionId: string | null };

const columns = `b.workspace_id as "workspaceId", b.connection_id as "connectionId", b.settings, b.secrets, b.enabled,
  b.read_to as "readTo", b.checked_at as "checkedAt", b.ok_at as "okAt", b.error, b.counts`;

@Injectable()
export class MailboxRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  async find(
    scope: Scope,
    { connectionId, sql = this.database }: { connectionId: string; sql?: Sql },
  ): Promise<MailboxRow | null> {
    const [row] = await sql.query<MailboxRow>(
      `select ${columns} from bounce_mailboxes b where b.workspace_id = $1 and b.connection_id = $2`,
      [scope.workspaceId, connectionId],
    );
    return row ?? null;
  }

  /** `anew`: it is another folder now, so that what was read and said of it is forgotten. */
  async save(
    scope: Scope,
    {
      sql,
      connectionId,
      settings,
      secrets,
      enabled,
      anew,
    }: Pick<MailboxRow, 'connectionId' | 'settings' | 'secrets' | 'enabled'> & { sql: Sql; anew: boolean },
  ): Promise<void> {
    await sql.query(
      `insert into bounce_mailboxes as b (workspace_id, connection_id, settings, secrets, enabled)
       values ($1, $2, $3, $4, $5)
       on conflict (workspace_id, connection_id) do update set
         settings = excluded.settings,
         secrets = excluded.secrets,
         enabled = excluded.enabled,
         read_to = case when $6 then null else b.read_to end,
         checked_at = null,
         error = null,
         claimed_until = null`,
      [scope.workspaceId, connectionId, JSON.stringify(settings), secrets, enabled, anew],
    );
  }

  async remove(scope: Scope, { sql, connectionId }: { sql: Sql; connectionId: string }): Promise<boolean> {
    const rows = await sql.query(
      'delete from bounce_mailboxes where workspace_id = $1 and connection_id = $2 returning connection_id',
      [scope.workspaceId, connectionId],
    );
    return rows.length > 0;
  }

  /**
   * One that is due, for this worker alone: until it is done, or for `claimSeconds` after it was last heard of. Without
   * scope: workers read those of all workspaces, and each row says whose it is.
   */
  async claim({
    everySeconds,
    claimSeconds,
  }: {
    everySeconds: number;
    claimSeconds: number;
  }): Promise<MailboxRow | null> {
    const [row] = await this.database.query<MailboxRow>(
      `update bounce_mailboxes b
        set claimed_until = now() + $2 * interval '1 second', checked_at = now()
        from (
          select workspace_id, connection_id
          from bounce_mailboxes
          where enabled
            and (checked_at is null or checked_at < now() - $1 * interval '1 second')
            and (claimed_until is null or claimed_until < now())
          order by checked_at nulls first
          limit 1
          for update skip locked) due
        where b.workspace_id = due.workspace_id and b.connection_id = due.connection_id
        returning ${columns}`,
      [everySeconds, claimSeconds],
    );
    return row ?? null;
  }

  /** A mail was taken: it is not read again. */
  async took(
    scope: Scope,
    {
      connectionId,
      readTo,
      counted,
      claimSeconds,
    }: { connectionId: string; readTo: ReadTo; counted: Partial<Counts>; claimSeconds: number },
  ): Promise<void> {
    await this.database.query(
      `update bounce_mailboxes
        set read_to = $3, claimed_until = now() + $5 * interval '1 second',
          counts = counts || (
            select coalesce(jsonb_object_agg(c.key, coalesce((counts->>c.key)::int, 0) + c.value::int), '{}')
            from jsonb_each_text($4::jsonb) c
          )
        where workspace_id = $1 and connection_id = $2`,
      [scope.workspaceId, connectionId, JSON.stringify(readTo), JSON.stringify(counted), claimSeconds],
    );
  }

  /** `error` null: it was read well. `more`: there is more to read at once. */
  async done(
    scope: Scope,
    { connectionId, error, more }: { connectionId: string; error: string | null; more: boolean },
  ): Promise<void> {
    await this.database.query(
      `update bounce_mailboxes
        set claimed_until = null, error = $3, ok_at = case when $3::text is null then now() else ok_at end,
          checked_at = case when $4 then null else checked_at end
        where workspace_id = $1 and connection_id = $2`,
      [scope.workspaceId, connectionId, error, more],
    );
  }

  /** Who sent these messages; those that are not there are left out. */
  async senders(scope: Scope, messageIds: string[]): Promise<SentBy[]> {
    return this.database.query<SentBy>(
      `select m.id, m.provider, m.connection_id as "connectionId"
        from messages m
        where m.workspace_id = $1 and m.id = any($2::uuid[]) and m.provider is not null`,
      [scope.workspaceId, messageIds],
    );
  }
}
