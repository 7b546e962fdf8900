import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

type Asked = { ids: string[]; sql?: Sql | undefined };

/** Which of the things that rules name are there. */
@Injectable()
export class RuleNamesRepository {
  constructor(private readonly database: Database) {}

  async journey(scope: Scope, { ids, sql = this.database }: Asked): Promise<Set<string>> {
    const rows = await sql.query<{ id: string }>(
      'select id::text from journeys where workspace_id = $1 and id = any($2::uuid[])',
      [scope.workspaceId, ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Archived ones too: what people said of them holds. */
  async topic(scope: Scope, { ids, sql = this.database }: Asked): Promise<Set<string>> {
    const rows = await sql.query<{ key: string }>(
      'select key from topics where workspace_id = $1 and key = any($2::text[])',
      [scope.workspaceId, ids],
    );
    return new Set(rows.map(({ key }) => key));
  }

  /** Of archived ones nobody is a member. */
  async segment(scope: Scope, { ids, sql = this.database }: Asked): Promise<Set<string>> {
    const rows = await sql.query<{ id: string }>(
      'select id::text from segments where workspace_id = $1 and id = any($2::uuid[]) and archived_at is null',
      [scope.workspaceId, ids],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
