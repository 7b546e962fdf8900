import type { ServerResponse } from 'node:http';
import { connectClient } from '@wend/temporal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Database } from '../src/platform/database/index.js';
import { client, password, publishDraft, setupToken } from './api.js';
import type { Client } from './api.js';
import { until } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';
import { startLauncher } from './processes.js';
import type { Launcher, ProcessName } from './processes.js';
import { startSink } from './sink.js';
import type { Call } from './sink.js';

/*
 * `npm start`, 200 people in every kind of node, and one fault after the other. Each fault has a fifth of the people
 * move: at the moment it strikes some stand before a send (their receiver asked to come later), in a send, in a custom
 * node, in a branch that is decided and not committed; the others stand in their waits.
 */
const faults = ['worker', 'api', 'postgres', 'temporal', 'connections'] as const;
type Fault = (typeof faults)[number];

let sink: Awaited<ReturnType<typeof startSink>>;
let launcher: Launcher;
let database: Database;
let owner: Client;
let key: string;
/** While a fault is prepared, slow paths hold back their answer to the first call of a key. */
let holding = false;
let during: Fault | null = null;
/** Keys of calls whose answer a fault may have kept from being written down. */
const cut = new Set<string>();
/** Calls that were asked to come later. */
const refused = new Set<Call>();
const open = new Map<Call, ServerResponse>();

beforeAll(async () => {
  sink = await startSink((call, response) => {
    // What a custom node comes to is kept by the Temporal server, for which the worker tries for some seconds only.
    if (call.path.startsWith('/ledger') && during !== null && during !== 'api') cut.add(call.key);
    const first = sink.calls.every((each) => each === call || each.key !== call.key);
    if (call.path === '/busy' && first) {
      refused.add(call);
      return void response.writeHead(429, { 'retry-after': '10' }).end();
    }
    if (!holding || !first || !call.path.includes('slow')) return void response.end('{"balance":100}');
    open.set(call, response);
    response.on('close', () => open.delete(call));
  });
  launcher = await startLauncher({
    WEND_SETUP_TOKEN: setupToken,
    WEND_OUTBOUND_ALLOW: sink.allow,
    WEND_NODE_PACKAGES: '@wend-examples/loyalty-points',
  });
  database = await Database.connect({ url: launcher.databaseUrl, poolSize: 3 });
  const made = await client({ url: launcher.url }).send('POST', '/api/setup', {
    token: setupToken,
    workspace: 'Faults',
    name: 'Olivia',
    email: 'olivia@example.com',
    password,
  });
  owner = client({ url: launcher.url, headers: { cookie: made.headers.get('set-cookie')!.split(';')[0]! } });
  for (const channel of ['email', 'sms', 'push'])
    await owner.send('PUT', '/api/channels/sandbox', { channel, sandbox: true });
  key = (await owner.send('POST', '/api/api-keys', { name: 'sdk', scopes: ['ingest'] })).body.key;
}, 300_000);
afterAll(async () => {
  await launcher?.destroy();
  await database?.close();
  await sink?.close();
});

const hook = (id: string, path: string, to?: string): Step => ({
  id,
  type: 'wend/webhook',
  config: { method: 'POST', url: `${sink.url}/${path}`, headers: [], body: '{{ profile.external_id }}' },
  ...(to && { to: { queued: to } }),
});
const wait = (id: string, seconds: number, to: string): Step => ({
  id,
  type: 'wend/wait',
  config: { duration: { amount: seconds, unit: 'seconds' } },
  to: { next: to },
});
type AwaitingOptions = {
  id?: string;
  trigger?: Record<string, string>;
  seconds?: number;
  to: Record<string, string>;
};

const awaiting = ({
  id = 'await',
  trigger = { kind: 'event', event: 'Go' },
  seconds = 3_600,
  to,
}: AwaitingOptions): Step => ({
  id,
  type: 'wend/wait-for-events',
  config: {
    events: [{ id: 'go', label: 'Go', trigger }],
    timeout: { amount: seconds, unit: 'seconds' },
    lookBack: false,
  },
  to,
});
const big = { op: 'compare', left: { source: 'trait', path: 'size' }, is: 'greaterThan', value: 5 };
/** The next full minute that is at least 15 s away. */
const soon = () => new Date(Math.ceil((Date.now() + 15_000) / 60_000) * 60_000).toISOString().slice(11, 16);

/** A journey for each kind of place that a run can stand in: who comes, and the ways that lead through it. */
const journeys = (): Record<
  string,
  { people: number; steps: Step[]; path: (index: number) => string[] | string[][] }
