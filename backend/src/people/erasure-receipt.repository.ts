import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { cursorTime, decodeCursor, followMerges, pageOf } from '../profiles/index.js';
import type { ErasedRows } from '../upkeep/index.js';

export type ErasureRow = {
  id: string;
  state: 'running' | 'done';
  requested_by: string;
  rows: ErasedRows;
  created_at: Date;
  finished_at: Date | null;
};

/** A process that works on one says again and again that it does; after so long without a word another one goes on. */
const lease = `interval '30 seconds'`;
const columns = 'id, state, requested_by, rows, created_at, finished_at';
/** What was deleted before and what has come to it, by table. */
const sum = (added: string) => `(
  select coalesce(jsonb_object_agg(name, n), '{}')
  from (
    select name, sum(n::int8) as n
    from (select * from jsonb_each_text(rows) union all select * from jsonb_each_text(${added}::jsonb)) t (name, n)
    group by name
  ) summed
)`;

/** Who is to be deleted, and the receipts of those who were. */
@Injectable()
export class ErasureReceiptRepository {
  constructor(private readonly database: Database) {}

  /**
   * Null when there is no such person. An id that was merged away means who took it in. Who waited in vain for a merge
   * that waits for them gets PostgreSQL's conflict, and asks again (`retryConflicts`).
   */
  async ask(
    scope: Scope,
    { sql, profileId, by }: { sql: Sql; profileId: string; by: string },
  ): Promise<{ row: ErasureRow; isNew: boolean } | null> {
    const personId = await lockLast(scope, { sql, profileId });
    if (personId === null) return null;
    const [made] = await sql.query<ErasureRow>(
      `insert into erasures (workspace_id, person_id, requested_by) values ($1, $2, $3)
       on conflict do nothing
       returning ${columns}`,
      [scope.workspaceId, personId, by],
    );
    if (made) return { row: made, isNew: true };
    const [row] = await sql.query<ErasureRow>(
      `select ${columns} from erasures where workspace_id = $1 and person_id = $2`,
      [scope.workspaceId, personId],
    );
    return row ? { row, isNew: false } : null;
  }

  async find(scope: Scope, id: string): Promise<ErasureRow | null> {
    const [row] = await this.database.query<ErasureRow>(
      `select ${columns} from erasures where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  async list(
    scope: Scope,
    { cursor, limit }: { cursor?: string | undefined; limit: number },
  ): Promise<{ rows: ErasureRow[]; next: string | null }> {
    const after = decodeCursor(cursor);
    const rows = await this.database.query<ErasureRow & { cursor: string }>(
      `select ${columns}, ${cursorTime('created_at')} as cursor
       from erasures
       where workspace_id = $1
         and ($2::timestamptz is null or created_at < $2 or (created_at = $2 and id > $3::uuid))
       order by created_at desc, id
       limit $4`,
      [scope.workspaceId, after?.at ?? null, after?.id ?? null, limit + 1],
    );
    return pageOf(rows, limit);
  }

  /** Without scope: of all workspaces, those that nobody works on. */
  async left(): Promise<{ workspace_id: string; id: string }[]> {
    return this.database.query(
      `select workspace_id, id
       from erasures
       where state = 'running' and (taken_until is null or taken_until < now())
       order by taken_until nulls first
       limit 20`,
    );
  }

  /** Whom to delete; null when it is done, or another process is at it. */
  async take(scope: Scope, id: string): Promise<string | null> {
    const [row] = await this.database.query<{ person_id: string }>(
      `update erasures set taken_until = now() + ${lease}
       where workspace_id = $1 and id = $2 and state = 'running' and (taken_until is null or taken_until < now())
       returning person_id`,
      [scope.workspaceId, id],
    );
    return row?.person_id ?? null;
  }

  async giveBack(scope: Scope, id: string): Promise<void> {
    await this.database.query(
      `update erasures set taken_until = now() where workspace_id = $1 and id = $2 and state = 'running'`,
      [scope.workspaceId, id],
    );
  }

  async add(scope: Scope, { id, erased }: { id: string; erased: ErasedRows }): Promise<void> {
    await this.database.query(
      `update erasures set rows = ${sum('$3')}, taken_until = now() + ${lease}
       where workspace_id = $1 and id = $2 and state = 'running'`,
      [scope.workspaceId, id, JSON.stringify(erased)],
    );
  }

  /** In the transaction in which the person goes: from here on nothing says who it was. */
  async finish(scope: Scope, { id, erased, sql }: { id: string; erased: ErasedRows; sql: Sql }): Promise<void> {
    await sql.query(
      `update erasures
       set rows = ${sum('$3')}, state = 'done', person_id = null, taken_until = null, finished_at = now()
       where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id, JSON.stringify(erased)],
    );
  }
}

/**
 * Whoever an id leads to now, locked: a merge that is under way is waited for, and one that comes later sees the
 * deletion. Null when there is nobody. Pointers on the way are not locked at first: a merge moves them.
 */
async function lockLast(scope: Scope, { sql, profileId }: { sql: Sql; profileId: string }): Promise<string | null> {
  let id = (await followMerges(scope, { sql, profileIds: [profileId] })).get(profileId);
  while (id !== undefined) {
    const [row] = await sql.query<{ merged_into: string | null }>(
      'select merged_into from profiles where workspace_id = $1 and id = $2 for share',
      [scope.workspaceId, id],
    );
    if (!row) return null;
    if (row.merged_into === null) return id;
    id = row.merged_into;
  }
  return null;
}
