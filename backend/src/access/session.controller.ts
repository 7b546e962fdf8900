import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import type { Session } from '@wend/contract';
import type { Request, Response } from 'express';
import { Config } from '../platform/config/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { Route, cookieValue, sessionCookie } from '../platform/http/index.js';
import type { PublicRouteInput, RouteInput, RouteOutput } from '../platform/http/index.js';
import { ProvisioningService } from './provisioning.service.js';
import { SessionRepository, sessionDays } from './session.repository.js';
import { SignInService } from './sign-in.service.js';

@Controller()
export class SessionController {
  constructor(
    private readonly config: Config,
    private readonly signIns: SignInService,
    private readonly sessions: SessionRepository,
    private readonly provisioning: ProvisioningService,
  ) {}

  @Route(api.signIn)
  async signIn({ body, http }: PublicRouteInput<typeof api.signIn>): Promise<Session> {
    const { token, ...member } = await this.signIns.signIn({ ...body, address: addressOf(http.request) });
    await this.closeCurrent(http.request);
    this.setCookie(http.response, token);
    return this.describe(member, member.memberId);
  }

  @Route(api.signOut)
  async signOut({ http }: PublicRouteInput<typeof api.signOut>): Promise<RouteOutput<typeof api.signOut>> {
    await this.closeCurrent(http.request);
    http.response.clearCookie(sessionCookie, this.cookieOptions());
    return { ok: true };
  }

  @Route(api.session)
  session({ caller }: RouteInput<typeof api.session>): Promise<Session> {
    return this.describe(caller, caller.actor.id);
  }

  @Route(api.changePassword)
  async changePassword({ body, caller, http }: RouteInput<typeof api.changePassword>): Promise<RouteOutput<typeof api.changePassword>> {
    await this.signIns.changePassword(caller, { ...body, token: cookieValue(http.request, sessionCookie), address: addressOf(http.request) });
    return { ok: true };
  }

  @Route(api.setup)
  async setup(_: PublicRouteInput<typeof api.setup>): Promise<RouteOutput<typeof api.setup>> {
    return { needed: await this.provisioning.setupNeeded() };
  }

  @Route(api.createOwner)
  async createOwner({ body, http }: PublicRouteInput<typeof api.createOwner>): Promise<Session> {
    const { workspace, name, email, password } = body;
    const made = await this.provisioning.createFirstOwner({ name: workspace, owner: { name, email, password } });
    this.setCookie(http.response, await this.sessions.open(made, made));
    return this.describe(made, made.memberId);
  }

  private async describe(scope: Scope, memberId: string): Promise<Session> {
    const session = await this.sessions.describe(scope, { memberId });
    if (!session) throw new UserError('unauthenticated', 'Your session has ended. Sign in again.', { status: 401 });
    return session;
  }

  private async closeCurrent(request: Request): Promise<void> {
    const token = cookieValue(request, sessionCookie);
    if (token !== null) await this.sessions.close(token);
  }

  private setCookie(response: Response, token: string): void {
    response.cookie(sessionCookie, token, { ...this.cookieOptions(), maxAge: sessionDays * 86_400_000 });
  }

  private cookieOptions(): { httpOnly: true; sameSite: 'lax'; secure: boolean; path: string } {
    return { httpOnly: true, sameSite: 'lax', secure: this.config.publicUrl.startsWith('https:'), path: '/' };
  }
}

function addressOf(request: Request): string {
  return request.ip ?? 'unknown';
}