> => ({
  Sending: {
    people: 40,
    steps: [
      entry('Sending', 'await'),
      awaiting({ to: { go: 'slow' } }),
      hook('slow', 'slow', 'pause'),
      wait('pause', 2, 'hook'),
      hook('hook', 'fast'),
    ],
    path: () => ['entry:next', 'await:go', 'slow:queued', 'pause:next', 'hook:queued'],
  },
  Crediting: {
    people: 20,
    steps: [
      entry('Crediting', 'await'),
      awaiting({ to: { go: 'busy' } }),
      hook('busy', 'busy', 'points'),
      {
        id: 'points',
        type: 'acme/loyalty-points',
        config: { points: 5, reason: 'x', endpoint: `${sink.url}/ledger/slow` },
        to: { credited: 'hook' },
      },
      hook('hook', 'fast'),
    ],
    path: () => ['entry:next', 'await:go', 'busy:queued', 'points:credited', 'hook:queued'],
  },
  Branching: {
    people: 40,
    steps: [
      entry('Branching', 'await'),
      awaiting({ to: { go: 'branch' } }),
      {
        id: 'branch',
        type: 'wend/branch',
        config: { branches: [{ id: 'big', label: 'Big', rule: big }] },
        to: { big: 'one', else: 'pause' },
      },
      hook('one', 'fast'),
      wait('pause', 2, 'two'),
      hook('two', 'fast'),
    ],
    path: (index) =>
      index % 10 > 5
        ? ['entry:next', 'await:go', 'branch:big', 'one:queued']
        : ['entry:next', 'await:go', 'branch:else', 'pause:next', 'two:queued'],
  },
  Mailing: {
    people: 20,
    steps: [
      entry('Mailing', 'await'),
      awaiting({ to: { go: 'mail' } }),
      { id: 'mail', type: 'wend/email', config: { subject: 'x', body: '<p>x</p>' }, to: { queued: 'delivered' } },
      awaiting({ id: 'delivered', trigger: { kind: 'message', node: 'mail', state: 'delivered' }, to: { go: 'mark' } }),
      {
        id: 'mark',
        type: 'wend/set-trait',
        config: { traits: [{ name: 'mailed', value: 'yes' }] },
        to: { next: 'hook' },
      },
      hook('hook', 'fast'),
    ],
    path: () => ['entry:next', 'await:go', 'mail:queued', 'delivered:go', 'mark:next', 'hook:queued'],
  },
  Splitting: {
    people: 20,
    steps: [
      entry('Splitting', 'await'),
      awaiting({ to: { go: 'split' } }),
      {
        id: 'split',
        type: 'wend/random-split',
        config: {
          arms: [
            { id: 'a', label: 'A', weight: 1 },
            { id: 'b', label: 'B', weight: 1 },
          ],
        },
        to: { a: 'sms', b: 'push' },
      },
      { id: 'sms', type: 'wend/sms', config: { text: 'x' } },
      { id: 'push', type: 'wend/push', config: { title: 'x', body: 'x' }, to: { notReachable: 'end' } },
      { id: 'end', type: 'wend/exit', config: { reason: 'no device' } },
    ],
    path: () => [
      ['entry:next', 'await:go', 'split:a', 'sms:queued'],
      ['entry:next', 'await:go', 'split:b', 'push:notReachable'],
    ],
  },
  Waiting: {
    people: 20,
    steps: [entry('Waiting', 'first'), wait('first', 15, 'second'), wait('second', 15, 'hook'), hook('hook', 'fast')],
    path: () => ['entry:next', 'first:next', 'second:next', 'hook:queued'],
  },
  Timing: {
    people: 20,
    steps: [entry('Timing', 'await'), awaiting({ seconds: 25, to: { timeout: 'hook' } }), hook('hook', 'fast')],
    path: () => ['entry:next', 'await:timeout', 'hook:queued'],
  },
  Until: {
    people: 20,
    steps: [
      entry('Until', 'until'),
      { id: 'until', type: 'wend/wait-until', config: { time: soon(), weekdays: [] }, to: { next: 'hook' } },
      hook('hook', 'fast'),
    ],
    path: () => ['entry:next', 'until:next', 'hook:queued'],
  },
});

/** As an SDK does: the same events with the same message ids until they are accepted. */
async function deliver(batch: object[]): Promise<void> {
  await until(
    async () => {
      const answer = await fetch(`${launcher.url}/v1/batch`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({ batch }),
        signal: AbortSignal.timeout(20_000),
      }).catch(() => null);
      if (answer && answer.status < 500 && answer.status !== 200)
        throw new Error(`The api refused the events: ${answer.status} ${await answer.text()}`);
      return answer?.status === 200;
    },
    'the api to accept the events',
    60_000,
  );
}
/** The observer loses its connections too. */
async function query<Row extends Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  return until(() => database.query<Row>(text, values).catch(() => null), 'the database', 60_000);
}
const figure = async (text: string) =>
  Number((await query<{ n: number }>(`select count(*)::int as n from ${text}`))[0]!.n);

