/**
 * Runs the baselines, with the settings that the product's worker has. Starts them from the same process, as the
 * product does.
 */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { journeyIdKey, workspaceIdKey } from '@wend/temporal';
import { Pool } from 'undici';
import { serveCommands } from './control.mjs';

const taskQueue = 'bench-baseline';
const namespace = process.env.TEMPORAL_NAMESPACE;
const sink = new Pool(process.env.BENCH_SINK, { connections: 32 });

Runtime.install({ logger: new DefaultLogger('WARN') });
const connection = await NativeConnection.connect({
  address: process.env.TEMPORAL_ADDRESS,
  grpcCompression: { codec: 'none' },
});
const client = new Client({ connection, namespace });
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue,
  workflowsPath: fileURLToPath(new URL('baseline.workflows.js', import.meta.url)),
  activities: {
    send: async ({ person, message }) => {
      const { body } = await sink.request({
        method: 'POST',
        path: '/message',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ person, message }),
      });
      await body.dump();
    },
    nothing: async () => undefined,
  },
  maxConcurrentWorkflowTaskExecutions: 80,
  maxConcurrentActivityTaskExecutions: 50,
  maxConcurrentLocalActivityExecutions: 100,
  workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 8 },
  activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 4 },
  maxCachedWorkflows: 1_000,
});
const running = worker.run();

const startOne = ({ workflow, eager, messages, waitMs, batch, index }) =>
  client.workflow.start(workflow, {
    workflowId: `bench/${batch}/${index}`,
    taskQueue,
    args: [{ person: `${batch}-${index}`, messages, waitMs }],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    requestEagerStart: eager,
    typedSearchAttributes: [
      { key: journeyIdKey, value: batch },
      { key: workspaceIdKey, value: batch },
    ],
  });

const commands = {
  /** Starts them, 100 at a time; answers when all are accepted. */
  start: async ({ count, ...request }) => {
    const batch = randomUUID();
    let next = 0;
    const lane = async () => {
      while (next < count) await startOne({ ...request, batch, index: next++ });
    };
    await Promise.all(Array.from({ length: 100 }, lane));
    return { batch };
  },
};
const close = await serveCommands({ port: Number(process.env.BENCH_CONTROL_PORT), commands });

const stop = async () => {
  await close();
  worker.shutdown();
  await running;
  process.exit(0);
};
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop());
await running;
