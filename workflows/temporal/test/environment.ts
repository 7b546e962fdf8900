import { randomUUID } from 'node:crypto';
import type { Program } from '@wend/contract';
import { enrollmentWorkflowId, prepareNamespace, RunsClient } from '../src/index.js';
import type { EnrollmentStart, ProgramStore } from '../src/index.js';
import type { NodeActivity } from '../src/protocol.js';
import { createRunWorker, logTemporalTo } from '../src/worker.js';
import type { RunWorker } from '../src/worker.js';
import { eventOf, MemoryCarrier } from './memory-carrier.js';

const address = process.env['TEMPORAL_ADDRESS'] ?? '';
const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'wend-test';

// Failing activities are part of these tests: their warnings would only hide what matters.
logTemporalTo((entry) => {
  if (entry.level === 'ERROR') console.error(entry.message, entry.meta);
});

export type Environment = {
  carrier: MemoryCarrier;
  runs: RunsClient;
  worker: RunWorker;
  taskQueue: string;
  stop: () => Promise<void>;
};

/** None is stored: each goes whole. */
export const noPrograms: ProgramStore = { hashOf: () => '', find: async () => null };

/** A worker on the real server with the commit protocol in memory. */
export async function startEnvironment(
  nodes: Record<string, NodeActivity> = {},
  programs = noPrograms,
  taskQueue = `test-${randomUUID()}`,
): Promise<Environment> {
  if (address === '')
    throw new Error('TEMPORAL_ADDRESS is not set: run the tests with `npm test`, which starts Temporal.');
  await prepareNamespace({ address, namespace });
  const carrier = new MemoryCarrier();
  const worker = await createRunWorker({ address, namespace, taskQueue, activities: carrier, nodes, programs });
  const running = worker.run();
  const stop = async () => {
    worker.shutdown();
    await running;
    await worker.close();
  };
  return { carrier, runs: new RunsClient(worker.client, { taskQueue, eager: true }), worker, taskQueue, stop };
}

export function startOf(program: Program, offset = 0): EnrollmentStart {
  const enrollmentId = randomUUID();
  return {
    identity: {
      workspaceId: randomUUID(),
      enrollmentId,
      journeyId: randomUUID(),
      versionId: randomUUID(),
      profileId: randomUUID(),
      origin: 'live',
    },
    program,
    offset,
    first: {
      type: 'enrolled',
      at: Date.now() + offset,
      seed: enrollmentId,
      entry: eventOf('entry-event', 'Signed Up'),
    },
  };
}

export async function until<Value>(probe: () => Value | Promise<Value>, what: string): Promise<NonNullable<Value>> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const value = await probe();
    if (value) return value as NonNullable<Value>;
    if (Date.now() > deadline) throw new Error(`Waited 20 s in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function historyOf(environment: Environment, start: EnrollmentStart) {
  return environment.worker.client.workflow.getHandle(enrollmentWorkflowId(start.identity.enrollmentId)).fetchHistory();
}

export async function resultOf(
  environment: Environment,
  start: EnrollmentStart,
): Promise<{ outcome: string; reason: string }> {
  return environment.worker.client.workflow
    .getHandle(enrollmentWorkflowId(start.identity.enrollmentId))
    .result() as Promise<{ outcome: string; reason: string }>;
}
