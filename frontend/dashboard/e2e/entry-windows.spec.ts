import { emptyGraph } from '@wend/contract';
import type { Graph, GraphNode } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from '../../../backend/test/api.js';
import { track, until } from '../../../backend/test/chain.js';
import { createJourney, keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product, Visit } from './browser.js';

let product: Product;
let visit: Visit;
beforeAll(async () => {
  product = await startProduct();
  visit = await openSignedIn({ product });
});
afterAll(async () => {
  await visit?.close();
  await product?.close();
});

const graphWith = (node: Omit<GraphNode, 'version' | 'position'>): Graph => ({
  ...emptyGraph(),
  nodes: {
    [node.id]: { ...node, version: 1, position: { x: 0, y: 0 } },
    end: {
      id: 'end',
      type: 'wend/exit',
      version: 1,
      name: 'End',
      config: { reason: 'Done' },
      position: { x: 0, y: 160 },
    },
  },
  edges: [{ id: 'e1', from: node.id, port: 'next', to: 'end' }],
});

it('an omission is set in the form, said on the card, and told of while somebody waits', async () => {
  const { page } = visit;
  keepPictureOfFailure({ page, name: 'omission' });
  await track(product.chain, { userId: 'mina', event: 'Order Placed', properties: { sku: 'a' } });
  const graph = graphWith({ id: 'entry', type: 'wend/entry-omission', name: 'Left the cart', config: {} });
  const id = await createJourney({ product, name: 'Omission', graph });
  const saved = async () => (await product.chain.owner.get(`/api/journeys/${id}`)).body.draft as Graph;
  await page.goto(`/journeys/${id}`);
  await page.getByText('Left the cart', { exact: true }).first().click();

  const names = page.getByRole('combobox', { name: 'Event', exact: true });
  await names.first().fill('Cart Updated');
  await names.nth(1).fill('Order Placed');
  await page.getByRole('combobox', { name: 'Of the same', exact: true }).fill('sku');
  await page.getByLabel('Within', { exact: true }).fill('3');
  await until(async () => (await saved()).nodes['entry']?.config['within'] !== undefined, 'the entry to be saved');
  await until(
    async () => JSON.stringify((await saved()).nodes['entry']?.config['without']).includes('sku'),
    'the property to be saved',
  );
  expect((await saved()).nodes['entry']?.config).toMatchObject({
    event: 'Cart Updated',
    without: { event: 'Order Placed', same: 'sku' },
    within: { amount: 3, unit: 'days' },
  });
  await page.getByText('Cart Updated without Order Placed within 3 d').first().waitFor();

  const published = await publishDraft(product.chain.owner, id);
  expect(published.status).toBe(201);
  await track(product.chain, { userId: 'mina', event: 'Cart Updated', properties: { sku: 'b' } });
  await until(
    async () => (await product.chain.owner.get(`/api/journeys/${id}/why?externalId=mina`)).body.verdict === 'waiting',
    'mina to wait',
  );
  expect(visit.faults).toEqual([]);
});
