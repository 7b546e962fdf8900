import type { ChildProcess } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { prepareNamespace } from '@wend/temporal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi } from './api.js';
import type { TestApi } from './api.js';
import { until } from './chain.js';
import { enroll, makeJourney, queue } from './delivery-fixture.js';
import type { Journey, Queued } from './delivery-fixture.js';
import { mailServer } from './provider-edges.js';
import type { Remote } from './provider-contract.js';
import { startDeployedWorker } from './deployed-worker.js';
import { startSink } from './sink.js';

const address = process.env['TEMPORAL_ADDRESS'];
const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'wend-test';

let api: TestApi;
let sink: Awaited<ReturnType<typeof startSink>>;
let mail: Remote;
let journey: Journey;
let person: { enrollmentId: string; profileId: string };
const workers: ChildProcess[] = [];
/** Calls that get no answer yet. */
const open: ServerResponse[] = [];
let holding = true;

beforeAll(async () => {
  if (!address) throw new Error('TEMPORAL_ADDRESS is not set: run the tests with `npm test`, which starts Temporal.');
  await prepareNamespace({ address, namespace });
  [api, mail] = await Promise.all([startTestApi(), mailServer()]);
  sink = await startSink((_call, response) => (holding ? void open.push(response) : void response.end('{}')));
  journey = await makeJourney(api.database, {
    hook: { type: 'wend/webhook', config: { method: 'POST', url: `${sink.url}/hook`, headers: [], body: 'x' } },
    mail: { type: 'wend/email', config: { subject: 'Hi', body: '<p>Hi</p>' } },
  });
  await api.database.query(`delete from channel_settings where workspace_id = $1 and channel = 'email'`, [
    journey.workspaceId,
  ]);
  const [host, port] = mail.allow.split(':') as [string, string];
  await api.database.query(
    `insert into connections (workspace_id, kind, name, settings) values ($1, 'smtp', 'fake', $2)`,
    [
      journey.workspaceId,
      JSON.stringify({ host, port: Number(port), security: 'none', user: '', from: 'shop@example.com' }),
    ],
  );
  person = await enroll(api.database, { journey, traits: { email: 'ann@example.com' } });
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await Promise.all([api?.close(), sink?.close(), mail?.close()]);
});

async function startWorker(): Promise<ChildProcess> {
  const worker = await startDeployedWorker(api, { WEND_OUTBOUND_ALLOW: `${sink.allow},${mail.allow}` });
  workers.push(worker);
  return worker;
}
const queueMany = (node: string, channel: 'webhook' | 'email', count: number): Promise<Queued[]> =>
  Promise.all(
    Array.from({ length: count }, (_, visit) => queue(api.database, { journey, person, node, channel, visit })),
  );
const rows = () =>
  api.database.query<{ id: string; channel: string; status: string; lease_owner: string | null; error: string | null }>(
    'select id, channel, status, lease_owner, error from messages where workspace_id = $1',
    [journey.workspaceId],
  );
const ownedBy = async (worker: ChildProcess) =>
  (await rows()).filter(({ lease_owner }) => lease_owner?.includes(`:${worker.pid}:`));

it(
  'messages of a killed worker go on within five seconds: what was waiting once, what was under way under its key; those of one that lives never',
  { timeout: 180_000 },
  async () => {
    await mail.behave('slow');
    const killed = await startWorker();
    const hooks = await queueMany('hook', 'webhook', 60);
    const mails = await queueMany('mail', 'email', 20);
    // In the hands of the first: calls that wait for their answer, and messages that wait for a place.
    await until(
      async () => open.length >= 32 && (await ownedBy(killed)).length >= 32,
      'the first worker to send',
      30_000,
    );
    const other = await startWorker();
    const before = await ownedBy(killed);
    const sending = new Set(before.filter(({ status }) => status === 'sending').map(({ id }) => id));
    expect(sending.size).toBeGreaterThan(0);
    // Mails wait for a server that says nothing: none of them is being sent.
    expect(before.filter(({ channel, status }) => channel === 'email' && status === 'sending')).toEqual([]);
    // What is alive keeps what it has, however long it takes.
    for (let look = 0; look < 4; look += 1) {
      await until(async () => (await api.database.query('select pg_sleep(1)')).length === 1, 'a second');
      expect(
        new Set((await ownedBy(killed)).filter(({ channel }) => channel === 'webhook').map(({ id }) => id)),
      ).toEqual(new Set(before.filter(({ channel }) => channel === 'webhook').map(({ id }) => id)));
    }
    killed.kill('SIGKILL');
    const at = Date.now();
    holding = false;
    for (const response of open) response.end('{}');
    await mail.behave('well');
    // The mails are free as well; the other worker looks again after their server at its own time.
    await until(
      async () => (await ownedBy(killed)).every(({ channel }) => channel === 'email'),
      'another worker to take over',
      30_000,
    );
    expect(Date.now() - at).toBeLessThan(5_000);
    await until(
      async () => (await rows()).every(({ status }) => status !== 'queued' && status !== 'sending'),
      'all to be sent',
      40_000,
    );
    const ends = new Map((await rows()).map((row) => [row.id, row]));
    for (const { id } of mails)
      expect([ends.get(id)!.status, mail.taken.filter((each) => each === id).length]).toEqual(['sent', 1]);
    for (const { id } of hooks) {
      expect(ends.get(id)).toMatchObject({ status: 'delivered' });
      expect(sink.calls.filter(({ key }) => key === id).length).toBeLessThanOrEqual(sending.has(id) ? 2 : 1);
    }
    other.kill('SIGTERM');
    await until(() => other.exitCode !== null, 'the other to end', 30_000);
    // Who ends in good order leaves nothing behind.
    expect(
      await api.database.query(`select 1 from delivery_owners where name like '%:' || $1 || ':%'`, [other.pid]),
    ).toEqual([]);
  },
);
