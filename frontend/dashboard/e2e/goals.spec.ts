import { emptyGraph } from '@wend/contract';
import type { Graph, JsonObject } from '@wend/contract';
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

const node = (id: string, type: string, place: number, config: JsonObject) => ({
  id,
  type: `wend/${type}`,
  version: 1,
  name: id,
  config,
  position: { x: 0, y: place * 160 },
});
const graph: Graph = {
  ...emptyGraph(),
  nodes: {
    entry: node('entry', 'entry-event', 0, { event: 'Signed Up' }),
    tag: node('tag', 'set-trait', 1, { traits: [{ name: 'coupon', value: 'yes' }] }),
    pause: node('pause', 'wait', 2, { duration: { amount: 1, unit: 'days' } }),
  },
  edges: [
    { id: 'e1', from: 'entry', port: 'next', to: 'tag' },
    { id: 'e2', from: 'tag', port: 'next', to: 'pause' },
  ],
};

it('a journey says what it is for, what ends its runs, and what is undone then', async () => {
  const { page, faults } = visit;
  keepPictureOfFailure({ page, name: 'goals' });
  const id = await createJourney({ product, name: 'Goals', graph });
  const draft = async () => (await product.chain.owner.get(`/api/journeys/${id}`)).body.draft as Graph;
  await page.goto(`/journeys/${id}`);
  const choose = async (name: string, option: string) => {
    await page.getByRole('combobox', { name, exact: true }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };

  await page.getByRole('button', { name: 'Add an exit criterion' }).click();
  await choose('What ends the run', 'The person unsubscribes');
  await page.getByText('not just one topic').waitFor();
  await choose('What ends the run', 'A segment is entered or left');
  await choose('Entered or left', 'The person leaves');
  await page.screenshot({ path: 'test-results/exit-segment.png' });
  await page.getByRole('button', { name: 'Remove exit criterion 1' }).click();

  await page.getByRole('button', { name: 'Add a goal' }).click();
  await page.getByLabel('Name of the goal').fill('Purchase');
  await page.getByLabel('Reached when').fill('Order Completed');
  await page.getByLabel('Value', { exact: true }).fill('revenue');
  await page.getByLabel('Currency').fill('eur');
  await page.getByRole('button', { name: 'Also exit when it’s reached' }).click();
  await page.getByText('Reaching it also ends the run.').waitFor();
  await page.screenshot({ path: 'test-results/goal.png' });
  await until(async () => {
    const { exitCriteria, goals } = (await draft()).settings;
    const [exit] = exitCriteria;
    return goals?.[0]?.currency === 'EUR' && exit !== undefined && 'event' in exit && exit.event === 'Order Completed';
  }, 'the draft to be saved');
  const { settings } = await draft();
  expect(settings.goals).toMatchObject([
    { name: 'Purchase', event: 'Order Completed', withinSeconds: 604_800, value: 'revenue', currency: 'EUR' },
  ]);
  expect(settings.exitCriteria).toMatchObject([{ event: 'Order Completed' }]);

  await page.getByTestId('card-tag').click();
  await page.locator('summary', { hasText: 'More' }).first().click();
  await page.getByRole('switch', { name: 'Undo it if they leave early' }).click();
  await page.getByText('If they leave early', { exact: true }).waitFor();
  await page.screenshot({ path: 'test-results/undo.png' });
  await until(async () => (await draft()).nodes['tag']?.config['undo'] === true, 'the switch to be saved');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.keyboard.press('Escape');
  await page.getByText('Journey settings').waitFor();
  await page.screenshot({ path: 'test-results/goal-dark.png' });
  await page.emulateMedia({ colorScheme: 'light' });
  expect(faults).toEqual([]);
});
