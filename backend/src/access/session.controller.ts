import { Controller, Inject } from '@nestjs/common';
import { api } from '@wend/contract';
import type { Session } from '@wend/contract';
import type { Request, Response } from 'express';
import { Config } from '../platform/config/index.js';
import type { ApiConfig } from '../platform/config/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { Route, addressOf, cookieValue, isSame, sessionCookie } from '../platform/http/index.js';
import type { PublicRouteInput, RouteInput, RouteOutput } from '../platform/http/index.js';
import { deviceCookie, deviceDays } from './known-devices.js';
import { ProvisioningService } from './provisioning.service.js';
import { SessionRepository, sessionDays } from './session.repository.js';
import { SignInService } from './sign-in.service.js';

@Controller()
export class SessionController {
  constructor(
    @Inject(Config) private readonly config: ApiConfig,
    private readonly signIns: SignInService,
    private readonly sessions: SessionRepository,
    private readonly provisioning: ProvisioningService,
  ) {}

  @Route(api.signIn)
  async signIn({ body, http }: PublicRouteInput<typeof api.signIn>): Promise<Session> {
    const { token, device, ...member } = await this.signIns.signIn({
      ...body,
      address: addressOf(http.request),
      device: cookieValue(http.request, deviceCookie),
    });
    await this.closeCurrent(http.request);
    this.setCookies(http.response, { token, device });
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
  async changePassword({
    body,
    caller,
    http,
  }: RouteInput<typeof api.changePassword>): Promise<RouteOutput<typeof api.changePassword>> {
    const { device } = await this.signIns.changePassword(caller, {
      ...body,
      token: cookieValue(http.request, sessionCookie),
    });
    this.setCookies(http.response, { device });
    return { ok: true };
  }

  @Route(api.setup)
  async setup(_: PublicRouteInput<typeof api.setup>): Promise<RouteOutput<typeof api.setup>> {
    return { needed: await this.provisioning.setupNeeded() };
  }

  @Route(api.createOwner)
  async createOwner({ body, http }: PublicRouteInput<typeof api.createOwner>): Promise<Session> {
    const { workspace, timeZone, language, token, name, email, password } = body;
    if (!isSame(token, this.config.setupToken)) {
      throw new UserError(
        'wrong-setup-token',
        'This set-up token is incorrect. Find it in WEND_SETUP_TOKEN or in the API’s log.',
        { status: 403, errors: [{ path: 'token', message: 'This is not the set-up token' }] },
      );
    }
    const made = await this.provisioning.createFirstOwner({
      name: workspace,
      timeZone,
      language,
      owner: { name, email, password },
    });
    this.setCookies(http.response, { token: await this.sessions.open(made, made) });
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

  private setCookies(response: Response, { token, device }: { token?: string; device?: string }): void {
    if (token !== undefined)
      response.cookie(sessionCookie, token, { ...this.cookieOptions(), maxAge: sessionDays * 86_400_000 });
    if (device !== undefined)
      response.cookie(deviceCookie, device, {
        ...this.cookieOptions(),
        path: '/api/session',
        maxAge: deviceDays * 86_400_000,
      });
  }

  private cookieOptions(): { httpOnly: true; sameSite: 'lax'; secure: boolean; path: string } {
    return { httpOnly: true, sameSite: 'lax', secure: this.config.publicUrl.startsWith('https:'), path: '/' };
  }
}
