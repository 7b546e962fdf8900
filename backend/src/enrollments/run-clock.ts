import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { VirtualTime } from '@wend/temporal';
import type { Scope } from '../platform/database/index.js';
import { notFound, OperationalError, UserError } from '../platform/errors/index.js';
import { Runs } from './runs.js';
import { TestRunRepository } from './test-run.repository.js';
import type { RunRow } from './test-run.repository.js';

const settleLimitMs = 30_000;
/**
 * Skipping ends a little before the timer, is ended at once, and the rest passes by itself. By itself the server ends a
 * skip late: were the timer due by then, the skip would still be on when the run stands still again, and go on through
 * the next wait as well. Milliseconds.
 */
const earlyMs = 250;
/** By so much the clocks of this process and of the server may differ. */
const driftMs = 20;
/** What is waited for takes some 20 ms as a rule; what takes longer is asked for less often. Milliseconds. */
const pollMs = { first: 15, last: 100 };
const grpcNotFound = 5;

/** No wake-up takes less: asking before then is in vain. Milliseconds. */
const wakeUpMs = 20;

type Probing = { stop?: AbortSignal | undefined };
/** A run that stands still, and how much of its time the server has skipped so far, in ms. */
export type SettledRun = RunRow & { skipped: number };

/** The time of runs that may skip some: whether they stand still, and letting it pass. */
@Injectable()
export class RunClock {
  constructor(
    private readonly repository: TestRunRepository,
    private readonly runs: Runs,
  ) {}

  /** A run whose time may be skipped; throws for runs of real people. */
  async run(scope: Scope, enrollmentId: string): Promise<RunRow> {
    const run = await this.present(scope, { id: enrollmentId });
    if (run.origin === 'live')
      throw new UserError('not-a-test-run', 'Time can only be skipped in a test run.', { status: 409 });
    return run;
  }

  /** The time of the run now, in ms since 1970. */
  now(run: RunRow): number {
    return Date.now() + run.run_offset_ms;
  }

  /**
   * Waits until the run stands still: its events routed, its messages sent, its calls answered. `stop` aborts with its
   * reason.
   */
  async settle(scope: Scope, run: RunRow, { stop }: Probing = {}): Promise<SettledRun> {
    const settled = await until(
      async (): Promise<SettledRun | null> => {
        if (await this.repository.isPending(scope, { enrollmentId: run.id, profileId: run.profile_id })) return null;
        // A signal that the router sent may not be folded yet: only a workflow without a task stands still.
        const asked = Date.now();
        const time = await this.virtualTime(run);
        // Rather too much than too little, however long the answer took: then the next skip ends early enough.
        const skipped = time === null ? 0 : time.at - asked;
        const at = await this.present(scope, run);
        if (at.ended_at) return { ...at, skipped };
        // What is left to be skipped, as by a process that was stopped meanwhile, passes before anything else is asked.
        if (at.status === 'starting' || time?.busy || (time?.running && time.fastForwarding)) return null;
        // Its end is committed before its workflow ends.
        if (!time?.running)
          throw new UserError(
            'run-lost',
            'The Temporal server can’t continue this run: its execution was ended there or is gone. Start another test run.',
          );
        return { ...at, skipped };
      },
      { stop },
    );
    if (settled) return settled;
    throw new OperationalError('run-not-settled', 'The run is still busy after 30 seconds. Is a worker running?');
  }

  /** Lets time pass until a settled run's present wait is over; returns it settled in what comes after. */
  async passWait(scope: Scope, run: SettledRun, { stop }: Probing = {}): Promise<SettledRun> {
    const due = run.timer?.getTime() ?? this.now(run);
    const ms = due - this.now(run) - earlyMs;
    if (ms > 0) {
      const from = Date.now() + run.skipped;
      await this.skip(scope, { run, ms });
      await until(
        async () => {
          const time = await this.virtualTime(run);
          return time?.running && time.at < from + ms - driftMs ? null : true;
        },
        { stop },
      );
      await this.runs.client.endSkip(run.workflow_id);
      await delay(wakeUpMs);
    }
    const moved = await until(
      async () => {
        const at = await this.present(scope, run);
        // A loop comes back to the same step with another wait.
        return at.ended_at || at.wait !== run.wait ? at : null;
      },
      { stop },
    );
    return this.settle(scope, moved ?? stuck(), { stop });
  }

  /** Lets time pass up to an instant (run time) that comes before the present wait is over. */
  async passUntil(
    scope: Scope,
    { run, instant, stop }: { run: RunRow; instant: number } & Probing,
  ): Promise<SettledRun> {
    await this.skip(scope, { run, ms: Math.max(1, instant - this.now(run)) });
    const passed = await until(
      async () => {
        const time = await this.virtualTime(run);
        return time?.fastForwarding && time.running ? null : true;
      },
      { stop },
    );
    return this.settle(scope, passed ? run : stuck(), { stop });
  }

  async setOffset(scope: Scope, { run, ms }: { run: RunRow; ms: number }): Promise<void> {
    await this.repository.setOffset(scope, { enrollmentId: run.id, ms });
  }

  /** The offset first: what the run does on the way is stored and sent by the run's new time. */
  private async skip(scope: Scope, { run, ms }: { run: RunRow; ms: number }): Promise<void> {
    await this.repository.setOffset(scope, { enrollmentId: run.id, ms: run.run_offset_ms + ms });
    await this.runs.client.skip({ workflowId: run.workflow_id, ms });
  }

  private async present(scope: Scope, { id }: Pick<RunRow, 'id'>): Promise<RunRow> {
    const run = await this.repository.run(scope, id);
    if (!run) throw notFound('run');
    return run;
  }

  /** Null while the server does not know the run: it is not started yet, or gone. */
  private async virtualTime(run: RunRow): Promise<VirtualTime | null> {
    try {
      return await this.runs.client.virtualTime(run.workflow_id);
    } catch (error) {
      if ((error as { code?: number }).code !== grpcNotFound) throw error;
      return null;
    }
  }
}

function stuck(): never {
  throw new OperationalError(
    'time-not-skipped',
    'The run did not get there within 30 seconds. Is a worker running, and does the Temporal server allow time skipping?',
  );
}

/**
 * Asks until there is an answer; null when there was none in time. Throws the reason of `stop` once that is aborted.
 */
export async function until<Value>(
  probe: () => Promise<Value | null>,
  { stop, limitMs = settleLimitMs }: Probing & { limitMs?: number } = {},
): Promise<Value | null> {
  const began = Date.now();
  for (;;) {
    stop?.throwIfAborted();
    const value = await probe();
    const passed = Date.now() - began;
    if (value !== null || passed > limitMs) return value;
    await delay(Math.min(pollMs.last, pollMs.first + passed / 20));
  }
}
