import { Injectable } from '@nestjs/common';
import { apiKeyScopes } from '@wend/contract';
import type { ApiKey, ApiKeyScope, Role } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { newApiKey, tokenHash } from './tokens.js';

type Row = {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  created_at: Date;
  last_used_at: Date | null;
  made_by: string | null;
  maker: string | null;
  role: Role | null;
};
/** Who made a key may be gone. */
const maker = 'left join members m on m.workspace_id = k.workspace_id and m.id = k.made_by';
const columns = 'k.id, k.name, k.prefix, k.scopes, k.created_at, k.last_used_at, k.made_by, m.name as maker, m.role';

export type UsedKey = {
  workspaceId: string;
  id: string;
  scopes: ApiKeyScope[];
  /** What its maker may now; null: made for the workspace itself. */ role: Role | null;
};

@Injectable()
export class ApiKeyRepository {
  constructor(private readonly database: Database) {}

  /** Makes a key. The secret is in the result and nowhere else. */
  async create(
    scope: Scope,
    {
      name,
      scopes,
      madeBy = null,
      sql = this.database,
    }: { name: string; scopes: ApiKeyScope[]; madeBy?: string | null; sql?: Sql },
  ): Promise<ApiKey & { key: string }> {
    const { key, prefix } = newApiKey();
    const { identifiers } = await sql.repository(ApiKeyEntity).insert({
      workspaceId: scope.workspaceId,
      name,
      prefix,
      hash: tokenHash(key),
      scopes: [...new Set(scopes)],
      madeBy,
    });
    const [row] = await sql.query<Row>(
      `select ${columns}
        from api_keys k ${maker}
        where k.workspace_id = $1 and k.id = $2`,
      [scope.workspaceId, identifiers[0]!['id']],
    );
    return { ...asApiKey(row!), key };
  }

  async list(scope: Scope): Promise<ApiKey[]> {
    const rows = await this.database.query<Row>(
      `select ${columns}
        from api_keys k ${maker}
        where k.workspace_id = $1 and k.revoked_at is null
        order by k.created_at desc, k.id`,
      [scope.workspaceId],
    );
    return rows.map(asApiKey);
  }

  /** Returns the key's name and hash, or null when there is no such key or it was revoked before. */
  async revoke(scope: Scope, { id, sql }: { id: string; sql: Sql }): Promise<{ name: string; hash: Buffer } | null> {
    const [row] = await sql.query<{ name: string; hash: Buffer }>(
      `update api_keys
        set revoked_at = now()
        where workspace_id = $1 and id = $2 and revoked_at is null
        returning name, hash`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** A key that was revoked. Without scope: the key is how the workspace becomes known. */
  async revoked(hash: Buffer): Promise<{ workspaceId: string; id: string } | null> {
    const [row] = await this.database.query<{ workspaceId: string; id: string }>(
      'select workspace_id as "workspaceId", id from api_keys where hash = $1 and revoked_at is not null',
      [hash],
    );
    return row ?? null;
  }

  /** By hash. Without scope: the key is how the workspace becomes known. Notes the use at most once a minute. */
  async use(hash: Buffer): Promise<UsedKey | null> {
    const [row] = await this.database.query<{
      workspaceId: string;
      id: string;
      scopes: string[];
      madeBy: string | null;
      role: Role | null;
      stale: boolean;
    }>(
      `select k.workspace_id as "workspaceId", k.id, k.scopes, k.made_by as "madeBy", m.role,
           coalesce(k.last_used_at < now() - interval '1 minute', true) as stale
         from api_keys k ${maker} where k.hash = $1 and k.revoked_at is null`,
      [hash],
    );
    if (!row) return null;
    if (row.stale)
      await this.database
        .repository(ApiKeyEntity)
        .update({ workspaceId: row.workspaceId, id: row.id }, { lastUsedAt: () => 'now()' });
    // Its maker is gone: the key is known, and may do nothing.
    const orphaned = row.madeBy !== null && row.role === null;
    return { workspaceId: row.workspaceId, id: row.id, scopes: orphaned ? [] : honoured(row.scopes), role: row.role };
  }
}

function asApiKey(row: Row): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: honoured(row.scopes),
    madeBy: row.maker !== null && row.role !== null ? { name: row.maker, role: row.role } : null,
    orphaned: row.made_by !== null && row.role === null,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}

/** Keys of before may hold scopes that are offered no longer. */
function honoured(scopes: string[]): ApiKeyScope[] {
  return apiKeyScopes.filter((scope) => scopes.includes(scope));
}
