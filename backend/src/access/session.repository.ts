import { Injectable } from '@nestjs/common';
import type { Role, Session } from '@wend/contract';
import { Not } from 'typeorm';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { SessionEntity } from './session.entity.js';
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
    const sessions = sql.repository(SessionEntity);
    const owner = { workspaceId: scope.workspaceId, memberId };
    await sessions.insert({
      ...owner,
      id: tokenHash(token),
      expiresAt: () => `now() + interval '${sessionDays} days'`,
    });
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
    await this.database.repository(SessionEntity).delete({ id: tokenHash(token) });
  }

  /** Ends all sessions of a member but the one with `token`. */
  async closeOthers(
    scope: Scope,
    { memberId, token, sql }: { memberId: string; token: string | null; sql: Sql },
  ): Promise<void> {
    const others = { workspaceId: scope.workspaceId, memberId, id: Not(tokenHash(token ?? '')) };
    await sql.repository(SessionEntity).delete(others);
  }

  /** What the dashboard shows of the member and the workspace. */
  async describe(scope: Scope, { memberId }: { memberId: string }): Promise<Session | null> {
    const [row] = await this.database.query<{
      id: string;
      email: string;
      name: string;
      role: Role;
      workspace: string;
      demo: boolean;
      time_zone: string;
      country: string | null;
      link_domain: string | null;
      language: string;
      count_proxy_opens: boolean;
    }>(
      `select m.id, m.email, m.name, m.role, w.name as workspace, w.demo, w.time_zone, w.language,
                w.country, w.link_domain, w.count_proxy_opens
         from members m join workspaces w on w.id = m.workspace_id where m.workspace_id = $1 and m.id = $2`,
      [scope.workspaceId, memberId],
    );
    if (!row) return null;
    return {
      member: { id: row.id, email: row.email, name: row.name, role: row.role },
      workspace: {
        id: scope.workspaceId,
        name: row.workspace,
        demo: row.demo,
        timeZone: row.time_zone,
        country: row.country,
        linkDomain: row.link_domain,
        language: row.language,
        countProxyOpens: row.count_proxy_opens,
      },
    };
  }
}
