import type { RunsClient } from '@wend/temporal';
import type { Scope } from '../platform/database/index.js';
import type { ErasureRepository } from './erasure.repository.js';

const runsAtOnce = 50;

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
   * run anew.
   */
  async person(scope: Scope, profileId: string): Promise<boolean> {
    await this.eraseRuns(await this.repository.workflowsOf(scope, profileId));
    const workflows = await this.repository.person(scope, profileId);
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
    await Promise.all(workflowIds.map((workflowId) => this.runs.erase(workflowId)));
  }
}
