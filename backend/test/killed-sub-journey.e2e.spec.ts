import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Graph } from '@wend/contract';
import { connectClient, prepareNamespace, RunsClient } from '@wend/temporal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Runs } from '../src/enrollments/index.js';
import { publishDraft, startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { pathOf, until } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import { calls, exit, journeyEntry, says } from './sub-journey-steps.js';

/** A worker that is killed while a run waits inside a sub-journey, whose journey is not what it was any more. */

const address = process.env['TEMPORAL_ADDRESS'];
const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'wend-test';
const taskQueue = `test-${randomUUID()}`;

let api: TestApi;
let workspace: TestWorkspace;
let temporal: Awaited<ReturnType<typeof connectClient>>;
let worker: ChildProcess;
beforeAll(async () => {
  if (!address) throw new Error('TEMPORAL_ADDRESS is not set: run the tests with `npm test`, which starts Temporal.');
  await prepareNamespace({ address, namespace });
  api = await startTestApi();
  temporal = await connectClient({ address, namespace });
  await until(() => isConnected(), 'the api to reach Temporal');
  api.app.get(Runs, { strict: false }).use(new RunsClient(temporal, { taskQueue }));
  workspace = await api.workspace();
});
afterAll(async () => {
  worker?.kill('SIGKILL');
  await api?.close();
  await temporal?.connection.close();
});

function isConnected(): boolean {
  try {
    return api.app.get(Runs, { strict: false }).client !== null;
  } catch {
    return false;
  }
}

async function start(): Promise<void> {
  const started = spawn(process.execPath, [fileURLToPath(new URL('worker-process.mjs', import.meta.url))], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: api.databaseUrl,
      WEND_SECRET_KEY: '5'.repeat(64),
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      WEND_WORKER_HEALTH_PORT: '0',
      WEND_TEST_TASK_QUEUE: taskQueue,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  worker = started;
  await new Promise<void>((resolve, reject) => {
    started.stdout!.on('data', (chunk: Buffer) => chunk.toString().includes('ready') && resolve());
    started.on('exit', (code) => reject(new Error(`The worker ended with ${code}.`)));
  });
}

it('goes on by the steps that it was published with, and out by the right way', { timeout: 150_000 }, async () => {
  await start();
  const { owner } = workspace;
  const made = async (name: string, graph: Graph): Promise<string> => {
    const { body } = await owner.send('POST', '/api/journeys', { name, graph });
    const published = await publishDraft(owner, body.id);
    expect(published.status, JSON.stringify(published.body)).toBe(201);
    return body.id;
  };
  const sameOrder = {
    op: 'compare',
    left: { source: 'property', path: 'order' },
    is: 'equals',
    value: { entry: 'order' },
  } as never;
  const child = (result: string) =>
    graphOf([
      journeyEntry('w'),
      {
        id: 'w',
        type: 'wend/wait-for-events',
        config: {
          events: [{ id: 'paid', label: 'Paid', trigger: { kind: 'event', event: 'Paid', where: sameOrder } }],
          timeout: { amount: 30, unit: 'days' },
        },
        to: { paid: 'paid', timeout: 'late' },
      },
      says('paid', '{{ entry.order }}', { to: { next: 'ok' } }),
      exit('ok', result),
      exit('late', 'late'),
    ]);
  const called = await made('Payment', child('paid'));
  const parent = await made(
    'Order',
    graphOf([
      entry('Ordered', 'a'),
      calls('a', {
        journey: called,
        inputs: { order: 'no-{{ entry.order }}' },
        results: ['paid'],
        to: { paid: 'thanks', done: 'lost' },
      }),
      exit('thanks'),
      exit('lost'),
    ]),
  );
  const { key } = await workspace.key('ingest');
  const track = async (event: string, properties: object) => {
    const batch = [{ type: 'track', userId: 'ann', event, properties }];
    expect((await api.stranger.send('POST', '/v1/batch', { writeKey: key, batch })).status).toBe(200);
  };
  await track('Ordered', { order: 7 });
  const run = async () => {
    const { items } = (await owner.get(`/api/journeys/${parent}/enrollments`)).body;
    return items[0] && (await owner.get(`/api/enrollments/${items[0].id}`)).body;
  };
  await until(async () => (await run())?.node === 'a~w', 'the run to wait inside');

  const { body } = await owner.get(`/api/journeys/${called}`);
  await owner.send('PUT', `/api/journeys/${called}/draft`, { graph: child('other'), revision: body.revision });
  expect((await publishDraft(owner, called)).status).toBe(201);
  expect((await owner.send('POST', `/api/journeys/${called}/archive`)).status).toBeLessThan(300);
  worker.removeAllListeners('exit');
  worker.kill('SIGKILL');
  await track('Paid', { order: 'no-8' });
  await track('Paid', { order: 'no-7' });
  await start();
  const ended = await until(
    async () => {
      const now = await run();
      return now.endedAt !== null && now;
    },
    'the run to end',
    90_000,
  );
  expect([ended.status, ended.endReason]).toEqual(['completed', 'thanks']);
  expect(pathOf(ended)).toEqual(['entry:next', 'a:inside', 'a~w:paid', 'a~paid:next', 'a~ok:paid']);
  const profile = (await owner.get(`/api/profiles/${ended.profile.id}`)).body;
  expect(profile.traits.said).toBe('no-7');
});
