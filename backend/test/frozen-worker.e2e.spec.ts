import type { ChildProcess } from 'node:child_process';
import { prepareNamespace } from '@wend/temporal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft, startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { until } from './chain.js';
import { startDeployedWorker } from './deployed-worker.js';
import { entry, graphOf } from './graph-of.js';

const address = process.env['TEMPORAL_ADDRESS'];
const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'wend-test';
const people = 60;

let api: TestApi;
let workspace: TestWorkspace;
const workers: ChildProcess[] = [];
beforeAll(async () => {
  if (!address) throw new Error('TEMPORAL_ADDRESS is not set: run the tests with `npm test`, which starts Temporal.');
  await prepareNamespace({ address, namespace });
  api = await startTestApi();
  workspace = await api.workspace();
});
afterAll(async () => {
  // What is frozen must go on to end.
  for (const worker of workers) worker.kill('SIGKILL');
  await api?.close();
});

async function startWorker(): Promise<ChildProcess> {
  const worker = await startDeployedWorker(api);
  workers.push(worker);
  return worker;
}

it(
  'a worker that is frozen while it has events in hand keeps them from another one for less than ten seconds',
  { timeout: 180_000 },
  async () => {
    const created = await workspace.owner.send('POST', '/api/journeys', {
      name: 'Frozen',
      graph: graphOf([
        entry('Frozen Begun', 'wait'),
        { id: 'wait', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } } },
      ]),
    });
    expect((await publishDraft(workspace.owner, created.body.id)).status).toBe(201);
    const { key } = await workspace.key('ingest');
    const frozen = await startWorker();
    const lanes = async () => (await api.database.query('select 1 from event_lanes for update skip locked')).length;
    let begun = Number.NaN;
    await api.database.transaction(async (sql) => {
      // Whoever lets people in waits here: with the lanes of its events in its hands.
      await sql.query('select 1 from journey_control where workspace_id = $1 for update', [workspace.id]);
      const batch = Array.from({ length: people }, (_, person) => ({
        type: 'track',
        userId: `frozen-${person}`,
        event: 'Frozen Begun',
      }));
      expect((await api.stranger.send('POST', '/v1/batch', { writeKey: key, batch })).status).toBe(200);
      const busy = new Set(
        (await api.database.query<{ lane: number }>('select distinct lane from event_queue')).map(({ lane }) => lane),
      ).size;
      await until(async () => (await lanes()) === 16 - busy, 'the worker to have the lanes');
      // This transaction says now and then that it is alive, as a router does.
      const beat = setInterval(() => void sql.query('select 1'), 1_000);
      await startWorker();
      frozen.kill('SIGSTOP');
      clearInterval(beat);
      begun = Date.now();
    });
    const entered = async () =>
      (
        await api.database.query<{ count: number }>(
          'select count(*)::int as count from enrollments where workspace_id = $1',
          [workspace.id],
        )
      )[0]!.count;
    expect(await entered()).toBe(0);
    await until(async () => (await entered()) === people, 'everybody to enter', 70_000);
    expect(Date.now() - begun).toBeLessThan(10_000);
    await until(
      async () =>
        (
          await api.database.query(
            `select 1 from enrollments where workspace_id = $1 and (status <> 'running' or node is distinct from 'wait')`,
            [workspace.id],
          )
        ).length === 0,
      'everybody to wait',
      60_000,
    );
  },
);
