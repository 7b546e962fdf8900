import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@wend/contract';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
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
