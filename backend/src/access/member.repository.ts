import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { MemberEntity } from './member.entity.js';

export type MemberCredentials = Pick<MemberEntity, 'workspaceId' | 'id' | 'passwordHash'>;

const setupLock = 7_236_010;

@Injectable()
export class MemberRepository {
  constructor(private readonly database: Database) {}

  /** By address. Without scope: at sign-in nobody knows the workspace yet. */
  async findByEmail(email: string): Promise<MemberCredentials | null> {
    const [row] = await this.database.query<MemberCredentials>(
      `select workspace_id as "workspaceId", id, password_hash as "passwordHash"
        from members
        where lower(email) = lower($1)`,
      [email],
    );
    return row ?? null;
  }

  async passwordHash(scope: Scope, memberId: string): Promise<string | null> {
    const member = await this.database.repository(MemberEntity).findOne({
      select: { passwordHash: true },
      where: { workspaceId: scope.workspaceId, id: memberId },
    });
    return member?.passwordHash ?? null;
  }

  async setPasswordHash(
    scope: Scope,
    { memberId, passwordHash, sql }: { memberId: string; passwordHash: string; sql: Sql },
  ): Promise<void> {
    await sql.repository(MemberEntity).update({ workspaceId: scope.workspaceId, id: memberId }, { passwordHash });
  }

  list(scope: Scope): Promise<Pick<MemberEntity, 'id' | 'email' | 'name' | 'role'>[]> {
    return this.database.query(
      'select id, email, name, role from members where workspace_id = $1 order by lower(name), id',
      [scope.workspaceId],
    );
  }

  async insert(
    scope: Scope,
    { member, sql }: { member: Pick<MemberEntity, 'email' | 'name' | 'role' | 'passwordHash'>; sql: Sql },
  ): Promise<string> {
    const row = { ...member, workspaceId: scope.workspaceId };
    const { identifiers } = await sql.repository(MemberEntity).insert(row);
    return identifiers[0]!['id'] as string;
  }

  /**
   * Held until the transaction ends, so that two browsers cannot both become the first owner. Without scope: there is
   * none yet.
   */
  async lockSetup(sql: Sql): Promise<void> {
    await sql.query('select pg_advisory_xact_lock($1)', [setupLock]);
  }

  /** Whether anybody can sign in: if not, the first owner may be made. Without scope: it asks about all workspaces. */
  any(sql: Sql = this.database): Promise<boolean> {
    return sql.repository(MemberEntity).exists();
  }
}
