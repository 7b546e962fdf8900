import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

export type JourneyGraphs = { id: string; name: string; draft: unknown; live: unknown };

export type SegmentRules = { id: string; name: string; rules: unknown[] };

/** What events and traits can be used by. */
@Injectable()
export class UsesRepository {
  constructor(private readonly database: Database) {}

  /** Drafts, and published versions that people can be in; not of archived journeys. */
  journeys(scope: Scope): Promise<JourneyGraphs[]> {
    return this.database.query<JourneyGraphs>(
      `select j.id, j.name, j.draft, v.graph as live
       from journeys j
       left join journey_versions v
         on v.workspace_id = j.workspace_id and v.journey_id = j.id and v.number = j.published_version
       where j.workspace_id = $1 and j.archived_at is null
       order by lower(j.name), j.id`,
      [scope.workspaceId],
    );
  }

  /** The rule that is saved and the one that members are of. */
  segments(scope: Scope): Promise<SegmentRules[]> {
    return this.database.query<SegmentRules>(
      `select id, name, jsonb_build_array(rule, live_rule) as rules
       from segments
       where workspace_id = $1 and archived_at is null
       order by lower(name), id`,
      [scope.workspaceId],
    );
  }
}
