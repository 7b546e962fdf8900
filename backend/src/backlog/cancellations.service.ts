import { Injectable } from '@nestjs/common';
import { OutcomesService } from '../messages/index.js';
import type { Scope } from '../platform/database/index.js';
import { CancellationRepository } from './cancellation.repository.js';

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
      const found = await this.repository.next(scope, { sql, of: row, limit: atOnce });
      const moved = await Promise.all(
        found.map(({ id }) => cancelHeld(this.outcomes, { scope, id, by: row.requested_by })),
      );
      const done = moved.filter(Boolean).length;
      const last = found.at(-1);
      // What was judged anew meanwhile may stand before where it was: it ends when a look from the start finds nothing.
      const fromStart = row.after_until === '-infinity';
      if (last && found.length === atOnce)
        await this.repository.progress(scope, { sql, id: row.id, done, after: { until: last.until, id: last.id } });
      else if (found.length === 0 && fromStart) await this.repository.end(scope, { sql, id: row.id });
      else await this.repository.progress(scope, { sql, id: row.id, done, after: null });
      return true;
    });
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
