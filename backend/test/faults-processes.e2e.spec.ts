import { randomUUID } from 'node:crypto';
import { prepareNamespace } from '@wend/temporal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { until } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';
import { freePort, startProcess } from './processes.js';
import type { Process } from './processes.js';
import { startSink } from './sink.js';

/** Slow paths answer after this long, so that a kill finds calls under way. */
const slowMs = 2_500;
let sink: Awaited<ReturnType<typeof startSink>>;
/** In this process: looks at the database; people's events go to the child. */
let observer: TestApi;
let workspace: TestWorkspace;
let environment: Record<string, string>;
let url: string;
let key: string;
let api: Process;
let worker: Process;
const retired: Process[] = [];

beforeAll(async () => {
  const address = process.env['TEMPORAL_ADDRESS'];
  if (!address) throw new Error('TEMPORAL_ADDRESS is not set: run the tests with `npm test`, which starts Temporal.');
  const namespace = `wend-faults-${randomUUID().slice(0, 8)}`;
  await prepareNamespace({ address, namespace });
  sink = await startSink((call, response) => void setTimeout(() => response.end('{"balance":100}'), call.path.includes('slow') ? slowMs : 0));
  const packages = { WEND_NODE_PACKAGES: '@wend-examples/loyalty-points' };
  observer = await startTestApi({ environment: { ...packages, TEMPORAL_NAMESPACE: namespace } });
  workspace = await observer.workspace();
  key = (await workspace.key('ingest')).key;
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  environment = {
    ...packages, DATABASE_URL: observer.databaseUrl, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, WEND_SECRET_KEY: '5'.repeat(64), WEND_PUBLIC_URL: url,
    WEND_API_PORT: String(port), WEND_API_HOST: '127.0.0.1', WEND_WORKER_HEALTH_PORT: '0', WEND_OUTBOUND_ALLOW: sink.allow,
  };
  [api, worker] = await Promise.all([startProcess('api', environment), startProcess('worker', environment)]);
});
afterAll(async () => {
  await Promise.all([api, worker, ...retired].map((each) => each?.kill()));
  await sink?.close();
  await observer?.close();
});

const hook = (id: string, path: string, to?: string): Step => ({ id, type: 'wend/webhook', config: { method: 'POST', url: `${sink.url}/${path}`, headers: [], body: '{{ profile.external_id }}' }, ...(to && { to: { queued: to } }) });
const wait = (id: string, seconds: number, to: string): Step => ({ id, type: 'wend/wait', config: { duration: { amount: seconds, unit: 'seconds' } }, to: { next: to } });
const waitFor = (seconds: number, to: Record<string, string>): Step => ({ id: 'await', type: 'wend/wait-for-events', config: { events: [{ id: 'go', label: 'Go', trigger: { kind: 'event', event: 'Go' } }], timeout: { amount: seconds, unit: 'seconds' }, lookBack: false }, to });
const big = { op: 'compare', left: { source: 'trait', path: 'size' }, is: 'greaterThan', value: 5 };

/** One journey for each kind of place that a run can stand in, with the way that each person takes through it. */
const journeys = () => ({
  sending: { people: 12, steps: [entry('Sending', 'slow'), hook('slow', 'slow', 'after'), wait('after', 2, 'hook'), hook('hook', 'fast')], path: () => ['entry:next', 'slow:queued', 'after:next', 'hook:queued'] },
  waiting: { people: 12, steps: [entry('Waiting', 'first'), wait('first', 4, 'second'), wait('second', 5, 'hook'), hook('hook', 'fast')], path: () => ['entry:next', 'first:next', 'second:next', 'hook:queued'] },
  listening: {
    people: 16,
    steps: [entry('Listening', 'await'), waitFor(600, { go: 'branch' }), { id: 'branch', type: 'wend/branch', config: { branches: [{ id: 'big', label: 'Big', rule: big }] }, to: { big: 'one', else: 'pause' } }, hook('one', 'fast/big'), wait('pause', 2, 'two'), hook('two', 'fast/small')] as Step[],
    path: (index: number) => (index % 10 > 5 ? ['entry:next', 'await:go', 'branch:big', 'one:queued'] : ['entry:next', 'await:go', 'branch:else', 'pause:next', 'two:queued']),
  },
  timing: { people: 10, steps: [entry('Timing', 'await'), waitFor(9, { timeout: 'hook' }), hook('hook', 'fast')], path: () => ['entry:next', 'await:timeout', 'hook:queued'] },
  crediting: { people: 10, steps: [entry('Crediting', 'points'), { id: 'points', type: 'acme/loyalty-points', config: { points: 5, reason: 'x', endpoint: `${sink.url}/ledger/slow` }, to: { credited: 'hook' } }, hook('hook', 'fast')] as Step[], path: () => ['entry:next', 'points:credited', 'hook:queued'] },
});

/** As an SDK does: the same events with the same message ids until they are accepted. */
async function deliver(batch: object[]): Promise<void> {
  await until(async () => {
    const answer = await fetch(`${url}/v1/batch`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: JSON.stringify({ batch }), signal: AbortSignal.timeout(20_000) }).catch(() => null);
    if (answer && answer.status < 500 && answer.status !== 200) throw new Error(`The api refused the events: ${answer.status} ${await answer.text()}`);
    return answer?.status === 200;
  }, 'the api to accept the events', 60_000);
}

