import { Injectable } from '@nestjs/common';
import type { EntryScheduleName } from '@wend/temporal';
import { Database } from '../platform/database/index.js';
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

/**
 * Makes Temporal's Schedules say what open journeys want, whatever was cut off when, and looks after times that Temporal
 * did not call for: it was away, the journey is paused, or a call was lost.
 */
@Injectable()
export class ScheduleReconciler {
  constructor(
    private readonly database: Database,
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
    while (await this.tellOne(now));
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

  /**
   * One schedule. It is locked meanwhile, so that nobody tells Temporal something older at the same time; what is cut off
   * is done again, which changes nothing.
   */
  private async tellOne(now: number): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      const row = await this.repository.lockUntold(sql, new Date(now));
      if (!row) return false;
      const scope = { workspaceId: row.workspace_id };
      const step = { journeyId: row.journey_id, node: row.node };
      const name = { ...scope, ...step };
      if (!row.open) {
        await this.temporal.client.remove(name);
        await this.repository.remove(scope, { sql, ...step });
        return true;
      }
      const { instants, more } = nextInstants({ ...row, after: after(row, now), limit: timesTold });
      if (instants.length === 0) await this.temporal.client.remove(name);
      else await this.temporal.client.set(name, { times: instants, paused: row.paused });
      const half = instants[Math.floor(instants.length / 2)];
      await this.repository.told(scope, {
        sql,
        ...step,
        told: row.wish,
        tellAt: more && half !== undefined ? new Date(half) : null,
        nextAt: nextOf(row),
      });
      return true;
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
