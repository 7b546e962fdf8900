import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

export type ConnectionRow = { id: string; kind: 'smtp'; name: string; settings: JsonObject; secrets: Buffer | null; secret_names: string[]; created_at: Date; updated_at: Date };

const columns = 'id, kind, name, settings, secrets, secret_names, created_at, updated_at';

@Injectable()
export class ConnectionRepository {
  constructor(private readonly database: Database) {}

  async list(scope: Scope): Promise<ConnectionRow[]> {
    return this.database.query<ConnectionRow>(`select ${columns} from connections where workspace_id = $1 order by kind`, [scope.workspaceId]);
  }

  async find(scope: Scope, { kind, sql = this.database }: { kind: ConnectionRow['kind']; sql?: Sql }): Promise<ConnectionRow | null> {
    const [row] = await sql.query<ConnectionRow>(`select ${columns} from connections where workspace_id = $1 and kind = $2`, [scope.workspaceId, kind]);
    return row ?? null;
  }

  async save(scope: Scope, { sql, id, kind, name, settings, secrets, secretNames }: { sql: Sql; id: string; kind: ConnectionRow['kind']; name: string; settings: JsonObject; secrets: Buffer | null; secretNames: string[] }): Promise<ConnectionRow> {
    const [row] = await sql.query<ConnectionRow>(
      `insert into connections (workspace_id, id, kind, name, settings, secrets, secret_names) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (workspace_id, kind) do update set name = excluded.name, settings = excluded.settings, secrets = excluded.secrets, secret_names = excluded.secret_names, updated_at = clock_timestamp()
       returning ${columns}`,
      [scope.workspaceId, id, kind, name, settings, secrets, secretNames],
    );
    if (!row) throw new Error('A connection was not saved.');
    return row;
  }

  async remove(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<boolean> {
    return (await sql.query('delete from connections where workspace_id = $1 and id = $2 returning id', [scope.workspaceId, id])).length > 0;
  }
}
