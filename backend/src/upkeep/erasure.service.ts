import type { RunsClient } from '@wend/temporal';
import type { Scope, Sql } from '../platform/database/index.js';
import type { ErasedRows, ErasureRepository } from './erasure.repository.js';

const runsAtOnce = 50;
const eventsAtOnce = 5_000;

/** Who wants to know how far the erasing of a person has come. */
export type Watch = {
  /** Told of what went, as it went. */
  progress?: (erased: ErasedRows) => Promise<void>;
  /** In the transaction in which the rest goes, with what went in it; also when there is nobody any more. */
  done?: (erased: ErasedRows, sql: Sql) => Promise<void>;
};

/**
 * Erases people and workspaces: their rows, and the histories of their runs on Temporal. Both may be asked again when
 * they were cut off.
 */
export class ErasureService {
  constructor(
    private readonly repository: ErasureRepository,
    private readonly runs: Pick<RunsClient, 'erase'>,
  ) {}

  /**
   * By profile id, also one that was merged into another: the whole person goes. False when there is none. Histories go
   * first, while the rows still say which there are; and once more, because until the rows are gone an event may start a
   * run anew. Of who has very many events, most go before: whoever is streaming in stays the same person until the last
   * transaction, which takes all that came meanwhile, and is somebody new after it.
   */
  async person(scope: Scope, profileId: string, { progress, done }: Watch = {}): Promise<boolean> {
    const before = await this.repository.workflowsOf(scope, profileId);
    await this.eraseRuns(before);
    await progress?.({ executions: before.length });
    for (let went = eventsAtOnce; went === eventsAtOnce;) {
      went = await this.repository.someEvents(scope, { profileId, limit: eventsAtOnce });
      if (went > 0) await progress?.({ events: went });
    }
    const workflows = await this.repository.person(scope, profileId, done);
    await this.eraseRuns(workflows ?? []);
    return workflows !== null;
  }

  /** False when there is no such workspace. */
  async workspace(scope: Scope): Promise<boolean> {
    await this.repository.closeDoors(scope);
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const runs = await this.repository.workspaceRuns(scope, { after, limit: runsAtOnce });
      if (runs.length === 0) break;
      await this.eraseRuns(runs.map(({ workflow_id }) => workflow_id));
      after = runs.at(-1)!.id;
    }
    const rows = await this.repository.workspace(scope);
    return rows > 0;
  }

  private async eraseRuns(workflowIds: string[]): Promise<void> {
    for (let at = 0; at < workflowIds.length; at += runsAtOnce)
      await Promise.all(workflowIds.slice(at, at + runsAtOnce).map((workflowId) => this.runs.erase(workflowId)));
  }
}
