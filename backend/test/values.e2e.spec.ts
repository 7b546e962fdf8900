import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@wend/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pathOf, publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';

/** Another system: what it was asked, and what it says to that. */
let asked: string[] = [];
let answer: { status: number; body: JsonObject };
let server: Server;
let chain: Chain;
let address: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  address = `http://127.0.0.1:${port}`;
  chain = await startChain({ WEND_OUTBOUND_ALLOW: `127.0.0.1:${port}` });
});
afterAll(async () => {
  await chain?.close();
  server?.close();
});
beforeEach(() => {
  asked = [];
});

/** Fetches what an order is worth, counts it, and goes by what the person then has. */
const graph = (event: string) =>
  graphOf([
    entry(event, 'fetch'),
    {
      id: 'fetch',
      type: 'wend/fetch-data',
      config: {
        method: 'GET',
        url: `${address}/orders/{{ entry.order }}`,
        headers: [],
        body: '',
        take: [{ name: 'points', path: 'worth.points' }],
      },
      to: { ok: 'count', failed: 'unknown' },
    },
    {
      id: 'count',
      type: 'wend/change-traits',
      config: {
        traits: [
          { name: 'points', do: 'add', value: '{{ run.fetch.points }}', type: 'auto' },
          { name: 'orders', do: 'append', value: '{{ entry.order }}', type: 'text' },
        ],
      },
      to: { next: 'branch', failed: 'unknown' },
    },
    {
      id: 'branch',
      type: 'wend/branch',
      config: {
        branches: [
          {
            id: 'gold',
            label: 'Gold',
            rule: { op: 'compare', left: { source: 'trait', path: 'points' }, is: 'atLeast', value: 100 },
          },
        ],
      },
      to: { gold: 'golden', else: 'soon' },
    },
    { id: 'golden', type: 'wend/exit', config: { reason: 'gold' } },
    { id: 'soon', type: 'wend/exit', config: { reason: 'not yet' } },
    { id: 'unknown', type: 'wend/exit', config: { reason: 'unknown' } },
  ]);

it('fetches data, counts it up, and later steps of the same moment see it', async () => {
  const event = `Ordered ${randomUUID()}`;
  const journeyId = await publish(chain, {
    name: 'points',
    graph: { ...graph(event), settings: { ...graph(event).settings, reentry: { rule: 'always' } } },
  });
  const person = randomUUID();
  const ended = async (runs: number) =>
    until(async () => {
      const found = await runsOf(chain, journeyId);
      return found.length === runs && found.every((run) => run.endedAt) && found;
    }, `${runs} runs to end`);

  answer = { status: 200, body: { worth: { points: 60.5 } } };
  await track(chain, { userId: person, event, properties: { order: '한글 1/2?' } });
  const [first] = await ended(1);
  expect(first).toMatchObject({ endReason: 'not yet' });
  expect(asked).toEqual([`GET /orders/${encodeURIComponent('한글 1/2?')}`]);
  expect(pathOf(await runOf(chain, first!.id))).toEqual(['entry:next', 'fetch:ok', 'count:next', 'branch:else']);

  await track(chain, { userId: person, event, properties: { order: 7 } });
  expect((await ended(2)).map(({ endReason }) => endReason)).toContain('gold');
  const [profile] = await chain.api.database.query<{ traits: JsonObject }>(
    'select traits from profiles where workspace_id = $1 and external_id = $2',
    [chain.workspace.id, person],
  );
  expect(profile?.traits).toMatchObject({ points: 121, orders: ['한글 1/2?', '7'] });

  // What cannot be counted, and what is not there at all.
  answer = { status: 200, body: { worth: {} } };
  await track(chain, { userId: person, event, properties: { order: 8 } });
  expect((await ended(3)).map(({ endReason }) => endReason)).toContain('unknown');
  answer = { status: 404, body: {} };
  await track(chain, { userId: person, event, properties: { order: 9 } });
  const all = await ended(4);
  expect(all.filter(({ endReason }) => endReason === 'unknown')).toHaveLength(2);
});

