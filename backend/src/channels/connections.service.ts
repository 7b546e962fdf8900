import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { smtpSettings } from '@wend/contract';
import type { Connection, SmtpSettings } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import type { Caller } from '../platform/http/index.js';
import { Secrets } from '../platform/secrets/index.js';
import { ConnectionRepository } from './connection.repository.js';
import type { ConnectionRow } from './connection.repository.js';
import { OpenConnections } from './open-connections.js';
import { ProviderError } from './provider.js';
import { SmtpProvider } from './smtp.provider.js';

/** What people set up under Settings. Secrets go in and never come out. */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly database: Database,
    private readonly repository: ConnectionRepository,
    private readonly open: OpenConnections,
    private readonly secrets: Secrets,
    private readonly smtp: SmtpProvider,
    private readonly audit: AuditLog,
  ) {}

  async list(scope: Scope): Promise<Connection[]> {
    return (await this.repository.list(scope)).map(connectionOf);
  }

  /** Without a password the saved one stays, but only for the same server and user: it is not shown to another. */
  async saveSmtp(caller: Caller, { password, ...settings }: SmtpSettings & { password?: string | undefined }): Promise<Connection> {
    checkSender(settings.from);
    return this.database.transaction(async (sql) => {
      const before = await this.repository.find(caller, { kind: 'smtp', sql });
      const id = before?.id ?? randomUUID();
      const secret = settings.user === '' ? null : (password ?? this.keptPassword({ scope: caller, before, settings }));
      const sealed = secret === null ? null : this.secrets.seal({ purpose: 'connection', context: `${caller.workspaceId}:${id}`, plain: JSON.stringify({ password: secret }) });
      const row = await this.repository.save(caller, { sql, id, kind: 'smtp', name: settings.host, settings, secrets: sealed, secretNames: sealed ? ['password'] : [] });
      await this.audit.record(caller, { action: 'connection.save', subject: `connection:${id}`, detail: { kind: 'smtp', host: settings.host, port: settings.port, user: settings.user, passwordChanged: password !== undefined }, sql });
      return connectionOf(row);
    });
  }

  async testSmtp(scope: Scope): Promise<{ ok: boolean; message: string }> {
    try {
      const connection = await this.open.find(scope, 'smtp');
      if (!connection) throw new UserError('no-connection', 'SMTP is not set up yet: save its settings first.', { status: 404 });
      await this.smtp.verify(connection);
      return { ok: true, message: 'Connected, and the login works.' };
    } catch (error) {
      if (error instanceof ProviderError) return { ok: false, message: error.message };
      throw error;
    }
  }

  async remove(caller: Caller, id: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      if (!(await this.repository.remove(caller, { sql, id }))) throw notFound('connection');
      await this.audit.record(caller, { action: 'connection.remove', subject: `connection:${id}`, sql });
    });
  }

  private keptPassword({ scope, before, settings }: { scope: Scope; before: ConnectionRow | null; settings: SmtpSettings }): string {
    const old = before ? smtpSettings.safeParse(before.settings) : null;
    const same = before?.secrets && old?.success && old.data.host === settings.host && old.data.user === settings.user;
    const password = same ? this.passwordOf(scope, before) : undefined;
    if (password !== undefined) return password;
    throw new UserError('password-needed', 'Enter the password of this user on this server.', { status: 422, errors: [{ path: 'password', message: 'is needed' }] });
  }

  /** Undefined when it cannot be opened any more: then it has to be entered again. */
  private passwordOf(scope: Scope, row: ConnectionRow): string | undefined {
    try {
      return this.open.secretsOf(scope, row)['password'];
    } catch {
      return undefined;
    }
  }
}

function connectionOf(row: ConnectionRow): Connection {
  return { id: row.id, kind: row.kind, name: row.name, settings: row.settings, secrets: row.secret_names, createdAt: row.created_at.toISOString() };
}

function checkSender(from: string): void {
  if (/^(?:[^<>\r\n]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/.test(from.trim())) return;
  throw new UserError('invalid-request', 'The sender is not an e-mail address.', { errors: [{ path: 'from', message: 'must look like hello@example.com or Name <hello@example.com>' }] });
}
