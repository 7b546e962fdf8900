import { Injectable } from '@nestjs/common';
import type { ApiKey, ApiKeyScope } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { MemberRepository } from './member.repository.js';
import { hashPassword } from './passwords.js';
import { SessionRepository } from './session.repository.js';
import { WorkspaceRepository } from './workspace.repository.js';

export type NewWorkspace = {
  name: string;
  timeZone?: string | undefined;
  language?: string | undefined;
  demo?: boolean;
  owner: { name: string; email: string; password: string };
};

type InsertOptions = {
  workspace: NewWorkspace;
  passwordHash: string;
  sql: Sql;
};

/** Makes workspaces, owners and keys: for the first start, the demo and tests. Needs nothing but the database. */
@Injectable()
export class ProvisioningService {
  private readonly members: MemberRepository;
  private readonly sessions: SessionRepository;
  private readonly keys: ApiKeyRepository;
  private readonly workspaces = new WorkspaceRepository();

  constructor(private readonly database: Database) {
    this.members = new MemberRepository(database);
    this.sessions = new SessionRepository(database);
    this.keys = new ApiKeyRepository(database);
  }

  async setupNeeded(): Promise<boolean> {
    return !(await this.members.any());
  }

  /** Refused with 409 once there is a member anywhere. */
  async createFirstOwner(workspace: NewWorkspace): Promise<{ workspaceId: string; memberId: string }> {
    if (!(await this.setupNeeded())) throw alreadySetUp();
    const passwordHash = await hashPassword(workspace.owner.password);
    return this.database.transaction(async (sql) => {
      await this.members.lockSetup(sql);
      if (await this.members.any(sql)) throw alreadySetUp();
      return this.insert({ workspace, passwordHash, sql });
    });
  }

  /** Another workspace with its owner. Refused with 409 when the owner's address is taken. */
  async createWorkspaceWithOwner(workspace: NewWorkspace): Promise<{ workspaceId: string; memberId: string }> {
    const passwordHash = await hashPassword(workspace.owner.password);
    return this.database.transaction((sql) => this.insert({ workspace, passwordHash, sql }));
  }

  /** The key's secret is in `key`, only here. */
  createApiKey(scope: Scope, key: { name: string; scopes: ApiKeyScope[] }): Promise<ApiKey & { key: string }> {
    return this.keys.create(scope, key);
  }

  /** The workspace and id of the member with this address, or null. */
  async findMember(email: string): Promise<{ workspaceId: string; memberId: string } | null> {
    const member = await this.members.findByEmail(email);
    return member && { workspaceId: member.workspaceId, memberId: member.id };
  }

  /** Gives a member a new password and ends the sessions of that member. */
  async resetPassword(scope: Scope, { memberId, password }: { memberId: string; password: string }): Promise<void> {
    const passwordHash = await hashPassword(password);
    await this.database.transaction(async (sql) => {
      await this.members.setPasswordHash(scope, { memberId, passwordHash, sql });
      await this.sessions.closeOthers(scope, { memberId, token: null, sql });
    });
  }

  private async insert({
    workspace,
    passwordHash,
    sql,
  }: InsertOptions): Promise<{ workspaceId: string; memberId: string }> {
    const { name: workspaceName, timeZone = 'UTC', language = 'en', demo = false } = workspace;
    const scope = await this.workspaces.insert({ workspace: { name: workspaceName, timeZone, language, demo }, sql });
    const { email, name } = workspace.owner;
    const member = { email: email.trim(), name, role: 'owner' as const, passwordHash };
    try {
      return { ...scope, memberId: await this.members.insert(scope, { member, sql }) };
    } catch (error) {
      if ((error as { code?: string }).code === '23505')
        throw new UserError('email-taken', `${email} is already a member.`, { status: 409 });
      throw error;
    }
  }
}

function alreadySetUp(): UserError {
  return new UserError(
    'already-set-up',
    'This installation already has an owner. Sign in or ask the owner for access.',
    { status: 409 },
  );
}
