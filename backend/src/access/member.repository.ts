import { Injectable } from '@nestjs/common';
import type { Role } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

export type MemberCredentials = { workspaceId: string; id: string; passwordHash: string };

@Injectable()
export class MemberRepository {
  constructor(private readonly database: Database) {}

  /** By address. Without scope: at sign-in nobody knows the workspace yet. */
  async findByEmail(email: string): Promise<MemberCredentials | null> {
    const [row] = await this.database.query<MemberCredentials>(
      `select workspace_id as "workspaceId", id, password_hash as "passwordHash" from members where lower(email) = lower($1)`,
      [email],
    );
    return row ?? null;
  }

  async passwordHash(scope: Scope, memberId: string): Promise<string | null> {
    const [row] = await this.database.query<{ password_hash: string }>('select password_hash from members where workspace_id = $1 and id = $2', [scope.workspaceId, memberId]);
    return row?.password_hash ?? null;
  }

  async setPasswordHash(scope: Scope, { memberId, passwordHash, sql }: { memberId: string; passwordHash: string; sql: Sql }): Promise<void> {
    await sql.query('update members set password_hash = $3 where workspace_id = $1 and id = $2', [scope.workspaceId, memberId, passwordHash]);
  }

  list(scope: Scope): Promise<{ id: string; email: string; name: string; role: Role }[]> {
    return this.database.query('select id, email, name, role from members where workspace_id = $1 order by lower(name), id', [scope.workspaceId]);
  }

  async insert(scope: Scope, { member, sql }: { member: { email: string; name: string; role: Role; passwordHash: string }; sql: Sql }): Promise<string> {
    const [row] = await sql.query<{ id: string }>(
      'insert into members (workspace_id, email, name, role, password_hash) values ($1, $2, $3, $4, $5) returning id',
      [scope.workspaceId, member.email, member.name, member.role, member.passwordHash],
    );
    return row!.id;
  }

  /** Whether anybody can sign in: if not, the first owner may be made. Without scope: it asks about all workspaces. */
  async any(sql: Sql = this.database): Promise<boolean> {
    const [row] = await sql.query<{ any: boolean }>('select exists (select from members) as any');
    return row!.any;
  }
}
