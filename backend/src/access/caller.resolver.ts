import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { CallerResolver, bearerKey, cookieValue, sessionCookie } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { SessionRepository } from './session.repository.js';

/** A bearer key when one is sent, else the session of the cookie. */
@Injectable()
export class AccessCallerResolver implements CallerResolver {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly keys: KeyAuthenticator,
  ) {}

  async resolve(request: Request): Promise<Caller | null> {
    const key = bearerKey(request);
    if (key !== null) return this.keys.authenticateKey(key);
    const token = cookieValue(request, sessionCookie);
    if (token === null) return null;
    const member = await this.sessions.findMember(token);
    return (
      member && {
        workspaceId: member.workspaceId,
        actor: { kind: 'member', id: member.id, role: member.role, email: member.email },
      }
    );
  }
}
