import { Injectable } from '@nestjs/common';
import type { Graph } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

export type JourneyUseRow = { id: string; name: string; draft: Graph | null; live: Graph[] };

/** A version `v` of the journey `j` that lets people in or has people in it. */
const isUsed = `(
  exists (
    select 1 from journey_control c
    where c.workspace_id = j.workspace_id and c.journey_id = j.id and c.state in ('live', 'paused')
      and v.number = j.published_version
  )
  or exists (
    select 1 from enrollments e
    where e.workspace_id = v.workspace_id and e.version_id = v.id and e.ended_at is null
  )
)`;

/** Who reads a segment. An id is in no text but that which names it, so whatever contains it reads it. */
@Injectable()
export class UsesRepository {
  constructor(private readonly database: Database) {}

  /** Drafts, and versions that count. */
  async journeys(scope: Scope, { id, sql = this.database }: { id: string; sql?: Sql }): Promise<JourneyUseRow[]> {
    return sql.query<JourneyUseRow>(
      `select j.id, j.name, case when j.archived_at is null and position($2::text in j.draft::text) > 0 then j.draft end as draft,
         coalesce(used.graphs, '{}') as live
       from journeys j
       cross join lateral (
         select array_agg(v.running) as graphs
         from journey_versions v
         where v.workspace_id = j.workspace_id and v.journey_id = j.id and v.number is not null
           and position($2::text in v.running::text) > 0
           and ${isUsed}
       ) used
       where j.workspace_id = $1
         and (used.graphs is not null or (j.archived_at is null and position($2::text in j.draft::text) > 0))
       order by j.name, j.id`,
      [scope.workspaceId, id],
    );
  }

  /** All that can read segments, as text: of a journey its draft and each version that counts, of a segment its rules. */
  async texts(scope: Scope): Promise<{ id: string; text: string }[]> {
    return this.database.query(
      `select j.id, concat(case when j.archived_at is null then j.draft::text end, string_agg(v.running::text, ' ')) as text
       from journeys j
       left join journey_versions v
         on v.workspace_id = j.workspace_id and v.journey_id = j.id and v.number is not null and ${isUsed}
       where j.workspace_id = $1
       group by j.workspace_id, j.id
       union all
       select s.id, concat(s.rule::text, s.live_rule::text) from segments s where s.workspace_id = $1`,
      [scope.workspaceId],
    );
  }

  /** Segments that people are still to be copied into from this one. */
  async copies(scope: Scope, { id, sql }: { id: string; sql: Sql }): Promise<{ id: string; name: string }[]> {
    return sql.query(
      `select s.id, s.name from segments s
       where s.workspace_id = $1 and s.id::text <> $2 and s.rule is null and exists (
         select 1 from segment_builds b
         where b.workspace_id = s.workspace_id and b.segment_id = s.id and b.state in ('waiting', 'building', 'failed')
           and position($2::text in b.rule::text) > 0
       )
       order by s.name, s.id`,
      [scope.workspaceId, id],
    );
  }

  async segments(
    scope: Scope,
    { id, sql = this.database }: { id: string; sql?: Sql },
  ): Promise<{ id: string; name: string; archived: boolean }[]> {
    return sql.query(
      `select s.id, s.name, s.archived_at is not null as archived
       from segments s
       where s.workspace_id = $1 and s.id::text <> $2
         and (position($2::text in s.rule::text) > 0 or position($2::text in s.live_rule::text) > 0)
       order by s.name, s.id`,
      [scope.workspaceId, id],
    );
  }
}
