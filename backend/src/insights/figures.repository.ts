import { Injectable } from '@nestjs/common';
import type { EnrollmentSummary, LiveFigures } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

export type MeasureRow = { node: string; measure: string; count: number };
export type Passage = LiveFigures['recent'][number];
export type VersionToShow = { versionId: string | null; number: number | null; sendNodes: string[] };

/** Figures of one journey version. Test runs are in none of them. */
@Injectable()
export class FiguresRepository {
  constructor(private readonly database: Database) {}

  /** The version with this number, or the published one; null when there is no such journey or version. */
  async version(scope: Scope, { journeyId, number }: { journeyId: string; number?: number | undefined }): Promise<VersionToShow | null> {
    const [row] = await this.database.query<{ version_id: string | null; number: number | null; send_nodes: string[] }>(
      `select v.id as version_id, v.number,
              array(select distinct i->>'node' from programs p, jsonb_array_elements(p.program->'instructions') i where p.workspace_id = $1 and p.hash = v.program_hash and i->>'op' = 'send') as send_nodes
         from journeys j left join journey_versions v on v.workspace_id = j.workspace_id and v.journey_id = j.id and v.number = coalesce($3, j.published_version)
        where j.workspace_id = $1 and j.id = $2`,
      [scope.workspaceId, journeyId, number ?? null],
    );
    if (!row || (number !== undefined && row.version_id === null)) return null;
    return { versionId: row.version_id, number: row.number, sendNodes: row.send_nodes };
  }

  /** What is rolled up and what is not yet, in one snapshot. */
  measures(scope: Scope, versionId: string): Promise<MeasureRow[]> {
    return this.database.query<MeasureRow>(
      `select node, measure, sum(count)::float8 as count from (
         select node, measure, count from journey_stats where workspace_id = $1 and version_id = $2
         union all select node, measure, count from journey_stat_deltas where workspace_id = $1 and version_id = $2
       ) measured group by node, measure`,
      [scope.workspaceId, versionId],
    );
  }

  /** People in the journey now, by node: counted from an index, not kept. */
  waiting(scope: Scope, versionId: string): Promise<{ node: string | null; count: number }[]> {
    return this.database.query(
      "select node, count(*)::int as count from enrollments where workspace_id = $1 and version_id = $2 and ended_at is null and origin <> 'test' group by node",
      [scope.workspaceId, versionId],
    );
  }

  /** How runs of the version ended. */
  ended(scope: Scope, { journeyId, versionId }: { journeyId: string; versionId: string }): Promise<{ status: EnrollmentSummary['status']; count: number }[]> {
    return this.database.query(
      "select status, count(*)::int as count from enrollments where workspace_id = $1 and journey_id = $2 and version_id = $3 and ended_at is not null and origin <> 'test' group by status",
      [scope.workspaceId, journeyId, versionId],
    );
  }

  /** Passages of the last two minutes, at most 100, newest last. */
  async recent(scope: Scope, versionId: string): Promise<Passage[]> {
    const rows = await this.database.query<{ node: string; port: string; left_at: Date }>(
      `select v.node, v.port, v.left_at from visits v join enrollments e on e.workspace_id = v.workspace_id and e.id = v.enrollment_id
        where v.workspace_id = $1 and v.left_at > now() - interval '2 minutes' and v.port is not null and e.version_id = $2 and e.origin <> 'test'
        order by v.left_at desc limit 100`,
      [scope.workspaceId, versionId],
    );
    return rows.reverse().map(({ node, port, left_at }) => ({ node, port, at: left_at.toISOString() }));
  }

  /** Median seconds in each node, of the version's newest 500 runs. */
  medians(scope: Scope, { journeyId, versionId }: { journeyId: string; versionId: string }): Promise<{ node: string; seconds: number }[]> {
    return this.database.query(
      `select v.node, percentile_cont(0.5) within group (order by extract(epoch from v.left_at - v.entered_at))::float8 as seconds
         from (select id from enrollments where workspace_id = $1 and journey_id = $2 and version_id = $3 and origin <> 'test' order by created_at desc limit 500) e
         join visits v on v.workspace_id = $1 and v.enrollment_id = e.id
        where v.left_at is not null group by v.node`,
      [scope.workspaceId, journeyId, versionId],
    );
  }
}
