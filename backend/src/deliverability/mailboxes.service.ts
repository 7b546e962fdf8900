import { Injectable } from '@nestjs/common';
import type { BounceMailbox, SaveBounceMailbox } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { ChannelRegistry, ConnectionRepository } from '../channels/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import type { Caller } from '../platform/http/index.js';
import { Destinations } from '../platform/outbound/index.js';
import { Secrets } from '../platform/secrets/index.js';
import { ImapInbox } from './imap-inbox.js';
import type { InboxSettings } from './imap-inbox.js';
import { MailboxRepository } from './mailbox.repository.js';
import { passwordOf, sealPassword } from './mailbox-secrets.js';

/** The bounce mailbox of a connection as its page shows it. */
@Injectable()
export class MailboxesService {
  constructor(
    private readonly repository: MailboxRepository,
    private readonly connections: ConnectionRepository,
    private readonly registry: ChannelRegistry,
    private readonly secrets: Secrets,
    private readonly destinations: Destinations,
    private readonly audit: AuditLog,
  ) {}

  /** Null where the connection has none. */
  async read(scope: Scope, connectionId: string): Promise<BounceMailbox | null> {
    await this.connectionOf(scope, { connectionId });
    const row = await this.repository.find(scope, { connectionId });
    if (!row) return null;
    const { settings, enabled, checkedAt, okAt, error, counts } = row;
    return {
      ...settings,
      enabled,
      checkedAt: checkedAt?.toISOString() ?? null,
      okAt: okAt?.toISOString() ?? null,
      error,
      counts: {
        bounced: counts.bounced ?? 0,
        softBounced: counts.softBounced ?? 0,
        complained: counts.complained ?? 0,
        unproven: counts.unproven ?? 0,
        other: counts.other ?? 0,
      },
    };
  }

  async save(
    caller: Caller,
    { connectionId, password, enabled, ...settings }: SaveBounceMailbox & { connectionId: string },
  ): Promise<BounceMailbox> {
    await this.repository.transaction(async (sql) => {
      await this.connectionOf(caller, { connectionId, sql });
      const before = await this.repository.find(caller, { connectionId, sql });
      // A password is never shown to another server.
      const kept = before !== null && isSameServer(before.settings, settings);
      if (password === undefined && !kept)
        throw new UserError(
          'secret-needed',
          'Enter the password. It is kept only while server, port, security, and user stay as they are.',
          {
            status: 422,
            errors: [{ path: 'password', message: 'is required' }],
          },
        );
      await this.repository.save(caller, {
        sql,
        connectionId,
        settings,
        enabled,
        secrets:
          password === undefined
            ? before!.secrets
            : sealPassword(this.secrets, { workspaceId: caller.workspaceId, connectionId }, password),
        anew: !kept || before.settings.folder !== settings.folder,
      });
      await this.audit.record(caller, {
        action: 'connection.bounce-mailbox',
        subject: `connection:${connectionId}`,
        detail: { ...settings, enabled, passwordChanged: password !== undefined },
        sql,
      });
    });
    return (await this.read(caller, connectionId))!;
  }

  /** Signs in and opens the folder; reads nothing. */
  async test(scope: Scope, connectionId: string): Promise<{ ok: boolean; message: string }> {
    const row = await this.repository.find(scope, { connectionId });
    if (!row) throw notFound('bounce mailbox');
    try {
      const password = passwordOf(this.secrets, row);
      const inbox = await ImapInbox.open({ settings: row.settings, password, destinations: this.destinations });
      const { count } = inbox;
      await inbox.close();
      return {
        ok: true,
        message: `Signed in. “${row.settings.folder}” has ${count} ${count === 1 ? 'message' : 'messages'}.`,
      };
    } catch (error) {
      return { ok: false, message: (error as Error).message };
    }
  }

  async remove(caller: Caller, connectionId: string): Promise<void> {
    await this.repository.transaction(async (sql) => {
      if (!(await this.repository.remove(caller, { sql, connectionId }))) throw notFound('bounce mailbox');
      const subject = `connection:${connectionId}`;
      await this.audit.record(caller, { action: 'connection.bounce-mailbox.remove', subject, sql });
    });
  }

  private async connectionOf(scope: Scope, { connectionId, sql }: { connectionId: string; sql?: Sql }): Promise<void> {
    const connection = await this.connections.find(scope, { id: connectionId, ...(sql && { sql }) });
    if (!connection) throw notFound('connection');
    const channel = this.registry.provider(connection.kind)?.channel;
    if (channel === undefined || !this.registry.find(channel)?.mail)
      throw new UserError('no-mail', 'Only connections that send emails can have a bounce mailbox.');
  }
}

function isSameServer(before: InboxSettings, now: InboxSettings): boolean {
  return (['host', 'port', 'security', 'user'] as const).every((name) => before[name] === now[name]);
}
