import { Injectable } from '@nestjs/common';
import type { HttpAuth } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

export type HttpConnectionRow = {
  id: string;
  name: string;
  auth: HttpAuth;
  origins: string[];
  secret: Buffer;
  created_at: Date;
};
type Draft = Omit<HttpConnectionRow, 'created_at'>;

const columns = 'id, name, auth, origins, secret, created_at';

@Injectable()
export class HttpConnectionRepository {
  constructor(private readonly database: Database) {}

  list(scope: Scope): Promise<HttpConnectionRow[]> {
    return this.database.query<HttpConnectionRow>(
      `select ${columns} from http_connections where workspace_id = $1 order by lower(name), id`,
      [scope.workspaceId],
    );
  }

  async find(scope: Scope, id: string): Promise<HttpConnectionRow | null> {
    const [row] = await this.database.query<HttpConnectionRow>(
      `select ${columns} from http_connections where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** The same, held until the transaction ends. */
  async lock(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<HttpConnectionRow | null> {
    const [row] = await sql.query<HttpConnectionRow>(
      `select ${columns} from http_connections where workspace_id = $1 and id = $2 for update`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  async add(scope: Scope, { sql, draft }: { sql: Sql; draft: Draft }): Promise<HttpConnectionRow> {
    const [row] = await sql.query<HttpConnectionRow>(
      `insert into http_connections (workspace_id, id, name, auth, origins, secret) values ($1, $2, $3, $4, $5, $6)
       returning ${columns}`,
      valuesOf(scope, draft),
    );
    return row!;
  }

  async save(scope: Scope, { sql, draft }: { sql: Sql; draft: Draft }): Promise<HttpConnectionRow> {
    const [row] = await sql.query<HttpConnectionRow>(
      `update http_connections set name = $3, auth = $4, origins = $5, secret = $6
       where workspace_id = $1 and id = $2
       returning ${columns}`,
      valuesOf(scope, draft),
    );
    return row!;
  }

  /** Its name; null when there is none. */
  async remove(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<string | null> {
    const [row] = await sql.query<{ name: string }>(
      'delete from http_connections where workspace_id = $1 and id = $2 returning name',
      [scope.workspaceId, id],
    );
    return row?.name ?? null;
  }

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }
}

function valuesOf({ workspaceId }: Scope, { id, name, auth, origins, secret }: Draft): unknown[] {
  return [workspaceId, id, name, JSON.stringify(auth), origins, secret];
}
