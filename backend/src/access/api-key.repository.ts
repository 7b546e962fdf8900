import { Injectable } from '@nestjs/common';
import type { ApiKey, ApiKeyScope } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { newApiKey, tokenHash } from './tokens.js';

type Row = { id: string; name: string; prefix: string; scopes: ApiKeyScope[]; created_at: Date; last_used_at: Date | null };
const columns = 'id, name, prefix, scopes, created_at, last_used_at';

@Injectable()
export class ApiKeyRepository {
  constructor(private readonly database: Database) {}

  /** Makes a key. The secret is in the result and nowhere else. */
  async create(scope: Scope, { name, scopes, sql = this.database }: { name: string; scopes: ApiKeyScope[]; sql?: Sql }): Promise<ApiKey & { key: string }> {
    const { key, prefix } = newApiKey();
    const [row] = await sql.query<Row>(
      `insert into api_keys (workspace_id, name, prefix, hash, scopes) values ($1, $2, $3, $4, $5) returning ${columns}`,
      [scope.workspaceId, name, prefix, tokenHash(key), [...new Set(scopes)]],
    );
    return { ...asApiKey(row!), key };
  }

  async list(scope: Scope): Promise<ApiKey[]> {
    const rows = await this.database.query<Row>(`select ${columns} from api_keys where workspace_id = $1 and revoked_at is null order by created_at desc, id`, [scope.workspaceId]);
    return rows.map(asApiKey);
  }

  /** Returns the key's name and hash, or null when there is no such key or it was revoked before. */
  async revoke(scope: Scope, { id, sql }: { id: string; sql: Sql }): Promise<{ name: string; hash: Buffer } | null> {
    const [row] = await sql.query<{ name: string; hash: Buffer }>(
      'update api_keys set revoked_at = now() where workspace_id = $1 and id = $2 and revoked_at is null returning name, hash',
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** By hash. Without scope: the key is how the workspace becomes known. Notes the use at most once a minute. */
  async use(hash: Buffer): Promise<{ workspaceId: string; id: string; scopes: ApiKeyScope[] } | null> {
    const [row] = await this.database.query<{ workspaceId: string; id: string; scopes: ApiKeyScope[]; stale: boolean }>(
      `select workspace_id as "workspaceId", id, scopes, coalesce(last_used_at < now() - interval '1 minute', true) as stale
         from api_keys where hash = $1 and revoked_at is null`,
      [hash],
    );
    if (!row) return null;
    if (row.stale) await this.database.query('update api_keys set last_used_at = now() where workspace_id = $1 and id = $2', [row.workspaceId, row.id]);
    return { workspaceId: row.workspaceId, id: row.id, scopes: row.scopes };
  }
}

function asApiKey(row: Row): ApiKey {
  return { id: row.id, name: row.name, prefix: row.prefix, scopes: row.scopes, createdAt: row.created_at.toISOString(), lastUsedAt: row.last_used_at?.toISOString() ?? null };
}
