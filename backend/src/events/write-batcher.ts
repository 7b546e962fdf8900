import { OperationalError } from '../platform/errors/index.js';
import type { Scope } from '../platform/database/index.js';
import type { NewEvent } from './event.js';

type Job<Result> = { events: NewEvent[]; resolve: (result: Result) => void; reject: (error: unknown) => void };
type Lane<Result> = {
  pending: Job<Result>[];
  pendingEvents: number;
  running: number;
  patience?: NodeJS.Timeout | undefined;
};

const maximumEvents = 2_500;
const maximumPending = 20_000;
/** Transactions at once per workspace: while they run, what arrives gathers for the next. */
const concurrency = 2;
/** So many events are worth a transaction beside one that runs; fewer wait for its end, or this long at most. */
const worthwhileEvents = 300;
const patienceMs = 10;
const deadlineMs = 15_000;

/**
 * Groups what concurrent requests of a workspace bring into one transaction each: a commit costs a disk flush, whatever
 * is in it. An idle workspace waits for nothing: the first request goes at once, the next ones share the following
 * transaction. When a shared transaction fails, each request gets one of its own, so that nobody pays for another's
 * fault; after an outage (`isOutage`) none does. A statement that takes too long is no outage here: what one request
 * brings may be the cause.
 */
export class WriteBatcher<Result> {
  private readonly lanes = new Map<string, Lane<Result>>();

  constructor(
    private readonly options: {
      write: (scope: Scope, events: NewEvent[]) => Promise<Result>;
      isOutage: (error: unknown) => boolean;
    },
  ) {}

  /**
   * Resolves once the events are committed. Rejects with an `OperationalError` when that takes too long or too much
   * waits.
   */
  submit(scope: Scope, events: NewEvent[]): Promise<Result> {
    const lane = this.lanes.get(scope.workspaceId) ?? { pending: [], pendingEvents: 0, running: 0 };
    this.lanes.set(scope.workspaceId, lane);
    if (lane.pendingEvents + events.length > maximumPending)
      return Promise.reject(
        new OperationalError(
          'overloaded',
          'More events arrive than can be stored just now. Send them again in a moment.',
        ),
      );
    const written = new Promise<Result>((resolve, reject) => {
      lane.pending.push({ events, resolve, reject });
      lane.pendingEvents += events.length;
      setImmediate(() => this.pump(scope, lane));
    });
    return withDeadline(written);
  }

  private pump(scope: Scope, lane: Lane<Result>, { patient }: { patient: boolean } = { patient: true }): void {
    while (lane.running < concurrency && lane.pending.length > 0) {
      if (patient && lane.running > 0 && lane.pendingEvents < worthwhileEvents) {
        lane.patience ??= setTimeout(() => {
          lane.patience = undefined;
          this.pump(scope, lane, { patient: false });
        }, patienceMs);
        return;
      }
      const jobs = takeJobs(lane);
      lane.running += 1;
      // A write that hangs gives its place free, so that the workspace goes on once the database answers again.
      void withDeadline(this.run(scope, jobs))
        .catch(() => undefined)
        .finally(() => {
          lane.running -= 1;
          if (lane.pending.length > 0) this.pump(scope, lane);
          else if (lane.running === 0) this.lanes.delete(scope.workspaceId);
        });
    }
  }

  private async run(scope: Scope, jobs: Job<Result>[]): Promise<void> {
    try {
      const result = await this.options.write(
        scope,
        jobs.flatMap(({ events }) => events),
      );
      for (const job of jobs) job.resolve(result);
    } catch (error) {
      if (jobs.length === 1 || this.options.isOutage(error)) {
        for (const job of jobs) job.reject(error);
        return;
      }
      for (const job of jobs) await this.options.write(scope, job.events).then(job.resolve, job.reject);
    }
  }
}

function takeJobs<Result>(lane: Lane<Result>): Job<Result>[] {
  const jobs: Job<Result>[] = [];
  let events = 0;
  for (
    let job = lane.pending[0];
    job && (jobs.length === 0 || events + job.events.length <= maximumEvents);
    job = lane.pending[0]
  ) {
    lane.pending.shift();
    jobs.push(job);
    events += job.events.length;
  }
  lane.pendingEvents -= events;
  return jobs;
}

/** Gives up on work after 15 s with an `OperationalError`; the work itself may still finish. */
export function withDeadline<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new OperationalError(
            'database-unavailable',
            'The events could not be stored in time. Send them again; what was stored is not stored twice.',
          ),
        ),
      deadlineMs,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
