import { Injectable } from '@nestjs/common';
import { isObject } from '@wend/contract';
import type { Request } from 'express';
import { KeyAuthenticator } from '../access/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { bearerKey, checkAccess } from '../platform/http/index.js';
import { readJsonBody } from './body.js';
import { withDeadline } from './write-batcher.js';

/** Who sends a request. `keyId`: the API key. */
export type Sender = { scope: Scope; keyId: string };

/**
 * What is known of a request, filled in while it is read, so that whoever it fails for can be told. A sender may also
 * be one who may not send, or whose key was revoked.
 */
export type Reading = { sender: Sender | null; parsed?: unknown };

/** Who may send to `/v1`: API keys with the scope `ingest`, given in one of the ways in which SDKs give them. */
@Injectable()
export class WriteKeys {
  constructor(private readonly keys: KeyAuthenticator) {}

  /** The workspace of the key, and the body. Throws `UserError`: 401 and 403 before a body is unpacked where possible. */
  async read(request: Request, reading: Reading = { sender: null }): Promise<Sender & { body: unknown }> {
    const headerKey = keyOfHeaders(request);
    // Before the body is read: a stranger's megabytes are not worth unpacking.
    const known = headerKey === null ? null : await this.authenticate(headerKey, reading);
    const body = await readJsonBody(request);
    reading.parsed = body;
    const sender =
      known ??
      (await this.authenticate(
        isObject(body) && typeof body['writeKey'] === 'string' ? body['writeKey'] : null,
        reading,
      ));
    return { ...sender, body };
  }

  /** The workspace of a key that comes in the request's headers. */
  async scopeOf(request: Request): Promise<Scope> {
    return (await this.authenticate(keyOfHeaders(request), { sender: null })).scope;
  }

  private async authenticate(key: string | null, reading: Reading): Promise<Sender> {
    const caller = key === null ? null : await withDeadline(this.keys.authenticateKey(key));
    if (!caller || caller.actor.kind !== 'key') {
      const revoked = key === null ? null : await withDeadline(this.keys.revokedKey(key));
      if (revoked) reading.sender = { scope: { workspaceId: revoked.workspaceId }, keyId: revoked.id };
      throw new UserError(
        'unauthenticated',
        'The write key is missing, unknown, or revoked. Send an API key with the scope "ingest" as the HTTP Basic user name, as a Bearer token, or as "writeKey".',
        { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="wend"' } },
      );
    }
    reading.sender = { scope: { workspaceId: caller.workspaceId }, keyId: caller.actor.id };
    checkAccess('events.send', caller);
    return reading.sender;
  }
}

/** The key of HTTP Basic (as user name; SDKs leave the password empty) or of a Bearer token. */
function keyOfHeaders(request: Request): string | null {
  const basic = /^Basic +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return bearerKey(request);
  return Buffer.from(basic, 'base64').toString('utf8').split(':')[0] || null;
}
