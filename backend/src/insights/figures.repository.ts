import { Injectable } from '@nestjs/common';
import type { LiveFigures } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

export type MeasureRow = { node: string; measure: string; count: number };
export type Passage = LiveFigures['recent'][number];
export type VersionToShow = { id: string; number: number; publishedAt: Date; sendNodes: string[] };
export type Versions = { published: number | null; versions: VersionToShow[] };

/** Figures of versions of one journey. Test runs are in none of them. */
@Injectable()
export class FiguresRepository {
  constructor(private readonly database: Database) {}

  /**
   * The versions that people can have come into, newest first; null when there is no such journey. Only the drawn one
   * (that with the number, else the published one) says which nodes send.
   */
  async versions(
    scope: Scope,
    { journeyId, number }: { journeyId: string; number?: number | undefined },
  ): Promise<Versions | null> {
    const rows = await this.database.query<{
      published: number | null;
      id: string | null;
      number: number;
      published_at: Date;
      send_nodes: string[];
    }>(
      `select j.published_version as published, v.id, v.number, v.published_at,
              case when v.number = coalesce($3, j.published_version)
                then array(
                  select distinct i->>'node'
                  from programs p, jsonb_array_elements(p.program->'instructions') i
                  where p.workspace_id = $1 and p.hash = v.program_hash and i->>'op' = 'send'
                ) else '{}' end as send_nodes
         from journeys j
         left join journey_versions v on v.workspace_id = j.workspace_id
           and v.journey_id = j.id
           and v.number is not null
        where j.workspace_id = $1 and j.id = $2 order by v.number desc`,
      [scope.workspaceId, journeyId, number ?? null],
    );
    if (rows.length === 0) return null;
    return {
      published: rows[0]!.published,
      versions: rows.flatMap(({ id, number, published_at, send_nodes }) =>
        id === null ? [] : [{ id, number, publishedAt: published_at, sendNodes: send_nodes }],
      ),
    };
  }

  /** What is rolled up and what is not yet, in one snapshot. */
  measures(scope: Scope, versionIds: string[]): Promise<MeasureRow[]> {
    return this.database.query<MeasureRow>(
      `select node, measure, sum(count)::float8 as count from (
         select node, measure, count from journey_totals where workspace_id = $1 and version_id = any($2::uuid[])
         union all select node, measure, count
         from journey_stat_deltas
         where workspace_id = $1 and version_id = any($2::uuid[])
       ) measured group by node, measure`,
      [scope.workspaceId, versionIds],
    );
  }

  /** People in the journey now, by node: counted from an index, not kept. */
  waiting(scope: Scope, versionIds: string[]): Promise<{ node: string | null; count: number }[]> {
    return this.database.query(
      `select node, count(*)::int as count
        from enrollments
        where workspace_id = $1 and version_id = any($2::uuid[]) and ended_at is null and origin <> 'test'
        group by node`,
      [scope.workspaceId, versionIds],
    );
  }

  /** Of these, those of the control group. */
  controls(scope: Scope, versionIds: string[]): Promise<{ node: string | null; count: number }[]> {
    return this.database.query(
      `select node, count(*)::int as count
        from enrollments
        where workspace_id = $1 and version_id = any($2::uuid[]) and control and ended_at is null and origin <> 'test'
        group by node`,
      [scope.workspaceId, versionIds],
    );
  }

  /** Messages that rules keep back now, by step and rule: counted from an index of theirs. */
  held(scope: Scope, versionIds: string[]): Promise<{ node: string; rule: string; count: number }[]> {
    return this.database.query(
      `select node, held_by as rule, count(*)::int as count
        from messages
        where workspace_id = $1 and version_id = any($2::uuid[]) and held_by is not null and status = 'queued'
        group by node, held_by`,
      [scope.workspaceId, versionIds],
    );
  }

  /**
   * Messages that failed, bounced or are unknown, of those queued within the last 24 hours: at most 1,000 are looked
   * at.
   */
  failing(
    scope: Scope,
    { journeyId, versionIds }: { journeyId: string; versionIds: string[] },
  ): Promise<{ node: string; count: number }[]> {
    return this.database.query(
      `select node, count(*)::int as count from (
         select node
         from messages
         where workspace_id = $1
           and journey_id = $2
           and status in ('failed', 'bounced', 'unknown')
           and queued_at > now() - interval '24 hours'
           and origin <> 'test'
           and version_id = any($3::uuid[])
         limit 1000
       ) bad group by node`,
      [scope.workspaceId, journeyId, versionIds],
    );
  }

  /** Passages of the last two minutes, at most 100, newest last. */
  async recent(scope: Scope, versionIds: string[]): Promise<Passage[]> {
    const rows = await this.database.query<{ node: string; port: string; left_at: Date }>(
      `select v.node, v.port, v.left_at
        from visits v
        join enrollments e on e.workspace_id = v.workspace_id and e.id = v.enrollment_id
        where v.workspace_id = $1
          and v.left_at > now() - interval '2 minutes'
          and v.port is not null
          and e.version_id = any($2::uuid[])
          and e.origin <> 'test'
        order by v.left_at desc limit 100`,
      [scope.workspaceId, versionIds],
    );
    return rows.reverse().map(({ node, port, left_at }) => ({ node, port, at: left_at.toISOString() }));
  }

  /** Median seconds in each node, of the newest 500 runs. */
  medians(
    scope: Scope,
    { journeyId, versionIds }: { journeyId: string; versionIds: string[] },
  ): Promise<{ node: string; seconds: number }[]> {
    return this.database.query(
      `select v.node,
           percentile_cont(0.5) within group (order by extract(epoch from v.left_at - v.entered_at))::float8 as seconds
         from (
           select id
           from enrollments
           where workspace_id = $1 and journey_id = $2 and version_id = any($3::uuid[]) and origin <> 'test'
           order by created_at desc
           limit 500
         ) e
         join visits v on v.workspace_id = $1 and v.enrollment_id = e.id
        where v.left_at is not null group by v.node`,
      [scope.workspaceId, journeyId, versionIds],
    );
  }
}
