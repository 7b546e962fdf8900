import { Injectable } from '@nestjs/common';
import type { ApiKey, ApiKeyScope } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { MemberRepository } from './member.repository.js';
import { hashPassword } from './passwords.js';

/** Held while the first owner is made, so that two browsers cannot both become it. */
const setupLock = 7_236_010;

export type NewWorkspace = {
  name: string;
  timeZone?: string;
  demo?: boolean;
  owner: { name: string; email: string; password: string };
};

/** Makes workspaces, owners and keys: for the first start, the demo and tests. Needs nothing but the database. */
@Injectable()
export class ProvisioningService {
  private readonly members: MemberRepository;
  private readonly keys: ApiKeyRepository;

  constructor(private readonly database: Database) {
    this.members = new MemberRepository(database);
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
      await sql.query('select pg_advisory_xact_lock($1)', [setupLock]);
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
  async resetPassword({ memberId, password }: { memberId: string; password: string }): Promise<void> {
    const passwordHash = await hashPassword(password);
    await this.database.transaction(async (sql) => {
      await sql.query('update members set password_hash = $2 where id = $1', [memberId, passwordHash]);
      await sql.query('delete from sessions where member_id = $1', [memberId]);
    });
  }

  private async insert({ workspace, passwordHash, sql }: { workspace: NewWorkspace; passwordHash: string; sql: Sql }): Promise<{ workspaceId: string; memberId: string }> {
    const [row] = await sql.query<{ id: string }>('insert into workspaces (name, time_zone, demo) values ($1, $2, $3) returning id', [
      workspace.name, workspace.timeZone ?? 'UTC', workspace.demo ?? false,
    ]);
    const workspaceId = row!.id;
    const { email, name } = workspace.owner;
    try {
      return { workspaceId, memberId: await this.members.insert({ workspaceId }, { member: { email: email.trim(), name, role: 'owner', passwordHash }, sql }) };
    } catch (error) {
      if ((error as { code?: string }).code === '23505') throw new UserError('email-taken', `There is already a member with the address ${email}.`, { status: 409 });
      throw error;
    }
  }
}

function alreadySetUp(): UserError {
  return new UserError('already-set-up', 'This installation has an owner already. Sign in, or ask the owner for access.', { status: 409 });
}
