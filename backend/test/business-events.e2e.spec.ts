import type { JsonObject } from '@wend/contract';
import { addNode, connect } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from './api.js';
import type { Client } from './api.js';
import { startChain, until } from './chain.js';
import type { Chain } from './chain.js';
import { graphOf } from './graph-of.js';

let chain: Chain;
let program: Client;
beforeAll(async () => {
  chain = await startChain();
  program = await chain.workspace.key('business-events:send');
}, 120_000);
afterAll(() => chain?.close());

const compare = (left: JsonObject, is: string, value: unknown) => ({ op: 'compare', left, is, value }) as JsonObject;
const audience: JsonObject = {
  op: 'all',
  rules: [
    compare({ source: 'distance', path: 'location', entryLatitude: 'lat', entryLongitude: 'lng' }, 'atMost', 3_000),
    compare({ source: 'trait', path: 'likes' }, 'contains', { entry: 'category' }),
  ],
};

async function publish(config: JsonObject): Promise<string> {
  let graph = graphOf([{ id: 'wait', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } } }], {
    reentry: { rule: 'always' },
  });
  const door = { id: 'door', type: 'wend/entry-business-event', version: 1, name: 'Sales low', config };
  graph = addNode(graph, { node: { ...door, position: { x: 0, y: -200 } } });
  graph = connect(graph, { from: 'door', port: 'next', to: 'wait' });
  const made = await chain.owner.send('POST', '/api/journeys', { name: 'Slow days' });
  const saved = await chain.owner.send('PUT', `/api/journeys/${made.body.id}/draft`, {
    graph,
    revision: made.body.revision,
  });
  expect(saved.status, JSON.stringify(saved.body)).toBe(200);
  const published = await publishDraft(chain.owner, made.body.id);
  expect(published.status, JSON.stringify(published.body)).toBe(201);
  return made.body.id as string;
}
const send = (body: JsonObject, client: Client = program) => client.send('POST', '/api/business-events', body);

it('lets in those whom an event of a store matters to, and says the same when it is sent again', async () => {
  const journey = await publish({ event: 'Sales Low', fields: [{ id: 'c', path: 'category' }], audience });
  const people: Record<string, JsonObject> = {
    'biz-near': { location: { lat: 37.51, lng: 127 }, likes: ['등산'] },
    'biz-far': { location: { lat: 37.6, lng: 127 }, likes: ['등산'] },
    'biz-other': { location: { lat: 37.5, lng: 127 }, likes: ['캠핑'] },
  };
  for (const [userId, traits] of Object.entries(people))
    await until(async () => {
      chain.analytics.identify({ userId, traits });
      return (await chain.owner.send('GET', `/api/profiles?search=${userId}`)).body.items.length > 0;
    }, `${userId} to be known`);
  const properties = { lat: 37.5, lng: 127, category: '등산' };
  const counted = await send({ name: 'Sales Low', properties, dryRun: true });
  expect(counted.body).toMatchObject({
    count: 1,
    entries: [{ journeyId: journey, journeyName: 'Slow days', entry: 'door', outcome: 'counted', count: 1 }],
  });
  const body = { name: 'Sales Low', properties, messageId: 'gangnam-1', expectedCount: 1 };
  const sent = await send(body);
  expect(sent.status, JSON.stringify(sent.body)).toBe(200);
  expect((await send(body)).body).toEqual(sent.body);
  const batches = async () => (await chain.owner.send('GET', `/api/journeys/${journey}/batches`)).body.items;
  await until(async () => (await batches())[0]?.state === 'done', 'the batch to be done');
  expect(await batches()).toMatchObject([{ name: 'Sales Low', total: 1, entered: 1 }]);
  const runs = (await chain.owner.send('GET', `/api/journeys/${journey}/enrollments`)).body.items;
  expect(runs).toHaveLength(1);
  const why = await chain.owner.send('GET', `/api/journeys/${journey}/why?externalId=biz-near`);
  expect(why.body.verdict).toBe('in');
  const listed = await chain.owner.send('GET', '/api/business-events?limit=1');
  expect(listed.body).toMatchObject({
    next: null,
    items: [
      {
        id: sent.body.id,
        name: 'Sales Low',
        messageId: 'gangnam-1',
        properties,
        entries: [{ entry: 'door', batchId: expect.any(String), batch: { state: 'done', total: 1, entered: 1 } }],
      },
    ],
    awaited: [
      {
        name: 'Sales Low',
        journeys: [{ id: journey, name: 'Slow days' }],
        properties: expect.arrayContaining(['lat', 'lng', 'category']),
      },
    ],
  });
});

it('refuses what makes no sense, and says where', async () => {
  expect((await send({ name: 'Sales Low' })).body).toMatchObject({ errors: [{ path: 'messageId' }] });
  expect((await send({ name: ' ', messageId: 'x' })).status).toBe(400);
  expect((await send({ name: 'Sales Low', messageId: 'y' }, await chain.workspace.key('ingest'))).status).toBe(403);
  const missing = await send({ name: 'Sales Low', messageId: 'z', properties: { lat: 37.5, lng: 127 } });
  expect(missing.body.entries).toMatchObject([{ outcome: 'nobody', property: 'category' }]);
  expect((await send({ name: 'Nobody Waits', messageId: 'w' })).body.entries).toEqual([]);
  const made = await chain.owner.send('POST', '/api/segments', {
    name: 'Near what?',
    rule: audience,
  });
  expect(made.status).toBe(422);
});
