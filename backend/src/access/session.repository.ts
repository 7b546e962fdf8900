import { Injectable } from '@nestjs/common';
import type { Role, Session } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { newSessionToken, tokenHash } from './tokens.js';

export const sessionDays = 14;

export type SessionMember = { workspaceId: string; id: string; email: string; role: Role };

/** Sessions are found by their token, which is how the workspace becomes known. */
@Injectable()
export class SessionRepository {
  constructor(private readonly database: Database) {}

  /** Opens a session and returns its token; only the token's hash is stored. */
  async open(scope: Scope, { memberId, sql = this.database }: { memberId: string; sql?: Sql }): Promise<string> {
    const token = newSessionToken();
    await sql.query('delete from sessions where workspace_id = $1 and member_id = $2 and expires_at < now()', [scope.workspaceId, memberId]);
    await sql.query(
      `insert into sessions (id, workspace_id, member_id, expires_at) values ($1, $2, $3, now() + make_interval(days => $4))`,
      [tokenHash(token), scope.workspaceId, memberId, sessionDays],
    );
    return token;
  }

  /** Without scope: the token is how the workspace becomes known. */
  async findMember(token: string): Promise<SessionMember | null> {
    const [row] = await this.database.query<SessionMember>(
      `select m.workspace_id as "workspaceId", m.id, m.email, m.role
         from sessions s join members m on m.id = s.member_id and m.workspace_id = s.workspace_id
        where s.id = $1 and s.expires_at > now()`,
      [tokenHash(token)],
    );
    return row ?? null;
  }

  /** Without scope: the token names one session, and who signs out may hold one that no longer counts. */
  async close(token: string): Promise<void> {
    await this.database.query('delete from sessions where id = $1', [tokenHash(token)]);
  }

  /** Ends all sessions of a member but the one with `token`. */
  async closeOthers(scope: Scope, { memberId, token, sql }: { memberId: string; token: string | null; sql: Sql }): Promise<void> {
    await sql.query('delete from sessions where workspace_id = $1 and member_id = $2 and id <> $3', [scope.workspaceId, memberId, tokenHash(token ?? '')]);
  }

  /** What the dashboard shows of the member and the workspace. */
  async describe(scope: Scope, { memberId }: { memberId: string }): Promise<Session | null> {
    const [row] = await this.database.query<{ id: string; email: string; name: string; role: Role; workspace: string; demo: boolean; time_zone: string }>(
      `select m.id, m.email, m.name, m.role, w.name as workspace, w.demo, w.time_zone
         from members m join workspaces w on w.id = m.workspace_id where m.workspace_id = $1 and m.id = $2`,
      [scope.workspaceId, memberId],
    );
    if (!row) return null;
    return {
      member: { id: row.id, email: row.email, name: row.name, role: row.role },
      workspace: { id: scope.workspaceId, name: row.workspace, demo: row.demo, timeZone: row.time_zone },
    };
  }
}