type StrikeAmidWritesOptions = {
  table: string;
  begin: () => Promise<void>;
  strike: () => Promise<void>;
};

/** Strikes while writers of a table stand before a lock that the test holds: in the middle of their transactions. */
async function strikeAmidWrites({ table, begin, strike }: StrikeAmidWritesOptions): Promise<void> {
  const lock = await database.pool.connect();
  lock.on('error', () => undefined);
  try {
    await lock.query('begin');
    await lock.query(`lock table ${table} in exclusive mode`);
    const begun = begin();
    await until(
      async () => (await figure(`pg_locks where relation = '${table}'::regclass and not granted`)) > 0,
      `writers of ${table}`,
    );
    await strike();
    lock.release(true);
    await begun;
  } catch (error) {
    lock.release(true);
    throw error;
  }
}

/** Cuts every connection to the database server, as a failover does. */
const cutConnections = () =>
  query(
    `select count(pg_terminate_backend(pid))
      from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  );

async function strike(fault: Fault): Promise<void> {
  const pid = fault === 'connections' ? void (await cutConnections()) : await launcher.kill(fault);
  if (fault === 'worker') {
    const left = await query<{ id: string; status: string }>(
      `select id, status from messages where lease_owner like '%:' || $1 || ':%'`,
      [pid],
    );
    for (const { id, status } of left) if (status === 'sending') cut.add(id);
  }
  // Receivers answer while the fault lasts.
  holding = false;
  for (const response of open.values()) response.end('{"balance":100}');
}

it(
  'loses nothing, does nothing twice and comes back by itself, whichever process is killed',
  { timeout: 240_000 },
  async () => {
    const all = Object.entries(journeys());
    const ids = new Map<string, string>();
    for (const [name, { steps }] of all) {
      const created = await owner.send('POST', '/api/journeys', { name, graph: graphOf(steps) });
      expect((await publishDraft(owner, created.body.id)).body).toMatchObject({
        version: 1,
      });
      ids.set(name, created.body.id);
    }
    const people = all.flatMap(([name, { people: count }]) =>
      Array.from({ length: count }, (_, index) => ({ name, index, userId: `${name} ${index}` })),
    );
    expect(people).toHaveLength(200);
    const batches = Array.from({ length: Math.ceil(people.length / 25) }, (_, at) =>
      people.slice(at * 25, at * 25 + 25).flatMap(({ name, index, userId }) => [
        {
          type: 'identify',
          userId,
          traits: { size: index % 10, email: `${name}${index}@example.com`, phone: '+31612345678' },
          messageId: `identify ${userId}`,
        },
        { type: 'track', userId, event: name, messageId: `enter ${userId}` },
      ]),
    );
    await Promise.all(batches.map(deliver));
    await until(
      async () => (await figure(`enrollments where status = 'running'`)) === people.length,
      'everybody to stand in a wait',
      40_000,
    );

    let moved = 0;
    for (const [turn, fault] of faults.entries()) {
      const go = (...names: string[]) => {
        const batch = people
          .filter(
            ({ name, index }) =>
              names.includes(name) &&
              Math.floor(index / (all.find(([each]) => each === name)![1].people / faults.length)) === turn,
          )
          .map(({ userId }) => ({ type: 'track', userId, event: 'Go', messageId: `go ${userId}` }));
        moved += batch.length;
        return deliver(batch);
      };
      holding = true;
      during = fault;
      await go('Sending', 'Crediting', 'Mailing', 'Splitting');
      const standing = (path: string) => [...open.keys()].filter((call) => call.path === path).length;
      await until(
        async () =>
          standing('/slow') === 8 &&
          standing('/ledger/slow') > 0 &&
          (await figure(`messages where status = 'queued' and attempts = 1`)) > 0,
        `sends and calls to be under way before ${fault}`,
        40_000,
      );
      // Branches are decided and not committed; where the api dies, events are received and not committed.
      await strikeAmidWrites({
        table: fault === 'api' ? 'event_ids' : 'steps',
        begin: () => go('Branching'),
        strike: () => strike(fault),
      });
      if (fault !== 'connections') await launcher.back(fault);
      during = null;
    }
    // The dashboard holds nothing, and comes back as well.
    await launcher.kill('web');
    await launcher.back('web');
    expect((await owner.get('/api/session')).status).toBe(200);
    expect(moved).toBe(140);

    await until(
      async () =>
        (await figure('enrollments')) === people.length && (await figure('enrollments where ended_at is null')) === 0,
      'every run to end',
      120_000,
    );
    await until(
      async () =>
        (await figure(`messages where status in ('queued', 'sending')`)) === 0 && (await figure('event_queue')) === 0,
      'every message to be sent',
      60_000,
    ).catch(async (error: Error) => {
      const left = await query(
        `select node, status, attempts, error, lease_owner, lease_until, next_attempt_at, queued_at
          from messages
          where status in ('queued', 'sending')
          limit 5`,
      );
      throw new Error(`${error.message} Left: ${JSON.stringify(left)}, events ${await figure('event_queue')}`, {
        cause: error,
      });
    });
    // Nothing died but what was killed: the others lived through it.
    expect(
      Object.fromEntries(
        (['worker', 'api', 'postgres', 'temporal', 'web'] as ProcessName[]).map((name) => [
          name,
          launcher.restarts(name),
        ]),
      ),
    ).toEqual({ worker: 1, api: 1, postgres: 1, temporal: 1, web: 1 });

    // The database and the Temporal server tell the same end of every run.
    const temporal = await connectClient({ address: launcher.temporalAddress, namespace: 'wend' });
    const ends = await query<{ workflow_id: string; outcome: string; reason: string }>(
      'select workflow_id, status as outcome, end_reason as reason from enrollments',
    );
    const results = await Promise.all(
      ends.map(async ({ workflow_id }) => ({
        workflow_id,
        ...(await temporal.workflow.getHandle(workflow_id).result()),
      })),
    );
    await temporal.connection.close();
    expect(results).toEqual(ends);

    // Every run took its way, once.
    const queued: string[] = [];
    for (const [name, { people: count, path }] of all) {
      const rows = await query<{ id: string; external_id: string; status: string; path: string[] }>(
        `select e.id, p.external_id, e.status,
         array(
           select v.node || ':' || v.port
           from visits v
           where v.workspace_id = e.workspace_id and v.enrollment_id = e.id and v.port is not null
           order by v.step, v.place
         ) as path
       from enrollments e
       join profiles p on p.workspace_id = e.workspace_id and p.id = e.profile_id
       where e.journey_id = $1`,
        [ids.get(name)],
      );
      expect(rows.map((row) => row.external_id).sort()).toEqual(
        Array.from({ length: count }, (_, index) => `${name} ${index}`).sort(),
      );
      for (const row of rows) {
        const ways = path(Number(row.external_id.split(' ')[1]));
        expect(row, name).toMatchObject({ status: 'completed' });
        expect(Array.isArray(ways[0]) ? ways : [ways], row.external_id).toContainEqual(row.path);
        queued.push(
          ...row.path.flatMap((step) => (step.endsWith(':queued') ? [`${row.id} ${step.split(':')[0]}`] : [])),
        );
      }
    }
    // Each run queued one message at each node that sends, and each was handed over once.
    const messages = await query<{ id: string; channel: string; status: string; place: string; sent: number }>(
      `select m.id, m.channel, m.status, m.enrollment_id || ' ' || m.node as place,
          (
            select count(*)::int
            from message_events e
            where e.workspace_id = m.workspace_id and e.message_id = m.id and e.status = 'sent'
          ) as sent
        from messages m`,
    );
    expect(messages.map(({ place }) => place).sort()).toEqual(queued.sort());
    expect(messages.filter(({ status, sent }) => status !== 'delivered' || sent !== 1)).toEqual([]);
    // The receiver counts by key: it answers each message once. A second answer, under the same key, is asked for only
    // where the worker died before it had written down the first one: nobody knows then whether the call was taken, so
    // it is made again rather than lost, and the key makes that one message. For the call of a custom node the same
    // holds where the Temporal server, or its database, was away.
    const answered = sink.calls.filter((call) => call.answered && !refused.has(call));
    const times = (each: string) => answered.filter((call) => call.key === each).length;
    const hooks = messages.filter(({ channel }) => channel === 'webhook').map(({ id }) => id);
    const credits = sink.of('/ledger').map((call) => call.key);
    expect(new Set(credits).size).toBe(journeys()['Crediting']!.people);
    expect(new Set(sink.calls.map((call) => call.key))).toEqual(new Set([...hooks, ...credits]));
    for (const each of [...hooks, ...credits])
      expect(cut.has(each) ? [1, 2] : [1], `answers to ${each}`).toContain(times(each));
    // Nothing is left over, and nothing was stored twice.
    for (const table of ['event_queue', 'dead_letters', 'waits', 'timers', 'enrollments where start is not null'])
      expect(await figure(table), table).toBe(0);
    expect(await figure(`events where message_id not like 'wend:%'`)).toBe(people.length * 2 + moved);

    // Ctrl-C ends all of it, and nothing needs force: that comes after twelve seconds and more.
    expect(await launcher.stop()).toEqual({ code: 0, left: [] });
    expect(Number(/Stopped after ([\d.]+) s/.exec(launcher.output())?.[1])).toBeLessThan(12);
  },
);
