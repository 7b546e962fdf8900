import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectClient, prepareNamespace, RunsClient } from '@wend/temporal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Runs } from '../src/enrollments/index.js';
import { publishDraft, startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { pathOf, until } from './chain.js';
import { entry, graphOf } from './graph-of.js';

/** A worker that is killed while a run undoes what it did: another one goes on where it was. */

const address = process.env['TEMPORAL_ADDRESS'];
const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'wend-test';
const taskQueue = `test-${randomUUID()}`;
const folder = mkdtempSync(join(tmpdir(), 'wend-undo-'));
const file = join(folder, 'did');
const packages = { WEND_NODE_PACKAGES: new URL('./undo-nodes.mjs', import.meta.url).href };

let api: TestApi;
let workspace: TestWorkspace;
let temporal: Awaited<ReturnType<typeof connectClient>>;
let worker: ChildProcess;
beforeAll(async () => {
  if (!address) throw new Error('TEMPORAL_ADDRESS is not set: run the tests with `npm test`, which starts Temporal.');
  await prepareNamespace({ address, namespace });
  api = await startTestApi({ environment: packages });
  temporal = await connectClient({ address, namespace });
  await until(() => isConnected(), 'the api to reach Temporal');
  api.app.get(Runs, { strict: false }).use(new RunsClient(temporal, { taskQueue }));
  workspace = await api.workspace();
});
afterAll(async () => {
  worker?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
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
      WEND_TEST_UNDO_FILE: file,
      ...packages,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  worker = started;
  await new Promise<void>((resolve, reject) => {
    started.stdout!.on('data', (chunk: Buffer) => chunk.toString().includes('ready') && resolve());
    started.on('exit', (code) => reject(new Error(`The worker ended with ${code}.`)));
  });
}

it('undoes each step, and ends', { timeout: 150_000 }, async () => {
  await start();
  const graph = graphOf(
    [
      entry('Begun', 'give'),
      { id: 'give', type: 'test/give-coupon', config: { undo: true }, to: { next: 'wait', undo: 'revoke' } },
      { id: 'wait', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } }, to: {} },
      { id: 'revoke', type: 'test/revoke-coupon', config: {}, to: { next: 'note' } },
      { id: 'note', type: 'wend/set-trait', config: { traits: [{ name: 'coupon', value: 'none' }] } },
    ],
    { exitCriteria: [{ id: 'out', event: 'Out' }] },
  );
  const { owner } = workspace;
  const created = await owner.send('POST', '/api/journeys', { name: 'Coupons', graph });
  const published = await publishDraft(owner, created.body.id);
  expect(published.status, JSON.stringify(published.body)).toBe(201);
  const { key } = await workspace.key('ingest');
  const track = (event: string) =>
    api.stranger.send('POST', '/v1/batch', { writeKey: key, batch: [{ type: 'track', userId: 'ann', event }] });
  await track('Begun');
  const run = async () => {
    const { items } = (await owner.get(`/api/journeys/${created.body.id}/enrollments`)).body;
    return items[0] && (await owner.get(`/api/enrollments/${items[0].id}`)).body;
  };
  await until(async () => (await run())?.node === 'wait', 'the run to wait');
  writeFileSync(`${file}.gate`, '');
  await track('Out');
  await until(async () => (await run()).node === 'revoke', 'the run to undo');
  worker.removeAllListeners('exit');
  worker.kill('SIGKILL');
  await start();
  rmSync(`${file}.gate`);
  // Temporal finds after half a minute that the one who was at it is gone.
  const ended = await until(
    async () => {
      const now = await run();
      return now.endedAt !== null && now;
    },
    'the run to end',
    90_000,
  );
  expect([ended.status, ended.endReason]).toEqual(['exited', 'out']);
  expect(pathOf(ended)).toEqual(['entry:next', 'give:next', 'revoke:next', 'note:next']);
  const did = readFileSync(file, 'utf8').trim().split('\n');
  expect(did).toEqual([`give ${ended.id}/give/1`, `revoke SAVE10 ${ended.id}/revoke/1`]);
});
