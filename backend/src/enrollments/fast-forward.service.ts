import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { FastForward } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { notFound, OperationalError, UserError } from '../platform/errors/index.js';
import { logger } from '../platform/logging/index.js';
import { FastForwardRepository } from './fast-forward.repository.js';
import type { FastForwardKey, FastForwardTarget, Reached } from './fast-forward.repository.js';
import { isOutage } from './outage.js';
import { RunClock } from './run-clock.js';
import type { SettledRun } from './run-clock.js';
import { Runs } from './runs.js';
import type { RunRow } from './test-run.repository.js';

/** Whoever does not say within this time that it still works on a fast-forward is taken for gone. */
const leaseMs = 15_000;
const keepEveryMs = 3_000;
/** A run that goes round for ever is not followed for ever. */
const maximumWaits = 5_000;
/** Less than this the clocks of this machine and of the Temporal server may differ. Milliseconds. */
const driftMs = 50;

type Job = FastForwardKey & {
  scope: Scope;
  target: FastForwardTarget;
  stop: AbortController;
  waits: number;
  until: number | null;
  finished: Promise<void>;
};
/** Why work on it ends early: somebody cancelled it, this process stops, or it is no longer ours. */
class Stopped extends Error {
  constructor(readonly why: 'cancelled' | 'interrupted' | 'lost') {
    super(why);
  }
}

type StartOptions = {
  scope: Scope;
  enrollmentId: string;
  to: FastForwardTarget;
};

type PassOptions = {
  scope: Scope;
  enrollmentId: string;
  to: FastForwardTarget;
};

type BeginOptions = {
  scope: Scope;
  enrollmentId: string;
  to: FastForwardTarget;
};

/**
 * Lets time pass in test runs and for people of the demo, on the real engine and in the background: from wait to wait,
 * each time until the run's events are routed and its messages are sent. How far it is stands in the database; a
 * process that dies leaves it there as interrupted.
 */
@Injectable()
export class FastForwardService implements BeforeApplicationShutdown {
  private readonly jobs = new Map<string, Job>();

  constructor(
    private readonly repository: FastForwardRepository,
    private readonly clock: RunClock,
    private readonly runs: Runs,
  ) {}

  /** Begins to let time pass and answers at once. 409 while it passes already. */
  async start({ scope, enrollmentId, to }: StartOptions): Promise<FastForward> {
    await this.begin({ scope, enrollmentId, to });
    return this.find(scope, enrollmentId);
  }

  /**
   * Lets time pass and waits until it has; throws what kept it from passing. One that a killed process left is taken
   * over.
   */
  async pass({ scope, enrollmentId, to }: PassOptions): Promise<FastForward> {
    const deadline = Date.now() + leaseMs + keepEveryMs;
    for (;;) {
      try {
        const { finished } = await this.begin({ scope, enrollmentId, to });
        await finished;
        break;
      } catch (error) {
        if (!(error instanceof UserError) || error.code !== 'fast-forward-running' || Date.now() > deadline)
          throw error;
        await delay(500);
      }
    }
    const passed = await this.find(scope, enrollmentId);
    if (passed.state === 'done') return passed;
    throw new OperationalError(
      passed.error?.code ?? `fast-forward-${passed.state}`,
      passed.error?.message ?? `The fast-forward was ${passed.state}.`,
    );
  }

  /** How far the last fast-forward of a run is. */
  async find(scope: Scope, enrollmentId: string): Promise<FastForward> {
    const found = await this.repository.find(scope, enrollmentId);
    if (!found) throw notFound('fast-forward');
    return found;
  }

  /** Stops at once when this process works on it, else within seconds. The run stays where it has got to. */
  async cancel({ scope, enrollmentId }: { scope: Scope; enrollmentId: string }): Promise<FastForward> {
    await this.clock.run(scope, enrollmentId);
    const id = await this.repository.askToCancel(scope, enrollmentId);
    if (id === null)
      throw new UserError('fast-forward-not-running', 'No time is being skipped in this run.', { status: 409 });
    this.jobs.get(id)?.stop.abort(new Stopped('cancelled'));
    return this.find(scope, enrollmentId);
  }

  async beforeApplicationShutdown(): Promise<void> {
    const jobs = [...this.jobs.values()];
    for (const { stop } of jobs) stop.abort(new Stopped('interrupted'));
    await Promise.all(jobs.map(({ finished }) => finished));
  }

  private async begin({ scope, enrollmentId, to }: BeginOptions): Promise<Job> {
    await this.refuseEnded(scope, enrollmentId);
    if (!(await this.runs.canSkip()))
      throw new UserError(
        'time-skipping-off',
        'This installation’s Temporal server can’t skip time, so waits take as long as they say.',
        { status: 409 },
      );
    const job: Job = {
      scope,
      enrollmentId,
      id: randomUUID(),
      target: to,
      stop: new AbortController(),
      waits: 0,
      until: null,
      finished: Promise.resolve(),
    };
    if (!(await this.repository.begin(scope, { ...job, leaseMs }))) {
      // It may have ended since it was looked at.
      await this.refuseEnded(scope, enrollmentId);
      throw new UserError(
        'fast-forward-running',
        'Time is already being skipped in this run. Cancel that or wait until it’s done.',
        { status: 409 },
      );
    }
    this.jobs.set(job.id, job);
    job.finished = this.work(job).finally(() => this.jobs.delete(job.id));
    return job;
  }

