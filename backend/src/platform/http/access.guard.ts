import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { rolesWith, scopesWith } from '@wend/contract';
import type { Access, Permission, Route as ContractRoute } from '@wend/contract';
import { Config } from '../config/index.js';
import { UserError } from '../errors/index.js';
import { CallerResolver, bearerKey, cookieValue, sessionCookie } from './caller.js';
import type { Caller } from './caller.js';
import { accessKey, routeKey } from './route.decorator.js';
import type { AuthorizedRequest } from './route.decorator.js';
import { isCrossSite } from './same-origin.js';

/** The one place where permissions are checked. A route that names none is refused. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly callers: CallerResolver,
    private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = permissionOf(this.reflector, context);
    if (!access)
      throw new Error(
        `${context.getClass().name}.${context.getHandler().name} names no permission: add @Route or @Access.`,
      );
    const request = context.switchToHttp().getRequest<AuthorizedRequest>();
    const contractRoute = this.reflector.get<ContractRoute | undefined>(routeKey, context.getHandler()) !== undefined;
    // Routes outside the contract never look at the cookie, so there is nothing to forge.
    if (
      (contractRoute || access !== 'public') &&
      bearerKey(request) === null &&
      isCrossSite({ request, publicUrl: this.config.publicUrl })
    ) {
      throw new UserError(
        'cross-site',
        'This request came from another site and was refused. Open the dashboard at its own address and try again.',
        { status: 403 },
      );
    }
    if (access === 'public') return true;
    const caller = await this.callers.resolve(request);
    if (!caller) throw unauthenticated(request);
    checkAccess(access, caller);
    request.caller = caller;
    return true;
  }
}

/** The permission that a handler names, if it does. */
export function permissionOf(
  reflector: Reflector,
  context: Pick<ExecutionContext, 'getHandler' | 'getClass'>,
): Access | undefined {
  const route = reflector.get<ContractRoute | undefined>(routeKey, context.getHandler());
  return (
    route?.access ??
    reflector.getAllAndOverride<Access | undefined>(accessKey, [context.getHandler(), context.getClass()])
  );
}

/**
 * Throws 403 unless the caller may: members by their role, keys by their scopes and by the role of whoever made them.
 */
export function checkAccess(permission: Permission, { actor }: Caller): void {
  const roles = rolesWith(permission);
  if (actor.kind === 'member') {
    if (roles.includes(actor.role)) return;
    throw forbidden(
      `Your role (${actor.role}) does not allow this: it needs ${permission}. Roles that have it: ${roles.join(', ')}.`,
    );
  }
  const scopes = scopesWith(permission);
  if (scopes.length === 0)
    throw new UserError('people-only', 'API keys can’t do this. Sign in instead.', { status: 403 });
  if (!scopes.some((scope) => actor.scopes.includes(scope)))
    throw forbidden(
      `This API key doesn’t have the permission ${permission}. Create a key with one of the scopes ${scopes.join(', ')}.`,
    );
  if (actor.role === null || roles.includes(actor.role)) return;
  throw forbidden(
    `The member who created this API key now has the role ${actor.role}, which does not allow this: it needs ${permission}. Use a key created by one of: ${roles.join(', ')}.`,
  );
}

function forbidden(message: string): UserError {
  return new UserError('forbidden', message, { status: 403 });
}

function unauthenticated(request: AuthorizedRequest): UserError {
  const given =
    bearerKey(request) !== null
      ? 'This API key is not known or was revoked.'
      : cookieValue(request, sessionCookie) !== null
        ? 'Your session has ended. Sign in again.'
        : 'Sign in, or send an API key as "Authorization: Bearer <key>".';
  return new UserError('unauthenticated', given, {
    status: 401,
    headers: { 'WWW-Authenticate': 'Bearer realm="wend"' },
  });
}
