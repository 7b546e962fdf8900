import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Route as ContractRoute } from '@wend/contract';
import { Config } from '../config/index.js';
import { UserError } from '../errors/index.js';
import { CallerResolver, bearerKey, cookieValue, sessionCookie } from './caller.js';
import type { Caller } from './caller.js';
import { accessKey, routeKey } from './route.decorator.js';
import type { AuthorizedRequest } from './route.decorator.js';
import { isCrossSite } from './same-origin.js';

/** The one place where roles and scopes are checked. A route that names no permission is refused. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly callers: CallerResolver,
    private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = permissionOf(this.reflector, context);
    if (!access) throw new Error(`${context.getClass().name}.${context.getHandler().name} names no permission: add @Route or @Access.`);
    const request = context.switchToHttp().getRequest<AuthorizedRequest>();
    const contractRoute = this.reflector.get<ContractRoute | undefined>(routeKey, context.getHandler()) !== undefined;
    // Routes outside the contract never look at the cookie, so there is nothing to forge.
    if ((contractRoute || access !== 'public') && bearerKey(request) === null && isCrossSite({ request, publicUrl: this.config.publicUrl })) {
      throw new UserError('cross-site', 'This request came from another site and was refused. Open the dashboard at its own address and try again.', { status: 403 });
    }
    if (access === 'public') return true;
    const caller = await this.callers.resolve(request);
    if (!caller) throw unauthenticated(request);
    check(access, caller);
    request.caller = caller;
    return true;
  }
}

/** The permission that a handler names, if it does. */
export function permissionOf(reflector: Reflector, context: Pick<ExecutionContext, 'getHandler' | 'getClass'>): ContractRoute['access'] | undefined {
  const route = reflector.get<ContractRoute | undefined>(routeKey, context.getHandler());
  return route?.access ?? reflector.getAllAndOverride<ContractRoute['access'] | undefined>(accessKey, [context.getHandler(), context.getClass()]);
}

function check(access: Exclude<ContractRoute['access'], 'public'>, { actor }: Caller): void {
  if (actor.kind === 'member') {
    if (access.roles.includes(actor.role)) return;
    throw new UserError('forbidden', `Your role (${actor.role}) does not allow this. Ask one of: ${access.roles.join(', ')}.`, { status: 403 });
  }
  if (access.scope === null) throw new UserError('people-only', 'API keys cannot do this; sign in instead.', { status: 403 });
  if (actor.scopes.includes(access.scope) || actor.scopes.includes('admin')) return;
  throw new UserError('forbidden', `This API key has no scope "${access.scope}". Make a key that has it.`, { status: 403 });
}

function unauthenticated(request: AuthorizedRequest): UserError {
  const given = bearerKey(request) !== null ? 'This API key is not known or was revoked.' : cookieValue(request, sessionCookie) !== null ? 'Your session has ended. Sign in again.' : 'Sign in, or send an API key as "Authorization: Bearer <key>".';
  return new UserError('unauthenticated', given, { status: 401, headers: { 'WWW-Authenticate': 'Bearer realm="wend"' } });
}