describe('a step that is tried by itself', () => {
  const settings = (more: JsonObject = {}) => ({
    method: 'GET',
    url: `${address}/orders/{{ entry.order }}?of={{ profile.plan }}&token=abc`,
    headers: [],
    body: '',
    take: [
      { name: 'worth', path: 'worth' },
      { name: 'none', path: 'nowhere' },
    ],
    ...more,
  });
  const made = async () =>
    (await chain.owner.send('POST', '/api/journeys', { name: `Tried ${randomUUID()}` })).body.id as string;
  const attempt = (journeyId: string, config: JsonObject, more: object = {}) =>
    chain.owner.send('POST', `/api/journeys/${journeyId}/try-step`, {
      step: { id: 'fetch', type: 'wend/fetch-data', version: 1, config },
      entry: { order: 'o 1' },
      ...more,
    });
  const learnt = async (journeyId: string) => (await chain.owner.get(`/api/journeys/${journeyId}/learnt-results`)).body;

  it('asks for real, shows the answer without secrets, and what is kept is known to later steps', async () => {
    const journeyId = await made();
    answer = {
      status: 200,
      body: { worth: { points: 5, lines: [{ sku: 'x' }] }, api_key: 'sk_live_1', 'ann@example.com': 1 },
    };
    const { status, body } = await attempt(journeyId, settings());
    expect(status).toBe(200);
    expect(asked).toEqual(['GET /orders/o%201?of=pro&token=abc']);
    expect(body).toMatchObject({
      port: { id: 'ok', label: 'Fetched' },
      output: { status: 200, problem: null, worth: { points: 5, lines: [{ sku: 'x' }] }, none: null },
      problem: null,
      again: null,
      calls: [{ method: 'GET', status: 200, problem: null, cut: false }],
    });
    expect(body.calls[0].ms).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(body)).not.toMatch(/sk_live_1|token=abc/);
    expect(body.calls[0].fields.map(({ path }: { path: string }) => path)).toEqual([
      'worth.points',
      'worth.lines',
      'worth.lines.0.sku',
      'api_key',
    ]);
    expect(await learnt(journeyId)).toEqual({
      items: [
        {
          node: 'fetch',
          fields: [
            { path: 'status', type: 'number' },
            { path: 'problem', type: 'empty' },
            { path: 'worth.points', type: 'number' },
            { path: 'worth.lines', type: 'list' },
            { path: 'worth.lines.0.sku', type: 'text' },
            { path: 'none', type: 'empty' },
          ],
        },
      ],
    });
  });

  it('says what would come of another answer, and of an address that may not be asked', async () => {
    const journeyId = await made();
    answer = { status: 404, body: {} };
    expect((await attempt(journeyId, settings())).body).toMatchObject({
      port: { id: 'failed' },
      output: { status: 404, problem: 'The answer was 404.' },
    });
    answer = { status: 503, body: {} };
    expect((await attempt(journeyId, settings())).body).toMatchObject({
      port: null,
      again: 5,
      calls: [{ status: 503 }],
    });
    const before = asked.length;
    const { body } = await attempt(journeyId, settings({ url: 'http://127.0.0.1:1/x' }));
    expect(body).toMatchObject({ port: { id: 'failed' }, calls: [{ status: null, problem: expect.any(String) }] });
    expect(asked).toHaveLength(before);
  });

  it('takes a chosen person, and refuses settings, people, journeys and steps that are not there', async () => {
    const journeyId = await made();
    const person = randomUUID();
    answer = { status: 200, body: {} };
    await track(chain, { userId: person, event: 'Seen' });
    const profileId = await until(async () => {
      const [row] = await chain.api.database.query<{ id: string }>(
        'select id from profiles where workspace_id = $1 and external_id = $2',
        [chain.workspace.id, person],
      );
      return row?.id;
    }, 'the person');
    asked = [];
    const url = `${address}/people/{{ profile.external_id }}`;
    expect((await attempt(journeyId, settings({ url }), { profileId })).status).toBe(200);
    expect(asked).toEqual([`GET /people/${person}`]);

    const named = await attempt(journeyId, settings({ take: [{ name: '', path: 'a' }] }));
    expect(named.status).toBe(422);
    expect(named.body.errors).toEqual([{ path: 'step.config.take[0].name', message: 'Name is required.' }]);
    expect((await attempt(journeyId, settings({ url: 'ftp://x' }))).status).toBe(422);
    expect((await attempt(journeyId, settings(), { profileId: randomUUID() })).status).toBe(404);
    expect((await attempt(randomUUID(), settings())).status).toBe(404);
    const wait = { step: { id: 'w', type: 'wend/wait', version: 1, config: {} } };
    expect((await attempt(journeyId, settings(), wait)).body).toMatchObject({ code: 'not-tried' });
    expect(asked).toHaveLength(1);
  });

  it('is learnt from by real runs, and a deleted API connection is warned of', async () => {
    const event = `Ordered ${randomUUID()}`;
    answer = { status: 200, body: { worth: { points: { base: 3 } } } };
    const journeyId = await publish(chain, { name: 'learns', graph: graph(event) });
    await track(chain, { userId: randomUUID(), event, properties: { order: 1 } });
    const found = await until(async () => {
      const { items } = await learnt(journeyId);
      return items.length > 0 && items;
    }, 'what the answer looked like');
    expect(found).toMatchObject([
      { node: 'fetch', fields: expect.arrayContaining([{ path: 'points.base', type: 'number' }]) },
    ]);

    const issuesOf = async (connection: string) => {
      const draft = graph(event);
      draft.nodes['fetch']!.config['connection'] = connection;
      const { body } = await chain.owner.send('POST', '/api/journeys', { name: 'Signs in', graph: draft });
      return (await chain.owner.get(`/api/journeys/${body.id}/issues`)).body.issues.filter(
        ({ code }: { code: string }) => code === 'connection-gone',
      );
    };
    const { body: made } = await chain.owner.send('POST', '/api/http-connections', {
      name: 'CRM',
      auth: { kind: 'bearer' },
      origins: [address],
      secret: 'plain-key',
    });
    expect(await issuesOf(made.id)).toEqual([]);
    expect(await issuesOf(randomUUID())).toMatchObject([{ nodeId: 'fetch', path: 'connection', severity: 'warning' }]);
  });
});

