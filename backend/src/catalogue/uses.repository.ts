import { Injectable } from '@nestjs/common';
import type { Graph } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

export type JourneyGraphs = { id: string; name: string; draft: Graph | null; live: Graph[] };

export type SegmentRules = { id: string; name: string; rules: unknown[] };

/** What events and traits can be used by. */
@Injectable()
export class UsesRepository {
  constructor(private readonly database: Database) {}

  /** Drafts, the versions that let people in, and those that have people in them; drafts not of archived journeys. */
  journeys(scope: Scope): Promise<JourneyGraphs[]> {
    return this.database.query<JourneyGraphs>(
      `select j.id, j.name, case when j.archived_at is null then j.draft end as draft,
         coalesce(used.graphs, '{}') as live
       from journeys j
       cross join lateral (
         select array_agg(v.running) as graphs
         from journey_versions v
         where v.workspace_id = j.workspace_id and v.journey_id = j.id and v.number is not null
           and (
             (j.archived_at is null and v.number = j.published_version)
             or exists (
               select 1 from enrollments e
               where e.workspace_id = v.workspace_id and e.version_id = v.id and e.ended_at is null
             )
           )
       ) used
       where j.workspace_id = $1 and (j.archived_at is null or used.graphs is not null)
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
