import { Injectable } from '@nestjs/common';
import { OutcomesService } from '../messages/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { CancellationRepository } from './cancellation.repository.js';
import type { CancellationRow, Place } from './cancellation.repository.js';

/** Messages of one look: what was done of them is done again after a kill, and comes to nothing then. */
const atOnce = 500;

/** Works through what members cancel, chunk by chunk; any worker goes on where another was stopped. */
@Injectable()
export class CancellationsService {
  constructor(
    private readonly repository: CancellationRepository,
    private readonly outcomes: OutcomesService,
  ) {}

  /** Cancels the next messages; false when there is nothing to do. */
  work(): Promise<boolean> {
    return this.repository.transaction(async (sql) => {
      const row = await this.repository.take(sql);
      if (!row) return false;
      const scope = { workspaceId: row.workspace_id };
      const { found, end } = await this.look(scope, { sql, row });
      const moved = await Promise.all(
        found.map((id) => cancelHeld(this.outcomes, { scope, id, by: row.requested_by })),
      );
      const done = moved.filter(Boolean).length;
      // What was judged anew meanwhile may stand before where it was: it ends when a look from the start finds nothing.
      if (end === null && found.length === 0 && row.after_until === '-infinity')
        await this.repository.end(scope, { sql, id: row.id });
      else await this.repository.progress(scope, { sql, id: row.id, done, after: end });
      return true;
    });
  }

  /** The next ones, from where it is to where any of the filter are. */
  private async look(
    scope: Scope,
    { sql, row }: { sql: Sql; row: CancellationRow },
  ): Promise<{ found: string[]; end: Place | null }> {
    let after: Place = { until: row.after_until, id: row.after_id };
    for (;;) {
      const { found, end } = await this.repository.next(scope, { sql, of: row, after, limit: atOnce });
      if (found.length > 0 || end === null) return { found, end };
      after = end;
    }
  }
}

/** False when it is not held any more. */
export function cancelHeld(
  outcomes: OutcomesService,
  { scope, id, by }: { scope: Scope; id: string; by: string },
): Promise<boolean> {
  return outcomes.record({
    workspaceId: scope.workspaceId,
    messageId: id,
    to: 'suppressed',
    reason: 'aborted',
    detail: `Canceled by ${by} while it waited`,
    onlyHeld: true,
  });
}
