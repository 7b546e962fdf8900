import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
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
}
