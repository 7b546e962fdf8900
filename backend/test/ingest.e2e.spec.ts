import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Analytics } from '@segment/analytics-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';

let api: TestApi;
let workspace: TestWorkspace;
let key: string;

beforeAll(async () => {
  api = await startTestApi();
  workspace = await api.workspace();
  ({ key } = await workspace.key('ingest'));
});
afterAll(() => api?.close());

const basic = (secret: string) => ({ authorization: `Basic ${Buffer.from(`${secret}:`).toString('base64')}` });
async function post(path: string, body: string | Buffer | object, headers: Record<string, string> = basic(key)) {
  const raw = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const response = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: raw as string,
    redirect: 'manual',
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}
const stored = (userId: string) =>
  api.database.query<{ name: string; kind: string; properties: any; context: any; time: Date }>(
    `select e.name, e.kind, e.properties, e.context, e.time
      from events e
      join profiles p on p.workspace_id = e.workspace_id and p.id = e.profile_id
      where e.workspace_id = $1 and p.external_id = $2
      order by e.position`,
    [workspace.id, userId],
  );

describe('clients', () => {
  it('takes what @segment/analytics-node sends', async () => {
    const analytics = new Analytics({ writeKey: key, host: api.url, maxRetries: 0 });
    const failures: unknown[] = [];
    analytics.on('error', (error) => failures.push(error));
    analytics.identify({ userId: 'node-1', traits: { email: 'node@example.com', plan: 'pro' } });
    analytics.track({ userId: 'node-1', event: 'Signed Up', properties: { source: 'ad', price: { amount: 5 } } });
    analytics.page({ userId: 'node-1', name: 'Home', properties: { url: 'https://x.example' } });
    await analytics.closeAndFlush();
    expect(failures).toEqual([]);
    const events = await stored('node-1');
    expect(events.map(({ name, kind }) => `${kind}:${name}`).sort()).toEqual([
      'identify:Identified',
      'page:Page Viewed',
      'track:Signed Up',
    ]);
    expect(events.find(({ kind }) => kind === 'page')!.properties).toMatchObject({
      name: 'Home',
      url: 'https://x.example',
    });
    const [profile] = await api.database.query(
      'select traits from profiles where workspace_id = $1 and external_id = $2',
      [workspace.id, 'node-1'],
    );
    expect(profile!['traits']).toEqual({ email: 'node@example.com', plan: 'pro' });
    const names = await workspace.owner.get('/api/event-names');
    expect(names.body.events).toContainEqual(
      expect.objectContaining({ name: 'Signed Up', properties: expect.arrayContaining(['price.amount', 'source']) }),
    );
    expect(names.body.traits).toEqual(expect.arrayContaining(['email', 'plan']));
  });

  it('takes text/plain on short paths after a preflight, as browsers send it', async () => {
    const preflight = await fetch(`${api.url}/v1/t`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
    const answer = await post(
      '/v1/t',
      {
        event: 'Clicked',
        anonymousId: 'anon-browser',
        userId: 'browser-1',
        writeKey: key,
        context: { page: { path: '/' } },
        integrations: { All: true },
      },
      { 'content-type': 'text/plain', origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' },
    );
    expect(answer).toMatchObject({ status: 200, body: { success: true } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect((await stored('browser-1'))[0]).toMatchObject({
      name: 'Clicked',
      context: { page: { path: '/' }, otherFields: { integrations: { All: true } } },
    });
    expect((await post('/v1/m', { series: [] })).status).toBe(200);
  });

  it('takes gzip with and without the header and calls nothing a form', async () => {
    const body = (userId: string) =>
      gzipSync(
        JSON.stringify({
          batch: [{ type: 'track', userId, event: 'Zipped', originalTimestamp: new Date().toISOString() }],
        }),
      );
    expect(
      (await post('/v1/batch', body('zip-1'), { ...basic(key), 'content-type': 'application/x-www-form-urlencoded' }))
        .status,
    ).toBe(200);
    expect((await post('/v1/batch', body('zip-2'), { ...basic(key), 'content-encoding': 'gzip' })).status).toBe(200);
    expect(await stored('zip-1')).toHaveLength(1);
    expect(await stored('zip-2')).toHaveLength(1);
  });

  it('corrects the client clock by sentAt and never believes the future', async () => {
    const hourAhead = Date.now() + 3_600_000;
    await post('/v1/track', {
      userId: 'clock',
      event: 'A',
      timestamp: new Date(hourAhead - 60_000).toISOString(),
      sentAt: new Date(hourAhead).toISOString(),
    });
    await post('/v1/track', { userId: 'clock', event: 'B', timestamp: new Date(hourAhead).toISOString() });
    const [a, b] = await stored('clock');
    expect(Math.abs(a!.time.getTime() - (Date.now() - 60_000))).toBeLessThan(5_000);
    expect(b!.time.getTime()).toBeLessThanOrEqual(Date.now());
  });
});

describe('refusals', () => {
  it('answers 401 for a wrong key and 403 for one without the scope', async () => {
    expect((await post('/v1/track', { userId: 'x', event: 'E' }, basic('wk_wrong'))).status).toBe(401);
    expect((await post('/v1/track', { userId: 'x', event: 'E' }, {})).status).toBe(401);
    const reader = await workspace.key('read');
    expect((await post('/v1/track', { userId: 'x', event: 'E' }, basic(reader.key))).body).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
  });

  it('says where a single event is wrong', async () => {
    const answer = await post('/v1/track', { userId: 'x' });
    expect(answer.body).toMatchObject({ status: 400, code: 'invalid-events', errors: [{ path: 'event' }] });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect((await post('/v1/track', '{"userId": ')).body).toMatchObject({ status: 400, code: 'malformed-json' });
    expect((await post('/v1/batch', { batch: 5 })).body).toMatchObject({ status: 400, errors: [{ path: 'batch' }] });
  });

  it('takes the good events of a batch and lists the bad ones, poison included', async () => {
    const good = { type: 'track', userId: 'mixed', event: 'Good' };
    const deep = `{"type":"track","userId":"mixed","event":"Deep","properties":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}}`;
    const batch = [
      JSON.stringify(good),
      '{"type":"track","userId":"mixed"}',
      '7',
      '{"type":"track","event":"Nobody"}',
      '{"type":"track","userId":"mixed","event":"Nul","properties":{"a":{"b":"x\\u0000y"}}}',
      '{"type":"track","userId":"mixed","event":"Proto","properties":{"__proto__":{"x":1}}}',
      deep,
      JSON.stringify({ ...good, event: 'Big', properties: { text: 'x'.repeat(33 * 1024) } }),
      JSON.stringify({ ...good, timestamp: 'yesterday' }),
      '{"type":"track","userId":"mixed","event":"Half \\ud83d","properties":{"half":"\\ud83d"}}',
    ];
    const answer = await post('/v1/batch', `{"batch":[${batch.join(',')}]}`);
    expect(answer.status).toBe(200);
    expect(answer.body.rejected.map(({ index, path }: any) => [index, path])).toEqual([
      [1, 'batch[1].event'],
      [2, 'batch[2]'],
      [3, 'batch[3].userId'],
      [4, 'batch[4].properties.a.b'],
      [5, 'batch[5].properties.__proto__'],
      [6, expect.stringMatching(/^batch\[6\]\.properties\.a\[0\]/)],
      [7, 'batch[7]'],
      [8, 'batch[8].timestamp'],
    ]);
    expect((await stored('mixed')).map(({ name }) => name)).toEqual(['Good', 'Half \ufffd']);
  });

  it('lists events that say nothing certain: ids of nobody, times that are none, numbers without end', async () => {
    const events = [
      '"userId":9007199254740993,"event":"Exact","timestamp":1700000000',
      '"userId":9007199254740992,"event":"Exact"',
      '"userId":" ","event":"Blank"',
      '"userId":"undefined","event":"Nobody"',
      '"userId":"exact","event":"When","timestamp":"31/12/2025"',
      '"userId":"exact","event":"Endless","properties":{"n":1e400}',
      '"userId":"exact","event":"Order","properties":{"order.id":12345678901234567890}',
    ];
    const { status, body } = await post(
      '/v1/batch',
      `{"batch":[${events.map((event) => `{"type":"track",${event}}`).join(',')},{"type":"group","userId":"exact"}]}`,
    );
    expect({ status, rejected: body.rejected.map(({ path }: any) => path) }).toEqual({
      status: 200,
      rejected: [
        'batch[2].userId',
        'batch[3].userId',
        'batch[4].timestamp',
        'batch[5].properties.n',
        'batch[7].groupId',
      ],
    });
    expect((await stored('9007199254740993')).map(({ name, time }) => [name, time.toISOString()])).toEqual([
      ['Exact', '2023-11-14T22:13:20.000Z'],
    ]);
    expect(await stored('9007199254740992')).toHaveLength(1);
    expect((await stored('exact')).map(({ properties }) => properties)).toEqual([
      { 'order.id': '12345678901234567890' },
    ]);
    const names = await workspace.owner.get('/api/event-names');
    expect(names.body.events).toContainEqual(expect.objectContaining({ name: 'Order', properties: ['["order.id"]'] }));
  });

  it('does not let a person grow without end, and says so', async () => {
    const traits = (from: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${from + index}`, index]));
    const sent = (from: number, count: number) => ({ type: 'identify', userId: 'grown', traits: traits(from, count) });
    expect(
      (
        await post('/v1/batch', {
          batch: [
            sent(0, 300),
            { ...sent(300, 201), messageId: 'too-many' },
            sent(300, 200),
            { type: 'track', userId: 'grown', event: 'Still' },
          ],
        })
      ).body,
    ).toEqual({
      success: true,
      rejected: [
        {
          index: 1,
          path: 'batch[1]',
          message: expect.stringContaining('would give the person 501 traits; a person can have 500'),
        },
      ],
    });
    expect((await post('/v1/identify', { userId: 'grown', traits: traits(500, 1) })).body).toMatchObject({
      status: 400,
      code: 'invalid-events',
      errors: [{ message: expect.stringContaining('501 traits') }],
    });
    expect(
      (await post('/v1/identify', { userId: 'grown', traits: { t0: null, t500: 'x'.repeat(10_000) } })).status,
    ).toBe(200);
    const [profile] = await api.database.query<{ names: number }>(
      `select count(*)::int as names
        from profiles, jsonb_object_keys(traits)
        where workspace_id = $1 and external_id = 'grown'`,
      [workspace.id],
    );
    expect(profile).toEqual({ names: 500 });
    expect((await stored('grown')).filter(({ name }) => name === 'Still')).toHaveLength(1);
  });

  it('answers 413 for what is too large, also once inflated, and for too many events', async () => {
    expect((await post('/v1/batch', 'x'.repeat(600 * 1024))).body).toMatchObject({
      status: 413,
      code: 'body-too-large',
    });
    expect((await post('/v1/batch', gzipSync(' '.repeat(5_000_000)))).body).toMatchObject({ status: 413 });
    expect((await post('/v1/batch', { batch: Array.from({ length: 2_501 }, () => ({})) })).body).toMatchObject({
      status: 413,
      code: 'too-many-events',
    });
    expect((await post('/v1/batch', { batch: [] })).status).toBe(200);
  });

  it('has no other calls', async () => {
    expect((await post('/v1/nothing', {})).status).toBe(404);
    expect((await post('/v1/__proto__', {})).status).toBe(404);
  });
});

describe('promises', () => {
  it('stores the same message id once, whoever sends it and however often at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => post('/v1/track', { userId: 'twin', event: 'Once', messageId: 'one-id' })),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await stored('twin')).toHaveLength(1);
  });

  it('keeps the trait that was set last, whatever arrives last', async () => {
    const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
    await post('/v1/identify', { userId: 'late', traits: { plan: 'pro', city: 'Riga' }, timestamp: at(10) });
    await post('/v1/identify', { userId: 'late', traits: { plan: 'free', age: 30 }, timestamp: at(9) });
    const [profile] = await api.database.query(
      'select traits from profiles where workspace_id = $1 and external_id = $2',
      [workspace.id, 'late'],
    );
    expect(profile!['traits']).toEqual({ plan: 'pro', city: 'Riga', age: 30 });
  });

  it('keeps workspaces apart', async () => {
    const other = await api.workspace();
    const otherKey = await other.key('ingest');
    await post('/v1/track', { userId: 'twin', event: 'Once', messageId: 'one-id' }, basic(otherKey.key));
    const rows = await api.database.query("select workspace_id from events where message_id = 'one-id'");
    expect(new Set(rows.map((row) => row['workspace_id']))).toEqual(new Set([workspace.id, other.id]));
  });

  it('answers 503 with Retry-After while the database refuses, and nothing is half done', async () => {
    await api.database.query('alter table event_queue rename to event_queue_away');
    const broken = await post('/v1/track', { userId: 'outage', event: 'E', messageId: 'outage-1' });
    await api.database.query('alter table event_queue_away rename to event_queue');
    // A missing table is our fault: never 400 or 401, so that the SDK sends it again.
    expect(broken.status).toBeGreaterThanOrEqual(500);
    expect((await post('/v1/track', { userId: 'outage', event: 'E', messageId: 'outage-1' })).status).toBe(200);
    expect(await stored('outage')).toHaveLength(1);
  });
});

describe('demo traffic', () => {
  it('comes in through the public API, and only into a demo workspace', async () => {
    const refused = await workspace.owner.send('POST', '/api/demo/traffic', { people: 3 });
    expect(refused.body).toMatchObject({ status: 409, code: 'not-a-demo' });
    const demo = await api.workspace();
    await api.database.query('update workspaces set demo = true where id = $1', [demo.id]);
    const { status, body } = await demo.owner.send('POST', '/api/demo/traffic', { people: 20 });
    expect(status).toBe(200);
    const [stored] = await api.database.query(
      `select count(*)::int as events, count(distinct profile_id)::int as people, bool_and(origin = 'live') as live
        from events
        where workspace_id = $1`,
      [demo.id],
    );
    expect(stored).toEqual({ events: body.events, people: 20, live: true });
    expect(body.people).toBe(20);
    // The visitor of the page and the customer who signed in are one person; the key is gone again.
    expect(
      await api.database.query(
        "select 1 from profiles where workspace_id = $1 and (external_id is null or traits->>'first_name' is null)",
        [demo.id],
      ),
    ).toEqual([]);
    expect(await api.database.query('select 1 from api_keys where workspace_id = $1', [demo.id])).toEqual([]);
  });
});

/** A way to PostgreSQL that can be cut, and made to hang. */
async function breakableWay(databaseUrl: string) {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let state: 'open' | 'cut' | 'frozen' = 'open';
  const server = createServer((client) => {
    if (state === 'cut') return client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined).on('close', () => to.destroy());
      from.on('data', (data) => to.write(data));
      if (state === 'frozen') from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const set = (to: typeof state) => {
    state = to;
    for (const socket of sockets) {
      if (to === 'cut') socket.destroy();
      else if (to === 'frozen') socket.pause();
      else socket.resume();
    }
    if (to === 'cut') sockets.clear();
  };
  return {
    url: url.toString(),
    set,
    close: () => {
      set('cut');
      server.close();
    },
  };
}

describe('an outage of the database', () => {
  it('is answered with 503 and Retry-After, and what is sent again afterwards is stored once', async () => {
    const way = await breakableWay(api.databaseUrl);
    const other = await startTestApi({ environment: { DATABASE_URL: way.url } });
    const send = async (secret: string) => {
      const response = await fetch(`${other.url}/v1/batch`, {
        method: 'POST',
        headers: basic(secret),
        body: JSON.stringify({
          batch: [1, 2, 3].map((n) => ({ type: 'track', userId: 'cut', event: 'Kept', messageId: `cut-${n}` })),
        }),
      });
      return { status: response.status, retryAfter: response.headers.get('retry-after') };
    };
    try {
      expect((await send(key)).status).toBe(200);
      way.set('cut');
      // A key that was seen lately and one that was not: neither may be called wrong.
      const unseen = (await workspace.key('ingest')).key;
      for (const secret of [key, unseen, key])
        expect(await send(secret)).toEqual({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
      way.set('open');
      await expect.poll(async () => (await send(unseen)).status, { timeout: 15_000 }).toBe(200);
      expect(await stored('cut')).toHaveLength(3);

      way.set('frozen');
      const started = Date.now();
      const frozen = await Promise.all([send(key), send(unseen), send(key)]);
      expect(frozen.map(({ status }) => status)).toEqual([503, 503, 503]);
      expect(Date.now() - started).toBeLessThan(25_000);
      way.set('open');
      await expect.poll(async () => (await send(key)).status, { timeout: 15_000 }).toBe(200);
      expect(await stored('cut')).toHaveLength(3);
    } finally {
      way.close();
      await other.close();
    }
  });
});
