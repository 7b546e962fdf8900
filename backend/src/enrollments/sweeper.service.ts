import { Injectable } from '@nestjs/common';
import { logger } from '../platform/logging/index.js';
import { ProgramRepository } from './program.repository.js';
import { RouterRepository } from './router.repository.js';
import { isOutage } from './router.service.js';
import { RunSignals } from './run-signals.js';
import { Runs } from './runs.js';
import { SweeperRepository } from './sweeper.repository.js';

/** Runs woken per sweep (each second): a resume of many spreads out. */
const pace = 50;

/** Finishes what was left: starts that a crash cut off, runs that a pause held, runs to be ended, figures to be added up. */
@Injectable()
export class SweeperService {
  constructor(
    private readonly repository: SweeperRepository,
    private readonly router: RouterRepository,
    private readonly programs: ProgramRepository,
    private readonly runs: Runs,
    private readonly runSignals: RunSignals,
  ) {}

  /** One sweep; true when there is more to do at once. */
  async sweep(): Promise<boolean> {
    for (const left of await this.repository.leftStarting(5)) await this.alone(left.start.identity.enrollmentId, () => this.start(left));
    for (const { workflow_id: workflowId } of await this.repository.heldOfLiveJourneys(pace)) await this.alone(workflowId, () => this.runs.client.signal({ workflowId }, { type: 'resume' }));
    for (const run of await this.repository.toCancel(pace)) await this.alone(run.workflow_id, () => this.cancel(run));
    return (await this.repository.rollUpStats()) === 5_000;
  }

  /** From the entry: a first step that is committed already is found and not taken again. */
  private async start(left: Awaited<ReturnType<SweeperRepository['leftStarting']>>[number]): Promise<void> {
    await this.runs.client.start(await this.programs.startOf(left));
    await this.router.markStarted([left.start.identity]);
  }

  private async cancel(run: Awaited<ReturnType<SweeperRepository['toCancel']>>[number]): Promise<void> {
    const told = await this.runSignals.send(run, { type: 'cancel', reason: run.reason });
    if (!told) await this.repository.closeLost(run);
  }

  /** What the Temporal server refuses for one run must not keep the others, or the figures, waiting. */
  private async alone(run: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isOutage(error)) throw error;
      logger.error({ err: error, run }, 'a run could not be swept; trying again');
    }
  }
}
