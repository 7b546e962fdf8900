import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { EntryBatch } from '@wend/contract';
import { connectClient, prepareNamespace, RunsClient } from '@wend/temporal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Runs } from '../src/enrollments/index.js';
import { publishDraft, startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { until } from './chain.js';
import { graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

const address = process.env['TEMPORAL_ADDRESS'];
const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'wend-test';
const taskQueue = `test-${randomUUID()}`;
const size = 5_000;
const minute = 60_000;

let api: TestApi;
let workspace: TestWorkspace;
let temporal: Awaited<ReturnType<typeof connectClient>>;
let segment: string;
let worker: ChildProcess;
beforeAll(async () => {
  if (!address) throw new Error('TEMPORAL_ADDRESS is not set: run the tests with `npm test`, which starts Temporal.');
  await prepareNamespace({ address, namespace });
  api = await startTestApi();
  temporal = await connectClient({ address, namespace });
  await until(() => isConnected(), 'the api to reach Temporal');
  api.app.get(Runs, { strict: false }).use(new RunsClient(temporal, { taskQueue }));
  workspace = await api.workspace();
  segment = await segmentOf(size);
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

/** A manual segment with so many new people. */
async function segmentOf(count: number): Promise<string> {
  const made = await workspace.owner.send('POST', '/api/segments', { name: `${count} people` });
  await api.database.query(
    `with made as (insert into profiles (workspace_id) select $1 from generate_series(1, $3::int) returning id)
     insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since)
     select $1, s.id, s.generation, made.id, now() from made cross join segments s where s.id = $2`,
    [workspace.id, made.body.id, count],
  );
  return made.body.id as string;
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
  let output = '';
  started.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await until(() => output.includes('worker is ready'), 'the worker to be ready', 120_000);
}

/** As `kill -9` does it; resolves when it is gone. */
async function kill(): Promise<void> {
  const gone = new Promise((resolve) => worker.once('exit', resolve));
  worker.kill('SIGKILL');
  await gone;
}

async function publish(name: string, door: Step): Promise<string> {
  const wait = { id: 'wait', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } } };
  const graph = graphOf([{ ...door, to: { next: 'wait' } }, wait], { reentry: { rule: 'always' } });
  const made = await workspace.owner.send('POST', '/api/journeys', { name, graph });
  const published = await publishDraft(workspace.owner, made.body.id);
  expect(published.status, JSON.stringify(published.body)).toBe(201);
  return made.body.id as string;
}

async function broadcast(journeyId: string): Promise<void> {
  const begun = await workspace.owner.send('POST', `/api/journeys/${journeyId}/trigger`, {
    segment: { segmentId: segment, expectedCount: size },
  });
  expect(begun.status, JSON.stringify(begun.body)).toBe(200);
}
const batchOf = async (journeyId: string): Promise<EntryBatch> =>
  (await workspace.owner.get(`/api/journeys/${journeyId}/batches`)).body.items[0];
const entered = async (journeyId: string): Promise<{ runs: number; people: number; starting: number }> =>
  (
    await api.database.query<{ runs: number; people: number; starting: number }>(
      `select count(*)::int as runs, count(distinct profile_id)::int as people,
         (count(*) filter (where status = 'starting'))::int as starting
       from enrollments where journey_id = $1`,
      [journeyId],
    )
  )[0]!;
const reached = (journeyId: string, count: number) =>
  until(async () => (await batchOf(journeyId)).entered >= count, `${count} people to have entered`, 120_000);

it('lets 5,000 people in once though the worker is killed twice midway, and stops when it is told to', async () => {
  const journeyId = await publish('Broadcast', { id: 'door', type: 'wend/entry-api', config: {} });
  await start();
  await broadcast(journeyId);
  for (const count of [600, 2_400]) {
    await reached(journeyId, count);
    await kill();
    // What is shown is what is: nobody is counted who is not in, and nobody is in who is not counted.
    const batch = await batchOf(journeyId);
    const now = await entered(journeyId);
    expect(batch).toMatchObject({ state: 'running', total: size, entered: now.runs });
    expect(now.people).toBe(now.runs);
    expect(batch.entered).toBeLessThan(size);
    await start();
  }
  await until(async () => (await batchOf(journeyId)).state === 'done', 'the batch to be done', 240_000);
  expect(await batchOf(journeyId)).toMatchObject({ total: size, entered: size, held: 0, refused: {}, error: null });
  expect(await entered(journeyId)).toMatchObject({ runs: size, people: size });
  // Those whose workflow had not begun when the worker died have begun by now as well.
  await until(async () => (await entered(journeyId)).starting === 0, 'all runs to begin', 240_000);

  const other = await publish('Stopped', { id: 'door', type: 'wend/entry-api', config: {} });
  await broadcast(other);
  await reached(other, 400);
  const stopped = await workspace.owner.send('POST', `/api/entry-batches/${(await batchOf(other)).id}/stop`);
  expect(stopped.body).toMatchObject({ state: 'stopped' });
  const { runs } = await entered(other);
  expect(stopped.body.entered).toBe(runs);
  expect(runs).toBeLessThan(size);
  await kill();
  await start();
  await until(async () => (await entered(other)).starting === 0, 'the runs of those who are in to begin', 120_000);
  expect(await entered(other)).toMatchObject({ runs, people: runs });
  expect(await batchOf(other)).toMatchObject({ state: 'stopped', entered: runs });
}, 900_000);

it('reaches 5,000 people for one run once though the worker is killed twice midway', async () => {
  const notify = await publish('Notify', { id: 'door', type: 'wend/entry-journey', config: {} });
  const each = {
    who: { kind: 'segment', segment },
    journey: { id: notify, name: 'Notify' },
    data: [],
    most: size,
    once: 'always',
    key: 'post',
  };
  const graph = graphOf(
    [
      { id: 'door', type: 'wend/entry-api', config: {}, to: { next: 'each' } },
      { id: 'each', type: 'wend/for-each', config: each },
    ],
    { reentry: { rule: 'always' } },
  );
  const made = await workspace.owner.send('POST', '/api/journeys', { name: 'Comments', graph });
  const asking = made.body.id as string;
  const published = await publishDraft(workspace.owner, asking);
  expect(published.status, JSON.stringify(published.body)).toBe(201);
  const [actor] = await api.database.query<{ id: string }>(
    'insert into profiles (workspace_id) values ($1) returning id',
    [workspace.id],
  );
  const comment = async () => {
    const begun = await workspace.owner.send('POST', `/api/journeys/${asking}/trigger`, {
      people: [{ profileId: actor!.id }],
    });
    expect(begun.status, JSON.stringify(begun.body)).toBe(200);
    return begun.body.results[0].enrollmentId as string;
  };
  const batch = async (run: string): Promise<EntryBatch | null> =>
    (await workspace.owner.get(`/api/enrollments/${run}`)).body.actions[0]?.batch ?? null;
  const first = await comment();
  for (const count of [600, 2_400]) {
    await until(async () => ((await batch(first))?.entered ?? 0) >= count, `${count} people to have entered`, 120_000);
    await kill();
    const now = await entered(notify);
    expect(now.people).toBe(now.runs);
    expect(await batch(first)).toMatchObject({ total: size, entered: now.runs });
    await start();
  }
  // The same for the same people, while the first is under way: who has had it by one does not get it by the other.
  const second = await comment();
  await until(async () => (await batch(first))?.state === 'done', 'the first to be done', 240_000);
  await until(async () => (await batch(second))?.state === 'done', 'the second to be done', 240_000);
  expect(await entered(notify)).toMatchObject({ runs: size, people: size });
  const [one, two] = [(await batch(first))!, (await batch(second))!];
  expect(one.entered + two.entered).toBe(size);
  expect(two.recipients!.before + two.entered + (two.refused['already'] ?? 0)).toBe(size);
  await until(async () => (await entered(notify)).starting === 0, 'all runs to begin', 240_000);
}, 900_000);

it('runs a schedule that was due while the worker was dead once within its grace, and lists it as missed after it', async () => {
  const few = await segmentOf(300);
  const at = (Math.floor((Date.now() + 20_000) / minute) + 1) * minute;
  const [day, time] = [new Date(at).toISOString().slice(0, 10), new Date(at).toISOString().slice(11, 16)];
  const scheduled = (seconds: number): Step => ({
    id: 'door',
    type: 'wend/entry-schedule',
    config: {
      when: { zone: 'workspace', repeats: 'once', start: day, time },
      segment: few,
      grace: { amount: seconds, unit: 'seconds' },
    },
  });
  const caughtUp = await publish('Caught up with', scheduled(3_600));
  const missed = await publish('Missed', scheduled(1));
  await until(
    async () => (await api.database.query('select 1 from entry_schedules where told is not null')).length === 2,
    'Temporal to be told',
    60_000,
  );
  await kill();
  await until(() => Date.now() > at + 3_000, 'the time to pass', 2 * minute);
  const stateOf = async (journeyId: string) =>
    (await workspace.owner.get(`/api/journeys/${journeyId}/schedules`)).body.schedules[0]?.past[0]?.state;
  await start();
  await until(async () => (await stateOf(caughtUp)) === 'ran', 'what was due to run', 2 * minute);
  await until(async () => (await stateOf(missed)) === 'missed', 'what is too late to be listed', 2 * minute);
  // Temporal, and whoever looks after what it did not call for, may both have called.
  await kill();
  await start();
  await until(async () => (await entered(caughtUp)).starting === 0, 'the runs to begin', 2 * minute);
  expect(await entered(caughtUp)).toMatchObject({ runs: 300, people: 300 });
  expect(await entered(missed)).toMatchObject({ runs: 0 });
}, 600_000);
