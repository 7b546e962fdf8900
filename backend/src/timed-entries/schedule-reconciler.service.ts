import { Injectable } from '@nestjs/common';
import type { EntryScheduleName } from '@wend/temporal';
import { logger } from '../platform/logging/index.js';
import { EntrySchedules } from './entry-schedules.js';
import { ScheduleRunner } from './schedule-runner.service.js';
import { ScheduleRepository } from './schedule.repository.js';
import type { ScheduleRow } from './schedule.repository.js';
import { nextInstants } from './schedule-times.js';

/** So many of the next times Temporal is told at once; when half of them are over it is told more. */
const timesTold = 100;
/** So long after its time a schedule that Temporal has not called for is looked after all the same. Milliseconds. */
const patienceMs = 15_000;
/** Of so many Temporal does not take at a time, the rest waits: it is away. */
const patience = 5;

/**
 * Makes Temporal's Schedules say what open journeys want, whatever was cut off when, and looks after times that Temporal
 * did not call for: it was away, the journey is paused, or a call was lost.
 */
@Injectable()
export class ScheduleReconciler {
  constructor(
    private readonly repository: ScheduleRepository,
    private readonly runner: ScheduleRunner,
    private readonly temporal: EntrySchedules,
  ) {}

  /** Temporal says that a schedule's time has come. One that nobody wants any more is taken away. */
  async called({ at, ...name }: EntryScheduleName & { at: number }): Promise<void> {
    if (await this.runner.run({ ...name, at: Math.max(at, Date.now()) })) return;
    await this.temporal.client.remove(name);
  }

  /** Everything that is to be done now. False: the next look may be late. `now`: ms. */
  async reconcile(now = Date.now()): Promise<boolean> {
    await this.tellAll(now);
    const late = new Date(now - patienceMs);
    const left = [...(await this.repository.overdue(late)), ...(await this.repository.leftBehind(late))];
    for (const { workspace_id: workspaceId, journey_id: journeyId, node } of left)
      await this.runner
        .run({ workspaceId, journeyId, node, at: now })
        .catch((error: unknown) =>
          logger.error({ err: error, journeyId, node }, 'a schedule could not run; again soon'),
        );
    await this.repository.settleDone();
    return false;
  }

  /** Tells Temporal what it should say. One that it does not take is told again soon, and holds up no other. */
  private async tellAll(now: number): Promise<void> {
    for (let failed = 0; failed < patience;) {
      const row = await this.repository.claimUntold(new Date(now));
      if (!row) return;
      try {
        await this.tell(row, now);
      } catch (error) {
        failed += 1;
        const { journey_id: journeyId, node } = row;
        logger.error({ err: error, journeyId, node }, 'Temporal could not be told of a schedule; again soon');
      }
    }
  }

  /**
   * One schedule that is claimed. No transaction is open meanwhile; what is cut off is done again, which changes nothing.
   * What was told is written down as that, so that a wish that changed meanwhile is told next.
   */
  private async tell(row: ScheduleRow, now: number): Promise<void> {
    const scope = { workspaceId: row.workspace_id };
    const step = { journeyId: row.journey_id, node: row.node };
    const name = { ...scope, ...step };
    if (!row.open) {
      await this.temporal.client.remove(name);
      await this.repository.remove(scope, step);
      return;
    }
    const { instants, more } = nextInstants({ ...row, after: after(row, now), limit: timesTold });
    if (instants.length === 0) await this.temporal.client.remove(name);
    else await this.temporal.client.set(name, { times: instants, paused: row.paused });
    const half = instants[Math.floor(instants.length / 2)];
    await this.repository.told(scope, {
      ...step,
      told: row.wish,
      tellAt: more && half !== undefined ? new Date(half) : null,
      doneUntil: row.done_until,
      nextAt: nextOf(row),
    });
  }
}

/** What is behind us Temporal need not be told: it is looked after here. */
function after({ done_until }: ScheduleRow, now: number): number {
  return Math.max(done_until.getTime(), now);
}

/** The zone of the workspace may be another one now. */
function nextOf(row: ScheduleRow): Date | null {
  const [next] = nextInstants({ ...row, after: row.done_until.getTime(), limit: 1 }).instants;
  return next === undefined ? null : new Date(next);
}
