import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { unheardSql } from './window.sql.js';
import type { WindowEvent } from './window.js';

type EventPlace = { id: string; receivedAt: Date };

/** The people of windows, and the events that they are about. */
@Injectable()
export class WindowEventRepository {
  constructor(private readonly database: Database) {}

  async events(
    { workspaceId }: Scope,
    { sql = this.database, places }: { sql?: Sql; places: readonly EventPlace[] },
  ): Promise<Map<string, WindowEvent>> {
    if (places.length === 0) return new Map();
    const rows = await sql.query<WindowEvent>(
      `select e.id, e.profile_id, e.name, e.time, e.received_at, e.position::text as position, e.properties
       from unnest($2::uuid[], $3::timestamptz[]) as p(id, received_at)
       join events e on e.workspace_id = $1 and e.id = p.id and e.received_at = p.received_at`,
      [workspaceId, places.map(({ id }) => id), places.map(({ receivedAt }) => receivedAt)],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /**
   * Who people are now, by the ids that they had: those who were erased are left out. None of them is merged away before
   * the transaction ends.
   */
  async hold(
    { workspaceId }: Scope,
    { sql, profileIds }: { sql: Sql; profileIds: readonly string[] },
  ): Promise<Map<string, string>> {
    const into = new Map<string, string | null>();
    for (let asked = [...new Set(profileIds)].sort(); asked.length > 0;) {
      const rows = await sql.query<{ id: string; merged_into: string | null }>(
        `select id, merged_into from profiles
         where workspace_id = $1 and id = any($2::uuid[]) and not test order by id for key share`,
        [workspaceId, asked],
      );
      for (const { id, merged_into } of rows) into.set(id, merged_into);
      asked = rows.flatMap(({ merged_into: id }) => (id === null || into.has(id) ? [] : [id])).sort();
    }
    const now = (id: string): string | null => {
      const next = into.get(id);
      return next === undefined ? null : next === null ? id : now(next);
    };
    return new Map(profileIds.flatMap((id) => (now(id) === null ? [] : [[id, now(id)!]])));
  }

  /** Those of these people who did something that was not heard yet. */
  async unheard(
    { workspaceId }: Scope,
    { sql, profileIds }: { sql: Sql; profileIds: readonly string[] },
  ): Promise<Set<string>> {
    const rows = await sql.query<{ id: string }>(
      `select w.profile_id as id from (select $1::uuid as workspace_id, unnest($2::uuid[]) as profile_id) w
       where ${unheardSql('w')}`,
      [workspaceId, profileIds],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
