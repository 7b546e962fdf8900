import { Injectable } from '@nestjs/common';
import { logger } from '../platform/logging/index.js';
import { RouterRepository } from './router.repository.js';
import { isOutage } from './outage.js';
import { RunSignals } from './run-signals.js';
import { SweeperRepository } from './sweeper.repository.js';
import type { SweptRun } from './sweeper.repository.js';

/** Runs woken per sweep (each second): a resume of many spreads out. */
const pace = 50;
const startsAtOnce = 100;
const lost =
  'The workflow of this run is gone: it was ended outside Wend, or lost with the data of the Temporal server';

/**
 * Finishes what was left: starts that a crash cut off, runs that a pause held, runs to be ended, figures to be added
 * up.
 */
@Injectable()
export class SweeperService {
  constructor(
    private readonly repository: SweeperRepository,
    private readonly router: RouterRepository,
    private readonly runSignals: RunSignals,
  ) {}

  /** One sweep; true when there is more to do at once. */
  async sweep(): Promise<boolean> {
    for (const run of await this.repository.claimStarting(startsAtOnce)) await this.alone(run, () => this.start(run));
    for (const run of await this.repository.claimHeld(pace)) await this.alone(run, () => this.resume(run));
    for (const run of await this.repository.claimStopped(pace)) await this.alone(run, () => this.cancel(run));
    await this.repository.settleStopped();
    for (const run of await this.repository.claimCancelled(pace)) await this.alone(run, () => this.cancel(run));
    return (await this.repository.rollUpStats()) === 5_000;
  }

  /**
   * From the entry: a first step that is committed already is found and not taken again. A run that is started already
   * notices nothing.
   */
  private async start(run: SweptRun): Promise<void> {
    await this.resume(run);
    await this.router.markStarted([{ workspaceId: run.workspace_id, enrollmentId: run.id }]);
  }

  /** With its start where that is kept: a run that was held before its workflow began begins. */
  private async resume(run: SweptRun): Promise<void> {
    const told = await this.runSignals.send(run, { type: 'resume' });
    if (!told) await this.repository.closeLost({ ...run, status: 'failed', reason: lost });
  }

  private async cancel(run: SweptRun & { reason: string }): Promise<void> {
    const told = await this.runSignals.send(run, { type: 'cancel', reason: run.reason });
    if (!told) await this.repository.closeLost({ ...run, status: 'cancelled' });
  }

  /** What the Temporal server refuses for one run must not keep the others, or the figures, waiting. */
  private async alone(run: SweptRun, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isOutage(error)) throw error;
      logger.error({ err: error, run: run.id }, 'a run could not be swept; trying again');
    }
  }
}
