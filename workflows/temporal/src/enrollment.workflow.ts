import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  continueAsNew,
  defineSignal,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { knowsFormat } from '@wend/engine/run';
import { Driver, EngineFault } from './driver.workflow.js';
import type { Surroundings } from './driver.workflow.js';
import type { EnrollmentStart, NodeActivity, RunActivities, RunSignal } from './protocol.js';

/*
 * One workflow per enrollment: gives the driver what Temporal has, and nothing else. See driver.workflow.ts.
 */

const { read, commit, fail } = proxyLocalActivities<RunActivities>({
  startToCloseTimeout: '30s',
  // An outage of the database becomes timers, not failures.
  localRetryThreshold: '5s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

const runSignal = defineSignal<[RunSignal]>('run');

/**
 * What the engine cannot run fails the run visibly: as a failed workflow task it would be tried for ever in silence.
 */
export async function enrollment(start: EnrollmentStart): Promise<{ outcome: string; reason: string }> {
  const { program } = start;
  if (!knowsFormat(program.format))
    return failRun(start, {
      code: 'unknown-program-format',
      reason: `This version of Wend does not know programs of format ${program.format}.`,
    });
  const driver = new Driver(start, surroundingsOf(start));
  setHandler(runSignal, (signal) => driver.receive(signal));
  try {
    return await driver.drive();
  } catch (error) {
    if (!(error instanceof EngineFault)) throw error;
    driver.disarm();
    return failRun(start, {
      code: 'broken-program',
      reason: `The program of this run does not work: ${error.message}`,
    });
  }
}

async function failRun(start: EnrollmentStart, { code, reason }: { code: string; reason: string }): Promise<never> {
  await fail([{ identity: start.identity, at: Date.now() + start.offset, reason }]);
  throw ApplicationFailure.nonRetryable(reason, code);
}

function surroundingsOf(start: EnrollmentStart): Surroundings {
  const now = (): number => Date.now() + start.offset;
  return {
    workflowId: workflowInfo().workflowId,
    now,
    read: async (request) => (await read([request]))[0] ?? {},
    commit: async (request) => (await commit([request]))[0] ?? { outcome: 'gone' },
    startTimer: ({ name, until, fire }) => {
      const scope = new CancellationScope();
      scope
        .run(() => sleep(Math.max(1, until - now()), { summary: name }))
        .then(fire)
        .catch(ignoreCancellation);
      return () => scope.cancel();
    },
    startCall: ({ command, identity, name, at, run, settle }) => {
      const scope = new CancellationScope();
      const { wait, node, visit, activity, resume } = command;
      const activities = proxyActivities<Record<string, NodeActivity>>({
        activityId: wait,
        summary: name,
        startToCloseTimeout: command.timeoutSeconds * 1_000,
        // Cancelling reaches an activity with its heartbeats, and so does the end of its worker us.
        heartbeatTimeout: '30s',
        cancellationType: 'TRY_CANCEL',
        retry: {
          maximumAttempts: command.attempts,
          initialInterval: '1s',
          backoffCoefficient: 2,
          maximumInterval: '10m',
        },
      });
      scope
        .run(() => activities[activity]!({ identity, node, visit, at, run, ...(resume ? { resume } : {}) }))
        .then((outcome) => settle({ type: 'callDone', outcome }))
        .catch((error: unknown) => {
          if (!isCancellation(error)) settle({ type: 'callFailed', ...problemOf(error) });
        });
      return () => scope.cancel();
    },
    shouldGoOnAnew: () => workflowInfo().continueAsNewSuggested,
    goOnAnew: (after) => continueAsNew<typeof enrollment>(after),
  };
}

function ignoreCancellation(error: unknown): void {
  if (!isCancellation(error)) throw error;
}

function problemOf(error: unknown): { code: string; message: string } {
  const cause = error instanceof ActivityFailure && error.cause ? error.cause : error;
  const code = cause instanceof ApplicationFailure ? (cause.type ?? 'error') : 'error';
  return { code, message: cause instanceof Error ? cause.message : String(cause) };
}
