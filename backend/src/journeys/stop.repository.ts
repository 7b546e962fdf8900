import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

type StopRow = { stopped_at: Date; stopped_by: string; reason: string | null; runs: number; left: number };

/** How journeys were stopped. */
@Injectable()
export class StopRepository {
  constructor(private readonly database: Database) {}

  /** With how many are in it now: who enters holds the journey, so nobody comes in unseen. */
  async record(
    scope: Scope,
    { sql, journeyId, by, reason }: { sql: Sql; journeyId: string; by: string; reason: string | null },
  ): Promise<void> {
    await sql.query(
      `insert into journey_stops (workspace_id, journey_id, stopped_by, reason, runs)
       select $1, $2, $3, $4, (
         select count(*)
         from journey_versions v
         join enrollments e on e.workspace_id = v.workspace_id and e.version_id = v.id
         where v.workspace_id = $1 and v.journey_id = $2 and e.ended_at is null and e.origin <> 'test'
       )`,
      [scope.workspaceId, journeyId, by, reason],
    );
  }

  /** The last stop, and how many runs of then are still to end. */
  async latest(scope: Scope, { journeyId }: { journeyId: string }): Promise<StopRow | null> {
    const [row] = await this.database.query<StopRow>(
      `select s.stopped_at, s.stopped_by, s.reason, s.runs, (
         select count(*)::int
         from journey_versions v
         join enrollments e on e.workspace_id = v.workspace_id and e.version_id = v.id
         where v.workspace_id = $1
           and v.journey_id = $2
           and e.ended_at is null
           and e.origin <> 'test'
           and e.created_at <= s.stopped_at
       ) as left
       from journey_stops s
       where s.workspace_id = $1 and s.journey_id = $2
       order by s.stopped_at desc
       limit 1`,
      [scope.workspaceId, journeyId],
    );
    return row ?? null;
  }
}
