import { isDeepStrictEqual } from 'node:util';
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
    pause: node('pause', 'wait', 1, { duration: { amount: 1, unit: 'days' } }),
    office: node('office', 'wait-window', 2, { windows: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }] }),
    renewal: node('renewal', 'wait-date', 3, {
      date: { kind: 'trait', trait: 'renewal' },
      shift: { kind: 'on', at: 'same', time: '09:00' },
    }),
  },
  edges: [
    { id: 'e1', from: 'entry', port: 'next', to: 'pause' },
    { id: 'e2', from: 'pause', port: 'next', to: 'office' },
    { id: 'e3', from: 'office', port: 'next', to: 'renewal' },
  ],
};

it('waits are set by the calendar, and their cards say so', async () => {
  const { page, faults } = visit;
  keepPictureOfFailure({ page, name: 'waits' });
  const id = await createJourney({ product, name: 'Waits', graph });
  await page.goto(`/journeys/${id}`);
  const choose = async (name: string, option: string) => {
    await page.getByRole('combobox', { name, exact: true }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };
  const config = async (step: string) =>
    (await product.chain.owner.get(`/api/journeys/${id}`)).body.draft.nodes[step].config;

  const pause = page.getByTestId('card-pause');
  await pause.click();
  await page.getByLabel('How long').fill('2');
  expect(await page.getByRole('combobox', { name: 'At', exact: true }).count()).toBe(0);
  await choose('Unit', 'calendar days');
  await choose('At', 'A time of day');
  await page.getByLabel('Time', { exact: true }).fill('10:30');
  await pause.getByText('2 calendar days at 10:30').waitFor();
  expect(await page.getByText('29 February in other years').count()).toBe(0);
  await page.screenshot({ path: 'test-results/waits-calendar.png' });
  await choose('Unit', 'months');
  await page.getByText('29 February in other years').waitFor();
  await pause.getByText('2 months at 10:30').waitFor();

  await page.getByTestId('card-office').getByText('until 09:00–18:00 on Mon–Fri').waitFor();
  await page.getByTestId('card-office').click();
  await page.screenshot({ path: 'test-results/waits-window.png' });

  const renewal = page.getByTestId('card-renewal');
  await renewal.click();
  await choose('People go on', 'Some time before it');
  await page.getByLabel('How long').fill('3');
  await renewal.getByText('3 calendar days before renewal').waitFor();
  await page.screenshot({ path: 'test-results/waits-date.png' });
  await choose('Unit', 'hours');
  expect(await page.getByRole('combobox', { name: 'At', exact: true }).count()).toBe(0);
  await renewal.getByText('3 h before renewal').waitFor();
  await until(
    async () => isDeepStrictEqual((await config('renewal')).shift.offset, { amount: 3, unit: 'hours' }),
    'the draft to be saved',
  );
  expect(await config('pause')).toMatchObject({
    duration: { amount: 2, unit: 'calendarMonths' },
    at: 'time',
    time: '10:30',
  });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: 'test-results/waits-dark.png' });
  await page.emulateMedia({ colorScheme: 'light' });
  expect(faults).toEqual([]);
});
