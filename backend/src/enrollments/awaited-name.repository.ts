import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

/** Names of events that runs wait for, and who is storing events meanwhile. */
@Injectable()
export class AwaitedNameRepository {
  constructor(private readonly database: Database) {}

  /** Notes that a name is needed. False unless it is there and settled. */
  async use(scope: Scope, name: string): Promise<boolean> {
    const settled = await this.database.query(
      'update awaited_names set used_at = now() where workspace_id = $1 and name = $2 and settled returning 1',
      [scope.workspaceId, name],
    );
    return settled.length > 0;
  }

  async add(scope: Scope, name: string): Promise<void> {
    await this.database.query(
      `insert into awaited_names (workspace_id, name)
        values ($1, $2)
        on conflict (workspace_id, name)
        do update set used_at = now()`,
      [scope.workspaceId, name],
    );
  }

  /** Every transaction that stored events without knowing the name has ended. */
  async settle(scope: Scope, name: string): Promise<void> {
    await this.database.query('update awaited_names set settled = true where workspace_id = $1 and name = $2', [
      scope.workspaceId,
      name,
    ]);
  }

  /**
   * Transactions that have begun to store events, by their ids among those that run, which are given once. Without
   * scope: PostgreSQL does not tell whose events they store.
   */
  async storing(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `select virtualtransaction as id
         from pg_locks
         where locktype = 'relation' and relation = 'event_ids'::regclass and mode = 'RowExclusiveLock' and granted
         and database = (select oid from pg_database where datname = current_database())`,
    );
    return rows.map(({ id }) => id);
  }
}