/** Cuts every connection to the database, as a failover does. */
async function cutDatabase(): Promise<number> {
  const name = new URL(observer.databaseUrl).pathname.slice(1);
  const [row] = await query<{ cut: number }>('select count(pg_terminate_backend(pid))::int as cut from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()', [name]);
  return row!.cut;
}
/** The observer loses its connections too. */
async function query<Row extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return until(() => observer.database.query<Row>(text, values).catch(() => null), 'the database');
}
const figure = async (text: string) => Number((await query<{ n: number }>(`select count(*)::int as n from ${text}`))[0]!.n);
const crashes = () => [api, worker, ...retired].flatMap((each) => each.crash() ?? []);

it('loses nothing and does nothing twice while processes are killed and the database is cut', { timeout: 170_000 }, async () => {
  const all = Object.entries(journeys());
  const ids = new Map<string, string>();
  for (const [name, { steps }] of all) {
    const created = await workspace.owner.send('POST', '/api/journeys', { name, graph: graphOf(steps) });
    expect((await workspace.owner.send('POST', `/api/journeys/${created.body.id}/publish`, {})).body).toMatchObject({ version: 1 });
    ids.set(name, created.body.id);
  }
  const people = all.flatMap(([name, { people: count }]) => Array.from({ length: count }, (_, index) => ({ name, index, userId: `${name} ${index}` })));
  const goes = people.filter(({ name }) => name === 'listening').map(({ userId }) => ({ type: 'track', userId, event: 'Go', messageId: `go ${userId}` }));
  const event = (name: string) => `${name[0]!.toUpperCase()}${name.slice(1)}`;
  const batches = Array.from({ length: Math.ceil(people.length / 6) }, (_, at) => people.slice(at * 6, at * 6 + 6).flatMap(({ name, index, userId }) => [
    { type: 'identify', userId, traits: { size: index % 10 }, messageId: `identify ${userId}` }, { type: 'track', userId, event: event(name), messageId: `enter ${userId}` },
  ]));

  // The api dies in the middle of batches; clients send them again.
  const delivering = Promise.all(batches.map(deliver));
  await until(async () => (await figure(`events where name = 'Sending'`)) > 0, 'the first events');
  await api.kill();
  retired.push(api);
  api = await startProcess('api', environment);
  await delivering;

  // The worker dies with sends, calls of a custom node, timers and waits under way.
  await until(() => sink.of('/slow').some((call) => !call.answered) && sink.of('/ledger').some((call) => !call.answered), 'calls under way', 40_000);
  await worker.kill();
  retired.push(worker);
  const cutCalls = sink.calls.filter((call) => !call.answered).length;
  await deliver(goes.slice(0, 8));
  await cutDatabase();
  worker = await startProcess('worker', environment);
  // Two minutes pass: leases of the dead worker run out.
  await query('update messages set lease_until = now() where lease_until is not null');

  // The database is cut again and again while everything runs.
  for (let time = 0; time < 4; time += 1) {
    const before = sink.calls.length + (await figure('visits where left_at is not null'));
    await until(async () => sink.calls.length + (await figure('visits where left_at is not null')) > before, 'some progress', 8_000).catch(() => undefined);
    await until(async () => { expect(crashes()).toEqual([]); return (await cutDatabase()) > 0; }, 'connections to cut');
    if (time === 1) await deliver(goes.slice(8));
  }

  const left = () => figure('enrollments where ended_at is null');
  await until(async () => (await figure('enrollments')) === people.length && (await left()) === 0, 'every run to end', 90_000);
  await until(async () => (await figure(`messages where status in ('queued', 'sending')`)) === 0, 'every message to be sent', 30_000);
  expect(crashes()).toEqual([]);

  // Every run took its way, once.
  for (const [name, { people: count, path }] of all) {
    const rows = await query<{ external_id: string; status: string; path: string[] }>(
      `select p.external_id, e.status, array(select v.node || ':' || v.port from visits v where v.workspace_id = e.workspace_id and v.enrollment_id = e.id and v.port is not null order by v.step, v.place) as path
       from enrollments e join profiles p on p.workspace_id = e.workspace_id and p.id = e.profile_id where e.journey_id = $1`, [ids.get(name)],
    );
    expect(rows.map((row) => row.external_id).sort()).toEqual(Array.from({ length: count }, (_, index) => `${name} ${index}`).sort());
    for (const row of rows) expect(row, name).toMatchObject({ status: 'completed', path: path(Number(row.external_id.split(' ')[1])) });
  }
  // Every message went out under one key; a key comes again only where the kill cut the call.
  const hooks = [...sink.of('/slow'), ...sink.of('/fast')];
  const messages = await query<{ id: string; status: string }>('select id, status from messages');
  expect(messages).toHaveLength(people.length + journeys().sending.people);
  expect(messages.filter(({ status }) => status !== 'delivered')).toEqual([]);
  expect(new Set(hooks.map((call) => call.key))).toEqual(new Set(messages.map(({ id }) => id)));
  const ledger = sink.of('/ledger');
  expect(new Set(ledger.map((call) => call.key)).size).toBe(journeys().crediting.people);
  expect(hooks.length - messages.length + ledger.length - journeys().crediting.people).toBeLessThanOrEqual(cutCalls);
  // Nothing is left over, and nothing was stored twice.
  for (const table of ['event_queue', 'dead_letters', 'waits', 'timers', `enrollments where status in ('starting', 'running') or start is not null`]) expect(await figure(table), table).toBe(0);
  expect(await figure(`events where message_id not like 'wend:%'`)).toBe(people.length * 2 + goes.length);

  // And operators can stop both without force.
  expect(await Promise.all([worker.stop(), api.stop()])).toEqual([0, 0]);
});
