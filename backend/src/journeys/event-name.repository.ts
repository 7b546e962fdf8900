import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

const most = 1_000;

/** Names that ingestion saw, for pickers and completion. */
@Injectable()
export class EventNameRepository {
  constructor(private readonly database: Database) {}

  /** The most recently seen ones, by name. */
  list(scope: Scope, { kind }: { kind: 'event' | 'trait' }): Promise<{ name: string; properties: string[] }[]> {
    return this.database.query(
      `select name, properties
        from (
          select name, properties
          from event_names
          where workspace_id = $1 and kind = $2
          order by last_seen_at desc
          limit ${most}
        ) recent
        order by lower(name), name`,
      [scope.workspaceId, kind],
    );
  }
}
