import { Injectable } from '@nestjs/common';
import { retryConflicts } from '../profiles/index.js';
import { ResendBatchRepository } from './resend-batch.repository.js';
import { ResendService } from './resend.service.js';

/** Messages of one transaction: it is short, so that nobody waits for it, and little is done again after a kill. */
const atOnce = 200;

/** Works through batches of sending again, chunk by chunk; any worker goes on where another was stopped. */
@Injectable()
export class ResendBatchesService {
  constructor(
    private readonly repository: ResendBatchRepository,
    private readonly resends: ResendService,
  ) {}

  /** Sends the next messages of a batch again; false when there is nothing to do. */
  work(): Promise<boolean> {
    return retryConflicts(
      () =>
        this.repository.transaction(async (sql) => {
          const batch = await this.repository.take(sql);
          if (!batch) return false;
          const scope = { workspaceId: batch.workspace_id };
          const ids = await this.repository.next(scope, { sql, id: batch.id, limit: atOnce });
          const results = await this.resends.resend(scope, {
            sql,
            ids,
            request: batch.id,
            detail: resentBy({ by: batch.requested_by, reason: batch.reason }),
          });
          const done = [...results.values()].filter(({ kind }) => kind === 'made').length;
          await this.repository.progress(scope, {
            sql,
            id: batch.id,
            done,
            skipped: ids.length - done,
            end: ids.length < atOnce,
          });
          return true;
        }),
      { what: 'messages were sent again' },
    );
  }
}

/** How the history of a message tells that it was sent again. */
export function resentBy({ by, reason }: { by: string; reason: string }): string {
  return `Sent again by ${by}: ${reason}`;
}
