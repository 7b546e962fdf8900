import type { Logger } from 'pino';

type LoopOptions = {
  name: string;
  idleMs: number;
  /** Asked when there is nothing to do: in how many ms there will be. It rests no longer than that. */
  nextIn?: () => Promise<number | null>;
  /** For what may take its time: it rests so long also while there is more to do. */
  betweenMs?: number;
  work: () => Promise<boolean>;
  logger: Pick<Logger, 'error'>;
};

/** What is due and in other hands is not asked for without a pause, */
const leastRestMs = 25;
/** and what has been so for this long, only now and then. */
const overdueMs = 100;
const overdueRestMs = 1_000;

/**
 * Calls `work` again and again while it says that there was something to do; then waits for a notification or `idleMs`.
 * Errors are logged and tried again after a pause that grows. `stop` lets the current call end.
 */
export class Loop {
  private stopping = false;
  private wake: (() => void) | null = null;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: LoopOptions) {}

  start(): void {
    this.running = this.run();
  }

  private nudged = false;
  private began = 0;

  /** It waits, and nobody has told it yet that there may be work. */
  get idle(): boolean {
    return this.wake !== null && !this.nudged;
  }

  /** It works, or is about to; for less than `ms` so far. */
  busyFor(ms: number): boolean {
    return this.wake === null ? performance.now() - this.began < ms : this.nudged;
  }

  /** There may be work: do not wait for the next poll. */
  nudge(): void {
    this.wake?.();
    this.nudged = true;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.wake?.();
    await this.running;
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      this.nudged = false;
      this.began = performance.now();
      try {
        const busy = await this.options.work();
        failures = 0;
        if (busy || this.nudged) {
          if (this.options.betweenMs !== undefined) await this.pause(this.options.betweenMs);
          continue;
        }
        const ms = await this.restMs();
        // It may have been told while it asked for how long to rest.
        if (!this.nudged) await this.pause(ms);
      } catch (error) {
        failures += 1;
        this.options.logger.error({ err: error, loop: this.options.name }, `${this.options.name} failed; trying again`);
        await this.pause(Math.min(10_000, 250 * 2 ** failures));
      }
    }
  }

  private async restMs(): Promise<number> {
    const { idleMs, nextIn } = this.options;
    const next = (await nextIn?.()) ?? idleMs;
    return Math.min(idleMs, Math.max(next < -overdueMs ? overdueRestMs : leastRestMs, next));
  }

  private async pause(ms: number): Promise<void> {
    if (this.stopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = null;
  }
}

/** Beyond this a loop waits for something, and what comes meanwhile must not wait with it. Milliseconds. */
const patience = 100;

/**
 * Loops that share work: no more of them run than the work needs, so that they take much at once instead of little
 * often.
 */
export class LoopGroup {
  constructor(private readonly loops: Loop[]) {}

  /**
   * There may be work. Who works already looks again when it is done; another one starts only when that may take long.
   */
  nudge(): void {
    const soon = this.loops.some((loop) => loop.busyFor(patience));
    for (const loop of this.loops) if (!loop.idle) loop.nudge();
    if (!soon) this.nudgeIdle();
  }

  /** There is more work than one loop takes at once. */
  nudgeIdle(): void {
    this.loops.find((loop) => loop.idle)?.nudge();
  }
}
