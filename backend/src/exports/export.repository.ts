import { Injectable } from '@nestjs/common';
import { Database, uuidArray } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

/** What an export reads beside the people themselves. */
@Injectable()
export class ExportRepository {
  constructor(private readonly database: Database) {}

  /** Paths of the traits that people of the workspace have. */
  async traits(scope: Scope): Promise<string[]> {
    const rows = await this.database.query<{ name: string }>(
      `select name from event_names where workspace_id = $1 and kind = 'trait' order by name limit 2000`,
      [scope.workspaceId],
    );
    return rows.map(({ name }) => name);
  }

  /** What people have said of channels, by person. */
  async consents(scope: Scope, ids: string[]): Promise<Map<string, Record<string, string>>> {
    const rows = await this.database.query<{ profile_id: string; consents: Record<string, string> }>(
      `select profile_id, jsonb_object_agg(channel, state) as consents
       from consents where workspace_id = $1 and profile_id = any($2::uuid[]) group by profile_id`,
      [scope.workspaceId, uuidArray(ids)],
    );
    return new Map(rows.map(({ profile_id, consents }) => [profile_id, consents]));
  }
}
