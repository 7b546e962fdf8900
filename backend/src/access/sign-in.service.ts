import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import type { Caller } from '../platform/http/index.js';
import { AuditLog } from './audit-log.js';
import { MemberRepository } from './member.repository.js';
import { hashPassword, passwordMatches } from './passwords.js';
import { SessionRepository } from './session.repository.js';
import { SignInAttemptRepository } from './sign-in-attempt.repository.js';
import type { Attempt } from './sign-in-attempt.repository.js';

const failuresPerAccount = 10;
const failuresPerAddress = 50;

/** Passwords: signing in and changing one. Wrong ones are counted by account and by address. */
@Injectable()
export class SignInService {
  constructor(
    private readonly database: Database,
    private readonly members: MemberRepository,
    private readonly sessions: SessionRepository,
    private readonly attempts: SignInAttemptRepository,
    private readonly audit: AuditLog,
  ) {}

  /** Returns the member and the token of a new session. Says the same of an unknown account as of a wrong password. */
  async signIn({ email, password, address }: { email: string; password: string; address: string }): Promise<{ workspaceId: string; memberId: string; token: string }> {
    const account = accountKey(email.trim());
    const attempts = await this.take({ account, address });
    const member = await this.members.findByEmail(email.trim());
    if (!(await passwordMatches({ stored: member?.passwordHash ?? null, password })) || !member) {
      throw new UserError('wrong-credentials', 'This e-mail address and password do not belong together. Check both and try again.', { status: 401 });
    }
    await this.succeed({ account, attempts });
    const token = await this.sessions.open(member, { memberId: member.id });
    return { workspaceId: member.workspaceId, memberId: member.id, token };
  }

  /** Ends all other sessions of the member. */
  async changePassword(caller: Caller, { current, password, token, address }: { current: string; password: string; token: string | null; address: string }): Promise<void> {
    const { actor } = caller;
    if (actor.kind !== 'member') throw new UserError('people-only', 'API keys have no password.', { status: 403 });
    const account = accountKey(actor.email);
    const attempts = await this.take({ account, address });
    const stored = await this.members.passwordHash(caller, actor.id);
    if (!(await passwordMatches({ stored, password: current }))) {
      throw new UserError('wrong-password', 'The current password is not right.', { errors: [{ path: 'current', message: 'is not your current password' }] });
    }
    await this.succeed({ account, attempts });
    const passwordHash = await hashPassword(password);
    await this.database.transaction(async (sql) => {
      await this.members.setPasswordHash(caller, { memberId: actor.id, passwordHash, sql });
      await this.sessions.closeOthers(caller, { memberId: actor.id, token, sql });
      await this.audit.record(caller, { action: 'member.password', subject: `member:${actor.id}`, sql });
    });
  }

  private async take({ account, address }: { account: string; address: string }): Promise<Attempt[]> {
    const taken = await this.attempts.take([{ key: account, limit: failuresPerAccount }, { key: `address:${address}`, limit: failuresPerAddress }]);
    if ('attempts' in taken) return taken.attempts;
    const minutes = Math.ceil(taken.retryAfterSeconds / 60);
    throw new UserError('too-many-attempts', `Too many wrong passwords. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`, {
      status: 429,
      headers: { 'Retry-After': String(taken.retryAfterSeconds) },
    });
  }

  private async succeed({ account, attempts }: { account: string; attempts: Attempt[] }): Promise<void> {
    await this.attempts.giveBack(attempts);
    await this.attempts.clear(account);
  }
}

/** Hashed, because people type passwords into the wrong field. */
function accountKey(email: string): string {
  return `account:${createHash('sha256').update(email.toLowerCase()).digest('base64url')}`;
}
