import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { LogEntry, WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { NodeSlots } from './node-slots.js';
import { dataConverterOf } from './program-codec.js';
import type { ProgramStore } from './program-codec.js';
import { runTaskQueue } from './protocol.js';
import type { EntryScheduleActivities, NodeActivity, RunActivities } from './protocol.js';

// Always the compiled file: also where this one runs as TypeScript.
const workflowsPath = besides('all.workflow');
const cacheFolder = new URL('../dist/bundle/', import.meta.url);
/** Evaluated once per worker instead of once per run: they keep no state of a run. */
const preloadModules = [besides('shallow-stacks'), '@temporalio/workflow', '@wend/engine/run'];

/**
 * The workflow code as one bundle; made once per state of the sources and kept beside the build. An image has it from
 * its build: where it cannot be kept, `onUnkept` hears why, and the bundle is made anew at each start.
 */
export async function loadWorkflowBundle({
  onUnkept,
}: { onUnkept?: ((error: unknown) => void) | undefined } = {}): Promise<WorkflowBundleWithSourceMap> {
  const cached = new URL(`${await bundleKey()}.js`, cacheFolder);
  try {
    return { code: await readFile(cached, 'utf8') } as WorkflowBundleWithSourceMap;
  } catch {
    const bundle = await bundleWorkflowCode({ workflowsPath, preloadModules, logger: quietLogger });
    await keepBundle({ code: bundle.code, cached }).catch((error: unknown) => onUnkept?.(error));
    return bundle;
  }
}

async function keepBundle({ code, cached }: { code: string; cached: URL }): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  const temporary = new URL(`${process.pid}.tmp`, cacheFolder);
  await writeFile(temporary, code);
  await rename(temporary, cached);
}

function besides(module: string): string {
  return fileURLToPath(new URL(`../dist/${module}.js`, import.meta.url));
}

const quietLogger = Object.fromEntries(
  ['log', 'trace', 'debug', 'info', 'warn', 'error'].map((level) => [level, () => undefined]),
) as never;

/** The bundle must come from the very version of the SDK that runs it. */
async function bundleKey(): Promise<string> {
  const hash = createHash('sha256').update(String(preloadModules.length));
  // All of the engine, with every format, and what it loads of the contract.
  const folders = [
    fileURLToPath(new URL('.', import.meta.resolve('@wend/engine/run'))),
    fileURLToPath(new URL('.', import.meta.resolve('@wend/contract/values'))),
  ];
  const [engine = [], contract = []] = await Promise.all(
    folders.map(async (folder, at) =>
      (await readdir(folder, { recursive: at === 0 }))
        .filter((file) => file.endsWith('.js'))
        .sort()
        .map((file) => join(folder, file)),
    ),
  );
  const workflows = ['enrollment.workflow', 'entry-schedule.workflow', 'driver.workflow', 'protocol'].map(besides);
  for (const file of [workflowsPath, ...workflows, besides('shallow-stacks'), ...engine, ...contract])
    hash.update(await readFile(file));
  hash.update(
    await readFile(fileURLToPath(import.meta.resolve('@temporalio/worker')).replace(/lib\/index\.js$/, 'package.json')),
  );
  return hash.digest('hex').slice(0, 32);
}

export type RunWorkerOptions = {
  address: string;
  namespace: string;
  taskQueue?: string;
  activities: RunActivities & Partial<EntryScheduleActivities>;
  /** Custom nodes by activity type `node.<type>.v<version>`. */
  nodes: Record<string, NodeActivity>;
  /** Where programs are that were left out of what a run starts with. */
  programs: ProgramStore;
  /** Workflows kept in memory: about 40 KB each. */
  maxCachedWorkflows?: number;
  /** Told when the workflow bundle had to be made and cannot be kept. */
  onUnkept?: (error: unknown) => void;
};

export type RunWorker = {
  worker: Worker;
  client: Client;
  run: () => Promise<void>;
  shutdown: () => void;
  close: () => Promise<void>;
};

/**
 * Sends what the Temporal SDK logs (warnings and worse) to the process's own log. Once per process, before the first
 * worker.
 */
