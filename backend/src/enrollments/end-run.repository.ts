import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { SignalledRun } from './run-signals.js';

@Injectable()
export class EndRunRepository {
  constructor(private readonly database: Database) {}

  async exists(scope: Scope, enrollmentId: string): Promise<boolean> {
    const found = await this.database.query('select 1 from enrollments where workspace_id = $1 and id = $2', [
      scope.workspaceId,
      enrollmentId,
    ]);
    return found.length > 0;
  }

  /**
   * Asks for a run's end; whom to tell, or null when there is no such running run. The sweeper tells again until it has
   * ended.
   */
  async askToCancel(
    scope: Scope,
    { enrollmentId, reason }: { enrollmentId: string; reason: string },
  ): Promise<SignalledRun | null> {
    const [row] = await this.database.query<SignalledRun>(
      `update enrollments e
       set cancel_reason = $3
       from journey_versions v
       where e.workspace_id = $1
         and e.id = $2
         and e.ended_at is null
         and v.workspace_id = e.workspace_id
         and v.id = e.version_id
       returning e.workspace_id, e.workflow_id, e.start, v.program_hash`,
      [scope.workspaceId, enrollmentId, reason],
    );
    return row ?? null;
  }

  /**
   * Asks for the end of all runs of a person in a journey that began until then, except one; how many these are. The
   * sweeper tells them, at once when the transaction commits.
   */
  async askAllToCancel(
    scope: Scope,
    { sql, journeyId, profileId, until, except, reason }: AskAllOptions,
  ): Promise<number> {
    const [row] = await sql.query<{ count: number }>(
      `with asked as (
         update enrollments e
         set cancel_reason = $6
         where e.workspace_id = $1
           and e.journey_id = $2
           and e.profile_id = $3
           and e.ended_at is null
           and e.origin <> 'test'
           and e.entered_at <= $4
           and e.id <> $5
           and e.cancel_reason is null
         returning e.id
       )
       select count(*)::int as count from asked`,
      [scope.workspaceId, journeyId, profileId, until, except, reason],
    );
    if (row!.count > 0) await sql.query(`select pg_notify('wend_resume', '')`);
    return row!.count;
  }
}

type AskAllOptions = {
  sql: Sql;
  journeyId: string;
  profileId: string;
  until: Date;
  /** The run that asks. */
  except: string;
  reason: string;
};
