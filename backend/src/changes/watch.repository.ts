import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { Watch } from './change.js';

/** The tables whose changes are noted; `event_ids` stands for events, which are noted where they are stored. */
const watchedTables = ['event_ids', 'profiles', 'consents', 'devices', 'message_events', 'enrollments', 'suppressions'];

/** What is watched, and who is writing meanwhile. */
@Injectable()
export class WatchRepository {
  constructor(private readonly database: Database) {}

  /** From its commit on a watcher hears of these changes and no others. */
  async replace(
    scope: Scope,
    { sql, watcher, watches }: { sql: Sql; watcher: string; watches: Watch[] },
  ): Promise<void> {
    const values = [scope.workspaceId, watcher, watches.map(({ what }) => what), watches.map(({ name }) => name)];
    await sql.query(
      `delete from change_watches
       where workspace_id = $1 and watcher = $2
         and (what, name) not in (select * from unnest($3::text[], $4::text[]))`,
      values,
    );
    if (watches.length === 0) return;
    await sql.query(
      `insert into change_watches (workspace_id, what, name, watcher)
       select distinct $1::uuid, what, name, $2 from unnest($3::text[], $4::text[]) as t (what, name)
       order by 2, 3 on conflict do nothing`,
      values,
    );
  }

  /**
   * Transactions that have begun to write what can be watched, by their ids among those that run, which are given once.
   * Without scope: PostgreSQL does not tell whose they are.
   */
  async writing(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `select distinct virtualtransaction as id
         from pg_locks
         where locktype = 'relation' and relation = any($1::text[]::regclass[]) and mode = 'RowExclusiveLock' and granted
         and database = (select oid from pg_database where datname = current_database())`,
      [watchedTables],
    );
    return rows.map(({ id }) => id);
  }
}