it('what was fetched for somebody who leaves early can be undone', async () => {
  const event = `Booked ${randomUUID()}`;
  answer = { status: 200, body: { id: 'b-1' } };
  const call = (id: string, path: string, more: JsonObject) => ({
    id,
    type: 'wend/fetch-data',
    config: {
      method: 'POST',
      url: `${address}${path}`,
      headers: [],
      body: '{}',
      take: [{ name: 'id', path: 'id' }],
      ...more,
    },
  });
  const journeyId = await publish(chain, {
    name: 'bookings',
    graph: graphOf(
      [
        entry(event, 'book'),
        { ...call('book', '/bookings', { undo: true }), to: { ok: 'wait', undo: 'free' } },
        { id: 'wait', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } } },
        call('free', '/bookings/{{ run.book.id }}/free', {}),
      ],
      { exitCriteria: [{ id: 'out', event: 'Out' }] },
    ),
  });
  const person = randomUUID();
  await track(chain, { userId: person, event });
  await until(async () => (await runsOf(chain, journeyId))[0]?.node === 'wait', 'the wait');
  await track(chain, { userId: person, event: 'Out' });
  await until(async () => (await runsOf(chain, journeyId))[0]?.endedAt, 'the end');
  expect(asked).toEqual(['POST /bookings', 'POST /bookings/b-1/free']);
});
