import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AddHttpConnection, HttpAuth, HttpConnection, SaveHttpConnection } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import type { Caller } from '../platform/http/index.js';
import { HttpConnectionRepository } from './http-connection.repository.js';
import type { HttpConnectionRow } from './http-connection.repository.js';
import { HttpConnectionSecrets } from './http-connection-secrets.js';
import { originOf } from './origin.js';

/** Settings → API connections: who may be asked with which credentials. */
@Injectable()
export class HttpConnectionSettings {
  constructor(
    private readonly repository: HttpConnectionRepository,
    private readonly secrets: HttpConnectionSecrets,
    private readonly audit: AuditLog,
  ) {}

  async list(scope: Scope): Promise<HttpConnection[]> {
    return (await this.repository.list(scope)).map(shown);
  }

  async add(caller: Caller, { name, auth, origins: given, secret }: AddHttpConnection): Promise<HttpConnection> {
    const origins = originsOf(given);
    checkSecret(auth, secret);
    const id = randomUUID();
    return this.repository.transaction(async (sql) => {
      const sealed = this.secrets.seal(caller, { id, secret });
      const row = await this.repository.add(caller, { sql, draft: { id, name, auth, origins, secret: sealed } });
      await this.record(caller, { sql, row, secretChanged: true });
      return shown(row);
    });
  }

  /** The saved secret is kept only where it could be sent already: whoever sees it nowhere else must not see it there. */
  async save(caller: Caller, { id, ...given }: SaveHttpConnection & { id: string }): Promise<HttpConnection> {
    const { name, auth, secret } = given;
    const origins = originsOf(given.origins);
    checkSecret(auth, secret);
    return this.repository.transaction(async (sql) => {
      const before = await this.repository.lock(caller, { sql, id });
      if (!before) throw notFound('API connection');
      const isKept = auth.kind === before.auth.kind && origins.every((origin) => before.origins.includes(origin));
      if (secret === undefined && !isKept)
        throw new UserError(
          'invalid-request',
          'Enter the secret again: it would go to another server, or another way.',
          {
            errors: [
              { path: 'secret', message: 'Enter it again, since the servers or the way to sign in have changed.' },
            ],
          },
        );
      const sealed = secret === undefined ? before.secret : this.secrets.seal(caller, { id, secret });
      const row = await this.repository.save(caller, { sql, draft: { id, name, auth, origins, secret: sealed } });
      await this.record(caller, { sql, row, secretChanged: secret !== undefined });
      return shown(row);
    });
  }

  async remove(caller: Caller, id: string): Promise<void> {
    await this.repository.transaction(async (sql) => {
      const name = await this.repository.remove(caller, { sql, id });
      if (name === null) throw notFound('API connection');
      await this.audit.record(caller, {
        action: 'httpConnection.remove',
        subject: `httpConnection:${id}`,
        detail: { name },
        sql,
      });
    });
  }

  private record(
    caller: Caller,
    { sql, row, secretChanged }: { sql: Sql; row: HttpConnectionRow; secretChanged: boolean },
  ): Promise<void> {
    const { id, name, auth, origins } = row;
    return this.audit.record(caller, {
      action: 'httpConnection.save',
      subject: `httpConnection:${id}`,
      detail: { name, auth, origins, secretChanged },
      sql,
    });
  }
}

function shown({ id, name, auth, origins, created_at }: HttpConnectionRow): HttpConnection {
  return { id, name, auth, origins, createdAt: created_at.toISOString() };
}

/** What stands in a header as it is has nothing but plain characters. */
function checkSecret({ kind }: HttpAuth, secret: string | undefined): void {
  if (
    secret === undefined ||
    kind === 'basic' ||
    kind === 'query' ||
    /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(secret)
  )
    return;
  const message = 'It can have only plain letters, digits and signs, and no space at its ends.';
  throw new UserError('invalid-request', 'This secret can’t be sent; see "errors".', {
    errors: [{ path: 'secret', message }],
  });
}

function originsOf(given: readonly string[]): string[] {
  const read = given.map((text) => originOf(text));
  const errors = read.flatMap((origin, at) =>
    origin === null
      ? [
          {
            path: `origins.${at}`,
            message: `“${given[at]}” is not the address of a server. Write it like https://api.example.com, without a path.`,
          },
        ]
      : [],
  );
  if (errors.length > 0)
    throw new UserError('invalid-request', 'Some servers can’t be read; see "errors".', { errors });
  return [...new Set(read.flatMap((origin) => origin ?? []))];
}