export function logTemporalTo(write: (entry: LogEntry) => void): void {
  Runtime.install({
    logger: new DefaultLogger('WARN', write),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } as never } },
  });
}

/** To the same machine compressing costs more than it saves. */
function isLoopback(address: string): boolean {
  return /^(localhost|127\.|\[::1\])/.test(address);
}

/**
 * The SDK has a thread watch the clock during every call into the sandbox, a dozen times per wake-up, to end code that
 * never comes back. Wend's is only its own engine, which counts its instructions; without the watch a wake-up costs the
 * worker an eighth less.
 */
class UnwatchedWorker extends Worker {
  protected static override createWorkflowCreator(
    ...[bundle, options, logger]: Parameters<(typeof Worker)['createWorkflowCreator']>
  ): ReturnType<(typeof Worker)['createWorkflowCreator']> {
    return super.createWorkflowCreator(bundle, { ...options, isolateExecutionTimeoutMs: undefined as never }, logger);
  }
}

/** A Temporal worker for runs, with a client on the same connection (needed for eager starts). */
export async function createRunWorker(options: RunWorkerOptions): Promise<RunWorker> {
  const { address, namespace } = options;
  const connection = await NativeConnection.connect({
    address,
    ...(isLoopback(address) ? { grpcCompression: { codec: 'none' } } : {}),
  });
  const dataConverter = dataConverterOf(options.programs);
  const worker = await UnwatchedWorker.create({
    connection,
    namespace,
    dataConverter,
    taskQueue: options.taskQueue ?? runTaskQueue,
    workflowBundle: await loadWorkflowBundle(options),
    activities: { ...options.activities, ...options.nodes, default: unknownActivity },
    tuner: {
      workflowTaskSlotSupplier: { type: 'fixed-size', numSlots: 80 },
      activityTaskSlotSupplier: new NodeSlots(),
      localActivityTaskSlotSupplier: { type: 'fixed-size', numSlots: 100 },
      nexusTaskSlotSupplier: { type: 'fixed-size', numSlots: 1 },
    },
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 10 },
    nonStickyToStickyPollRatio: 0.5,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 4 },
    maxCachedWorkflows: options.maxCachedWorkflows ?? 1_000,
    // A cancelled activity hears of it with the answer to its next heartbeat; see `heartbeatWhile`.
    maxHeartbeatThrottleInterval: '2s',
    shutdownGraceTime: '5s',
    shutdownForceTime: '15s',
  });
  return {
    worker,
    client: new Client({ connection, namespace, dataConverter }),
    run: () => worker.run(),
    shutdown: () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    },
    close: () => connection.close(),
  };
}

/** Without this an unknown type fails retryably, for ever. */
async function unknownActivity(): Promise<never> {
  const type = Context.current().info.activityType;
  throw ApplicationFailure.nonRetryable(
    `No worker serves the node type of "${type}". Load its package on every worker.`,
    'unknown-node-type',
  );
}

/** Fails an activity for good, with a stable code. */
export function permanentFailure(code: string, message: string): Error {
  return ApplicationFailure.nonRetryable(message, code);
}

/** Fails an attempt of an activity that may work later; `seconds` until the next one when the other side said so. */
export function passingFailure({ code, message, seconds }: { code: string; message: string; seconds?: number }): Error {
  return ApplicationFailure.create({
    message,
    type: code,
    nonRetryable: false,
    ...(seconds === undefined ? {} : { nextRetryDelay: seconds * 1_000 }),
  });
}

/** Milliseconds: an activity that is done by then costs no heartbeat. */
const heartbeatEveryMs = 1_000;

/**
 * Tells the server while `work` goes on that it does. That is how it hears that the run no longer wants it
 * (`activitySignal`), and how the server notices within 30 s that its worker is gone. Code that blocks the process for
 * that long keeps it from being told.
 */
export async function heartbeatWhile<Result>(work: () => Promise<Result>): Promise<Result> {
  const context = Context.current();
  const beating = setInterval(() => context.heartbeat(), heartbeatEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(beating);
  }
}

/** Aborted when the run no longer wants the activity, its time is up, or the worker stops. */
export function activitySignal(): AbortSignal {
  return Context.current().cancellationSignal;
}
