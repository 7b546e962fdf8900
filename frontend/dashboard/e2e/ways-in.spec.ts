import { emptyGraph } from '@wend/contract';
import type { Graph, GraphNode, JsonObject } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from '../../../backend/test/api.js';
import { identify, until } from '../../../backend/test/chain.js';
import { createJourney, keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product, Visit } from './browser.js';

let product: Product;
let visit: Visit;
let segment: string;
const people: Record<string, string> = {};
beforeAll(async () => {
  product = await startProduct();
  visit = await openSignedIn({ product });
  const { chain } = product;
  for (const [userId, name, plan] of [
    ['mina', 'Mina Park', 'pro'],
    ['noor', 'Noor Aziz', 'free'],
    ['juno', 'Juno Lee', 'pro'],
  ] as const) {
    await identify(chain, { userId, traits: { name, plan } });
    people[userId] = (await chain.owner.get(`/api/profiles?search=${userId}`)).body.items[0].id;
  }
  segment = (await chain.owner.send('POST', '/api/segments', { name: 'Regular guests' })).body.id;
  await add('mina');
}, 180_000);
afterAll(async () => {
  await visit?.close();
  await product?.close();
});

const add = async (userId: string) => {
  const members = { profileIds: [people[userId]!] };
  expect((await product.chain.owner.send('POST', `/api/segments/${segment}/members`, members)).status).toBeLessThan(
    300,
  );
};
const node = (id: string, type: string, name: string, config: JsonObject, y: number): GraphNode => ({
  id,
  type,
  version: 1,
  name,
  config,
  position: { x: 0, y },
});
const graph: Graph = {
  ...emptyGraph(),
  nodes: {
    door: node('door', 'wend/entry-segment', 'Became a regular', {}, 0),
    wait: node('wait', 'wend/wait', 'A day', { duration: { amount: 1, unit: 'days' } }, 160),
  },
  edges: [{ id: 'e1', from: 'door', port: 'next', to: 'wait' }],
};

it('a segment is chosen on the canvas, and lets people in, within the limits that are set beside it', async () => {
  const { page, faults } = visit;
  const { chain } = product;
  keepPictureOfFailure({ page, name: 'ways-in' });
  const id = await createJourney({ product, name: 'Regulars', graph });
  await page.goto(`/journeys/${id}`);
  const draft = async () => (await chain.owner.get(`/api/journeys/${id}`)).body.draft;

  await page.getByTestId('card-door').click();
  await page.getByLabel('Segment', { exact: true }).click();
  await page.keyboard.type('Regular');
  await page.getByRole('option', { name: /Regular guests/ }).click();
  await page.getByRole('switch', { name: /Also let in everyone/ }).click();
  await until(async () => {
    const { config } = (await draft()).nodes.door;
    return config.segment === segment && config.present === true;
  }, 'the segment to be saved');

  // The journey's own settings: two people a day, and a holdout that can be switched on.
  await page.locator('.react-flow__pane').click({ position: { x: 60, y: 600 } });
  await page.getByLabel('Per day').fill('2');
  await page.getByRole('switch', { name: 'Keep a holdout' }).click();
  await page.getByRole('switch', { name: 'Keep a holdout' }).click();
  await until(async () => {
    const { settings } = await draft();
    return settings.limits?.perDay === 2 && settings.holdout === undefined;
  }, 'the limit to be saved');
  expect((await publishDraft(chain.owner, id)).status).toBe(201);
  const verdict = async (userId: string) =>
    (await chain.owner.get(`/api/journeys/${id}/why?externalId=${userId}`)).body.verdict;
  await until(async () => (await verdict('mina')) === 'in', 'who was in the segment to come in');
  await add('juno');
  await until(async () => (await verdict('juno')) === 'in', 'who entered the segment to come in');
  await add('noor');
  await until(async () => (await verdict('noor')) === 'refused', 'the third to be kept out by the limit');
  expect(faults).toEqual([]);
}, 120_000);
