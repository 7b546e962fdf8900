import type { JsonObject } from '@wend/contract';
import { addNode, connect } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from './api.js';
import { startChain, until } from './chain.js';
import type { Chain } from './chain.js';
import { graphOf } from './graph-of.js';

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
}, 120_000);
afterAll(() => chain?.close());

async function publish(id: string, config: JsonObject): Promise<string> {
  let graph = graphOf([{ id: 'wait', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } } }], {
    reentry: { rule: 'always' },
  });
  const door = { id, type: 'wend/entry-place', version: 1, name: 'At a store', config };
  graph = addNode(graph, { node: { ...door, position: { x: 0, y: -200 } } });
  graph = connect(graph, { from: id, port: 'next', to: 'wait' });
  const made = await chain.owner.send('POST', '/api/journeys', { name: `Places ${id}` });
  const journey = `/api/journeys/${made.body.id}`;
  const saved = await chain.owner.send('PUT', `${journey}/draft`, { graph, revision: made.body.revision });
  expect(saved.status, JSON.stringify(saved.body)).toBe(200);
  const published = await publishDraft(chain.owner, journey.split('/').pop()!);
  expect(published.status, JSON.stringify(published.body)).toBe(201);
  return journey;
}
const runs = async (journey: string) => (await chain.owner.get(`${journey}/enrollments`)).body.items as unknown[];

it('lets in who comes into one of the places, and who leaves it', async () => {
  const stores = await publish('stores', { on: 'entered', tags: ['store'] });
  const stations = await publish('stations', { on: 'entered', tags: ['station'] });
  const left = await publish('left', { on: 'left', places: ['gangnam'] });
  const place = { externalId: 'gangnam', name: '강남점', lat: 37.5, lng: 127, radius: 150, tags: ['store'] };
  const saved = await chain.owner.send('PUT', '/api/places', { places: [place] });
  expect(saved.body).toEqual({ created: 1, updated: 0, unchanged: 0 });
  chain.analytics.track({ userId: 'mina', event: 'Location Updated', properties: { lat: 37.5001, lng: 127 } });
  await until(async () => (await runs(stores)).length === 1, 'mina to be let in');
  expect(await runs(left)).toEqual([]);
  chain.analytics.track({ userId: 'mina', event: 'Location Updated', properties: { lat: 37.6, lng: 127 } });
  await until(async () => (await runs(left)).length === 1, 'mina to be let in when she leaves');
  expect([await runs(stores), await runs(stations)].map((list) => list.length)).toEqual([1, 0]);
  const why = await chain.owner.get(`${stations}/why?externalId=mina`);
  expect(why.body).toMatchObject({ verdict: 'never-came' });
  const [listed] = (await chain.owner.get('/api/places?search=강남')).body.items;
  expect((await chain.owner.send('DELETE', `/api/places/${listed.id}`)).status).toBe(200);
  expect((await chain.owner.send('DELETE', `/api/places/${listed.id}`)).status).toBe(404);
  const named = (externalIds: string) => chain.owner.get(`/api/places?externalIds=${encodeURIComponent(externalIds)}`);
  const more = ['a,b', 'c'].map((externalId) => ({ ...place, externalId, tags: ['store', externalId] }));
  await chain.owner.send('PUT', '/api/places', { places: more });
  const { body } = await named('["a,b","gangnam"]');
  expect(body).toMatchObject({ items: [{ externalId: 'a,b' }], total: 2 });
  expect(body.tags).toEqual([
    { tag: 'store', places: 2 },
    { tag: 'a,b', places: 1 },
    { tag: 'c', places: 1 },
  ]);
  for (const wrong of ['gangnam', '[1]', '{}'])
    expect((await named(wrong)).body).toMatchObject({ status: 400, errors: [{ path: 'externalIds' }] });
  const bad = await chain.owner.send('PUT', '/api/places', { places: [{ ...place, lat: 91 }] });
  expect(bad.body).toMatchObject({ errors: [{ path: 'places.0.lat' }] });
});
