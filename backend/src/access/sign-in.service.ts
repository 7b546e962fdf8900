import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import type { Caller } from '../platform/http/index.js';
import { AuditLog } from './audit-log.js';
import { KnownDevices } from './known-devices.js';
import { MemberRepository } from './member.repository.js';
import { PasswordWork } from './password-work.js';
import { hashPassword, passwordMatches } from './passwords.js';
import { SessionRepository } from './session.repository.js';
import { SignInAttemptRepository } from './sign-in-attempt.repository.js';
import type { Attempt, Throttle } from './sign-in-attempt.repository.js';

/** Wrong passwords in 15 minutes. */
const failures = {
  /** Of one address at one account. */
  pair: 10,
  address: 50,
  /** Of all strangers together: who signed in before on a device is not among them. */
  strangers: 300,
  device: 10,
  change: 10,
};

export type SignIn = { email: string; password: string; address: string; device: string | null };

/**
 * Passwords: signing in and changing one. Strangers' wrong ones are counted apart from those of devices that are known,
 * so that they lock nobody else out.
 */
@Injectable()
export class SignInService {
  constructor(
    private readonly database: Database,
    private readonly members: MemberRepository,
    private readonly sessions: SessionRepository,
    private readonly attempts: SignInAttemptRepository,
    private readonly audit: AuditLog,
    private readonly devices: KnownDevices,
    private readonly work: PasswordWork,
  ) {}

  /**
   * Returns the member, the token of a new session and that of the device. Says the same of an unknown account as of a
   * wrong password.
   */
  async signIn({
    email,
    password,
    address,
    device,
  }: SignIn): Promise<{ workspaceId: string; memberId: string; token: string; device: string }> {
    const account = accountKey(email.trim());
    const member = await this.members.findByEmail(email.trim());
    const known = this.devices.recognise({ cookie: device, account: member });
    const attempts = await this.take(
      known ? [{ key: known, limit: failures.device }] : strangersThrottles({ account, address }),
    );
    const matches = await this.work
      .run(() => passwordMatches({ stored: member?.passwordHash ?? null, password }), { known: known !== null })
      .catch(async (error: unknown) => {
        await this.attempts.giveBack(attempts);
        throw error;
      });
    if (!matches || !member)
      throw new UserError(
        'wrong-credentials',
        'The email address or password is incorrect. Check both and try again.',
        { status: 401 },
      );
    await this.succeed(attempts);
    const token = await this.sessions.open(member, { memberId: member.id });
    return { workspaceId: member.workspaceId, memberId: member.id, token, device: this.devices.issue(member) };
  }

  /**
   * Ends all other sessions of the member. Returns the device's new token: the old ones of all devices are worth
   * nothing any more.
   */
  async changePassword(
    caller: Caller,
    { current, password, token }: { current: string; password: string; token: string | null },
  ): Promise<{ device: string }> {
    const { actor } = caller;
    if (actor.kind !== 'member') throw new UserError('people-only', 'API keys don’t have passwords.', { status: 403 });
    const attempts = await this.take([{ key: `change:${actor.id}`, limit: failures.change }]);
    const stored = await this.members.passwordHash(caller, actor.id);
    if (!(await this.work.run(() => passwordMatches({ stored, password: current }), { known: true }))) {
      throw new UserError('wrong-password', 'The current password is incorrect.', {
        errors: [{ path: 'current', message: 'is not your current password' }],
      });
    }
    await this.succeed(attempts);
    const passwordHash = await this.work.run(() => hashPassword(password), { known: true });
    await this.database.transaction(async (sql) => {
      await this.members.setPasswordHash(caller, { memberId: actor.id, passwordHash, sql });
      await this.sessions.closeOthers(caller, { memberId: actor.id, token, sql });
      await this.audit.record(caller, { action: 'member.password', subject: `member:${actor.id}`, sql });
    });
    return { device: this.devices.issue({ id: actor.id, passwordHash }) };
  }

  private async take(throttles: Throttle[]): Promise<Attempt[]> {
    const taken = await this.attempts.take(throttles);
    if ('attempts' in taken) return taken.attempts;
    const minutes = Math.ceil(taken.retryAfterSeconds / 60);
    throw new UserError(
      'too-many-attempts',
      `Too many wrong passwords. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      {
        status: 429,
        headers: { 'Retry-After': String(taken.retryAfterSeconds) },
      },
    );
  }

  /** The first throttle is the caller's own: who knows the password begins anew there. */
  private async succeed(attempts: Attempt[]): Promise<void> {
    await this.attempts.giveBack(attempts);
    await this.attempts.clear(attempts[0]!.key);
  }
}

function strangersThrottles({ account, address }: { account: string; address: string }): Throttle[] {
  return [
    { key: `${account}@${address}`, limit: failures.pair },
    { key: `address:${address}`, limit: failures.address },
    { key: account, limit: failures.strangers },
  ];
}

/** Hashed, because people type passwords into the wrong field. */
function accountKey(email: string): string {
  return `account:${createHash('sha256').update(email.toLowerCase()).digest('base64url')}`;
}
