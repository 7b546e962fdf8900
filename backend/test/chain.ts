import { randomUUID } from 'node:crypto';
import { Analytics } from '@segment/analytics-node';
import type { FastForward, FastForwardTarget, Graph, JsonObject } from '@wend/contract';
import { connectClient, prepareNamespace, RunsClient } from '@wend/temporal';
import { logTemporalTo } from '@wend/temporal/worker';
import { Runs, StoredPrograms } from '../src/enrollments/index.js';
import type { DeliveryOptions } from '../src/messages/index.js';
import { workerConfig } from '../src/platform/config/index.js';
import { startWorker } from '../src/worker.js';
import type { RunningWorker } from '../src/worker.js';
import { publishDraft, startTestApi } from './api.js';
import type { Client, TestApi, TestWorkspace } from './api.js';

logTemporalTo(() => undefined);

/** The whole product for a spec: api and worker on a database of their own, runs on a task queue of their own. */
export type Chain = {
  api: TestApi;
  workspace: TestWorkspace;
  owner: Client;
  worker: RunningWorker;
  analytics: Analytics;
  restartWorker: () => Promise<void>;
  stopWorker: () => Promise<void>;
  close: () => Promise<void>;
};

export async function startChain(
  environment: Record<string, string> = {},
  { delivery }: { delivery?: Partial<DeliveryOptions> } = {},
): Promise<Chain> {
  const address = process.env['TEMPORAL_ADDRESS'];
  const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'wend-test';
  if (!address) throw new Error('TEMPORAL_ADDRESS is not set: run the tests with `npm test`, which starts Temporal.');
  await prepareNamespace({ address, namespace });
  const api = await startTestApi({
    environment: { WEND_NODE_PACKAGES: '@wend-examples/loyalty-points', ...environment },
  });
  const taskQueue = `test-${randomUUID()}`;
  const programs = api.app.get(StoredPrograms, { strict: false });
  const client = await connectClient({ address, namespace, programs });
  // The test's own queue: the api's client would start runs where no worker of this spec listens.
  await until(() => connected(api), 'the api to reach Temporal');
  api.app.get(Runs, { strict: false }).use(new RunsClient(client, { taskQueue }));
  const config = workerConfig({
    DATABASE_URL: api.databaseUrl,
    WEND_SECRET_KEY: '5'.repeat(64),
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    WEND_WORKER_HEALTH_PORT: '0',
    WEND_NODE_PACKAGES: '@wend-examples/loyalty-points',
    WEND_PUBLIC_URL: api.url,
    ...environment,
  });
  // People of a test click what was sent a moment ago.
  const start = () => startWorker(config, { taskQueue, hits: { afterSendMs: 0 }, ...(delivery && { delivery }) });
  const workspace = await api.workspace();
  const { key } = await workspace.key('ingest');
  const analytics = new Analytics({ writeKey: key, host: api.url, flushAt: 1, flushInterval: 10 });
  const chain: Chain = {
    api,
    workspace,
    owner: workspace.owner,
    worker: await start(),
    analytics,
    stopWorker: () => chain.worker.stop(),
    restartWorker: async () => {
      chain.worker = await start();
    },
    close: async () => {
      await analytics.closeAndFlush();
      await chain.worker.stop();
      await api.close();
      await client.connection.close();
    },
  };
  return chain;
}

function connected(api: TestApi): boolean {
  try {
    return api.app.get(Runs, { strict: false }).client !== null;
  } catch {
    return false;
  }
}

/** What a person's browser calls itself; programs that follow links count as machines. */
export const browserAgent =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';

/** Creates and publishes a journey; returns its id. */
export async function publish(chain: Chain, { name, graph }: { name: string; graph: Graph }): Promise<string> {
  const created = await chain.owner.send('POST', '/api/journeys', { name, graph });
  if (created.status !== 201) throw new Error(`The journey was not created: ${JSON.stringify(created.body)}`);
  const published = await publishDraft(chain.owner, created.body.id);
  if (published.status !== 201) throw new Error(`The journey was not published: ${JSON.stringify(published.body)}`);
  return created.body.id as string;
}

/** Sends with the stock SDK and waits until it is accepted. */
export async function track(
  chain: Chain,
  {
    userId,
    event,
    properties = {},
    messageId,
  }: { userId: string; event: string; properties?: JsonObject; messageId?: string },
): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    chain.analytics.track({ userId, event, properties, ...(messageId ? { messageId } : {}) }, (error) =>
      error ? reject(error as Error) : resolve(),
    ),
  );
}
export async function identify(
  chain: Chain,
  { userId, traits }: { userId: string; traits: JsonObject },
): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    chain.analytics.identify({ userId, traits }, (error) => (error ? reject(error as Error) : resolve())),
  );
}

export async function runsOf(chain: Chain, journeyId: string): Promise<any[]> {
  return (await chain.owner.get(`/api/journeys/${journeyId}/enrollments`)).body.items;
}
export async function runOf(chain: Chain, id: string): Promise<any> {
  return (await chain.owner.get(`/api/enrollments/${id}`)).body;
}
/**
 * Lets time pass in a test run and waits until it has: to the end of it, of its wait, or for so many seconds. A run
 * that has ended stays as it is.
 */
export async function fastForward(
  chain: Chain,
  id: string,
  to: FastForwardTarget,
  limitMs = 60_000,
): Promise<FastForward | null> {
  const path = `/api/enrollments/${id}/fast-forward`;
  const started = await chain.owner.send('POST', path, { to });
  if (started.status === 409 && started.body.code === 'run-ended') return null;
  if (started.status !== 202) throw new Error(`Time does not pass: ${JSON.stringify(started.body)}`);
  const passed = await until(
    async () => {
      const { body } = await chain.owner.get(path);
      return body.state !== 'running' && (body as FastForward);
    },
    'time to pass',
    limitMs,
  );
  if (passed.state !== 'done') throw new Error(`Time did not pass: ${JSON.stringify(passed)}`);
  return passed;
}
export const pathOf = (run: any): string[] =>
  run.visits.flatMap((visit: any) => (visit.port ? [`${visit.node}:${visit.port}`] : []));

export async function until<Value>(
  probe: () => Value | Promise<Value>,
  what: string,
  limitMs = 20_000,
): Promise<NonNullable<Value>> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const value = await probe();
    if (value) return value as NonNullable<Value>;
    if (Date.now() > deadline) throw new Error(`Waited ${limitMs / 1_000} s in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