  private async refuseEnded(scope: Scope, enrollmentId: string): Promise<void> {
    const run = await this.clock.run(scope, enrollmentId);
    if (run.ended_at) throw new UserError('run-ended', 'This run has already ended.', { status: 409 });
  }

  /** Never rejects: what goes wrong is what the row says. */
  private async work(job: Job): Promise<void> {
    const { scope, stop } = job;
    const keeping = setInterval(
      () =>
        void this.keep(job).catch((error: unknown) =>
          error instanceof Stopped
            ? stop.abort(error)
            : logger.warn({ err: error, enrollmentId: job.enrollmentId }, 'a fast-forward could not be prolonged'),
        ),
      keepEveryMs,
    );
    try {
      const reached = await this.passTime(job);
      await this.repository.finish(scope, { ...job, state: 'done', reached });
    } catch (error) {
      await this.end(job, error).catch((failure: unknown) =>
        logger.error(
          { err: failure, enrollmentId: job.enrollmentId },
          'the end of a fast-forward could not be stored; it will show as interrupted',
        ),
      );
    } finally {
      clearInterval(keeping);
    }
  }

  private async end(job: Job, error: unknown): Promise<void> {
    if (!(error instanceof Stopped))
      await this.repository.finish(job.scope, { ...job, state: 'failed', error: problemOf(error, job) });
    else if (error.why === 'cancelled') await this.repository.finish(job.scope, { ...job, state: 'cancelled' });
    else if (error.why === 'interrupted') await this.repository.release(job.scope, job);
  }

  private async keep(job: Job): Promise<void> {
    const kept = await this.repository.keep(job.scope, { ...job, leaseMs });
    if (!kept) throw new Stopped('lost');
    if (kept.cancelAsked) throw new Stopped('cancelled');
  }

  /**
   * From wait to wait until the target is reached, the run has ended, or it waits for an event without a limit of time.
   */
  private async passTime(job: Job): Promise<Reached> {
    const {
      scope,
      enrollmentId,
      target,
      stop: { signal: stop },
    } = job;
    const found = await this.clock.settle(scope, await this.clock.run(scope, enrollmentId), { stop });
    const base = await this.repository.baseOffset(scope, { ...job, otherwise: found.run_offset_ms - found.skipped });
    const timed = (settled: SettledRun): SettledRun => ({ ...settled, run_offset_ms: base + settled.skipped });
    let run = timed(found);
    await this.storeOffset(scope, { run, stored: found });
    job.until = untilOf(target, { run, now: this.clock.now(run) });
    const next = () => nextOf({ run, now: this.clock.now(run), end: target === 'end' ? null : job.until });
    while (next() === 'wait' && !(target === 'next' && job.waits > 0)) {
      await this.keep(job);
      if (job.waits >= maximumWaits)
        throw new UserError(
          'too-many-waits',
          `The run went through ${maximumWaits.toLocaleString('en')} waits and hasn’t ended. It may loop forever. Skip to a time instead.`,
        );
      run = timed(await this.clock.passWait(scope, run, { stop }));
      job.waits += 1;
    }
    const left = target === 'next' && job.waits > 0 ? 'target' : next();
    if (left === 'instant') run = timed(await this.clock.passUntil(scope, { run, instant: job.until ?? 0, stop }));
    await this.storeOffset(scope, { run, stored: await this.clock.run(scope, enrollmentId) });
    if (run.ended_at) return 'end';
    return left === 'event' ? 'event' : 'target';
  }

  /**
   * What a process noted that died before the time had passed is not true, nor is what was skipped a little too far.
   */
  private async storeOffset(scope: Scope, { run, stored }: { run: RunRow; stored: RunRow }): Promise<void> {
    if (!run.ended_at && Math.abs(run.run_offset_ms - stored.run_offset_ms) > driftMs)
      await this.clock.setOffset(scope, { run, ms: run.run_offset_ms });
  }
}

/** What is to be passed next: the present wait, or the time up to the end of it all; else why there is nothing. */
function nextOf({ run, now, end }: { run: RunRow; now: number; end: number | null }): 'wait' | 'instant' | Reached {
  if (run.ended_at) return 'end';
  const timer = run.timer?.getTime() ?? null;
  if (timer !== null && (end === null || timer <= end)) return 'wait';
  if (end === null) return 'event';
  return end > now ? 'instant' : 'target';
}

function untilOf(target: FastForwardTarget, { run, now }: { run: RunRow; now: number }): number | null {
  if (target === 'end') return null;
  if (target === 'next') return run.timer?.getTime() ?? null;
  return 'until' in target ? target.until : now + target.seconds * 1_000;
}

function problemOf(error: unknown, { enrollmentId }: Job): { code: string; message: string } {
  if (error instanceof UserError || error instanceof OperationalError)
    return { code: error.code, message: error.message };
  if (isOutage(error))
    return {
      code: 'unavailable',
      message: 'The database or the Temporal server didn’t respond. Skip again in a moment.',
    };
  const errorId = randomUUID();
  logger.error({ errorId, err: error, enrollmentId }, 'a fast-forward failed');
  return {
    code: 'internal',
    message: `Something went wrong on our side. Include the error ID ${errorId} if you report it.`,
  };
}
