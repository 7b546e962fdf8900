import type { ApiKeyScope, Role } from '@wend/contract';
import type { Request } from 'express';

/** Who calls: a signed-in member, or a program with an API key. It names the workspace, so it serves as a `Scope`. */
export type Caller = {
  workspaceId: string;
  actor:
    | { kind: 'member'; id: string; role: Role; email: string }
    | {
        kind: 'key';
        id: string;
        scopes: ApiKeyScope[];
        /** That of its maker, which bounds it; null: made for the workspace itself. */ role: Role | null;
      };
};

/** How an actor is written in the audit log and in `published_by`. */
export function actorName(caller: Caller): string {
  return caller.actor.kind === 'member' ? caller.actor.email : `key:${caller.actor.id}`;
}

/**
 * Finds out who calls; implemented by the access module. Null when nobody is named or the credential is no longer good.
 */
export abstract class CallerResolver {
  abstract resolve(request: Request): Promise<Caller | null>;
}

/** The cookie that holds a session's token. */
export const sessionCookie = 'wend_session';

/** The key of an `Authorization: Bearer` header, or null. */
export function bearerKey(request: Pick<Request, 'headers'>): string | null {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** The value of a cookie, or null. */
export function cookieValue(request: Pick<Request, 'headers'>, name: string): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}
