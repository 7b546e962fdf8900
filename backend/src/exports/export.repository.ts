import { Injectable } from '@nestjs/common';
import { exportLongestMs } from '../people/index.js';
import { Database, uuidArray } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

/** What an export reads beside the people themselves. */
@Injectable()
export class ExportRepository {
  constructor(private readonly database: Database) {}

  /** Names of the traits that people of an export have. */
  async traits(scope: Scope, exportId: string): Promise<string[]> {
    const text = `select distinct t.name
       from export_people e
       join profiles p on p.workspace_id = e.workspace_id and p.id = e.profile_id
       cross join lateral jsonb_object_keys(p.traits) as t (name)
       where e.workspace_id = $1 and e.export_id = $2
       order by t.name`;
    const rows = await this.database.transaction(
      (sql) => sql.query<{ name: string }>(text, [scope.workspaceId, exportId]),
      { longestMs: exportLongestMs },
    );
    return rows.map(({ name }) => name);
  }

  /** An export is over. */
  async end(scope: Scope, exportId: string): Promise<void> {
    const text = 'delete from export_people where workspace_id = $1 and export_id = $2';
    await this.database.transaction((sql) => sql.query(text, [scope.workspaceId, exportId]), {
      longestMs: exportLongestMs,
    });
  }

  /** What people have said of channels, and of topics on them (`email/offers`), by person. */
  async consents(scope: Scope, ids: string[]): Promise<Map<string, Record<string, string>>> {
    const rows = await this.database.query<{ profile_id: string; consents: Record<string, string> }>(
      `select profile_id, jsonb_object_agg(channel || case when topic = '' then '' else '/' || topic end, state) as consents
       from consents where workspace_id = $1 and profile_id = any($2::uuid[]) group by profile_id`,
      [scope.workspaceId, uuidArray(ids)],
    );
    return new Map(rows.map(({ profile_id, consents }) => [profile_id, consents]));
  }
}
