import { emptyGraph } from '@wend/contract';
import type { Graph, GraphNode } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../../backend/test/chain.js';
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

const nodeOf = (node: Omit<GraphNode, 'version'>): GraphNode => ({ ...node, version: 1 });
const graph: Graph = {
  ...emptyGraph(),
  nodes: {
    // As it was saved before entries had an age.
    entry: nodeOf({
      id: 'entry',
      type: 'wend/entry-event',
      name: 'Signed up',
      config: { event: 'Signed Up' },
      position: { x: 0, y: 0 },
    }),
    mail: nodeOf({
      id: 'mail',
      type: 'wend/sms',
      name: 'Hello',
      config: { text: 'Hello' },
      position: { x: 0, y: 160 },
    }),
  },
  edges: [{ id: 'e1', from: 'entry', port: 'next', to: 'mail' }],
};

it('how old an event may be stands in the entry, and who may enter again in the settings of the journey, in words for each rule', async () => {
  const { page } = visit;
  keepPictureOfFailure({ page, name: 'entering' });
  const id = await createJourney({ product, name: 'Entering', graph });
  const saved = async () => (await product.chain.owner.get(`/api/journeys/${id}`)).body.draft as Graph;
  await page.goto(`/journeys/${id}`);

  const again = page.getByRole('combobox', { name: 'Can people re-enter?' });
  await again.waitFor();
  for (const [choice, words] of [
    ['After they’ve left', 'Nobody is in it twice at the same time'],
    ['Always', 'even while they’re in the journey'],
    ['Some time after they last entered', 'even if they’re still in the journey'],
    ['Never', 'once'],
  ] as const) {
    await again.click();
    await page.getByRole('option', { name: choice, exact: true }).click();
    await page.getByText(words).first().waitFor();
  }
  await again.click();
  await page.getByRole('option', { name: 'After they’ve left' }).click();
  await until(async () => (await saved()).settings.reentry.rule === 'whenLeft', 'the rule to be saved');

  await page.getByText('Signed up', { exact: true }).first().click();
  const age = page.getByLabel('Ignore events older than');
  await age.waitFor();
  expect(await age.inputValue()).toBe('24');
  await age.fill('2');
  await page.getByRole('switch', { name: 'Take events of any age' }).click();
  await until(async () => (await saved()).nodes['entry']?.config['anyAge'] === true, 'the entry to be saved');
  expect((await saved()).nodes['entry']?.config).toEqual({
    event: 'Signed Up',
    maximumAge: { amount: 2, unit: 'hours' },
    anyAge: true,
  });
  expect(visit.faults).toEqual([]);
});
