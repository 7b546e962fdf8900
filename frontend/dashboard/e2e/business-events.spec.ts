import { emptyGraph } from '@wend/contract';
import type { Graph } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from '../../../backend/test/api.js';
import { identify } from '../../../backend/test/chain.js';
import { check } from './accessibility.js';
import { createJourney, keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product, Visit } from './browser.js';

let product: Product;
let visit: Visit;
beforeAll(async () => {
  product = await startProduct();
  visit = await openSignedIn({ product });
  const { chain } = product;
  await identify(chain, { userId: 'mina', traits: { name: 'Mina Park', likes: ['등산'] } });
  await identify(chain, { userId: 'juno', traits: { name: 'Juno Lee', likes: ['캠핑'] } });
}, 180_000);
afterAll(async () => {
  await visit?.close();
  await product?.close();
});

const graph: Graph = {
  ...emptyGraph(),
  nodes: {
    door: {
      id: 'door',
      type: 'wend/entry-business-event',
      version: 1,
      name: 'Sales are low',
      config: {
        event: 'Sales Low',
        audience: {
          op: 'compare',
          left: { source: 'trait', path: 'likes' },
          is: 'contains',
          value: { entry: 'category' },
        },
      },
      position: { x: 0, y: 0 },
    },
    wait: {
      id: 'wait',
      type: 'wend/wait',
      version: 1,
      name: 'A day',
      config: { duration: { amount: 1, unit: 'days' } },
      position: { x: 0, y: 160 },
    },
  },
  edges: [{ id: 'e1', from: 'door', port: 'next', to: 'wait' }],
};

it('business events are counted, confirmed, sent and followed on one page', { timeout: 120_000 }, async () => {
  const { page, faults } = visit;
  keepPictureOfFailure({ page, name: 'business-events' });
  await page.goto('/events?tab=business');
  await page.getByText('No live journey waits for one.').waitFor();

  const id = await createJourney({ product, name: 'Slow days', graph });
  expect((await publishDraft(product.chain.owner, id)).status).toBe(201);
  await page.reload();
  await page.getByRole('heading', { name: 'Journeys are waiting for' }).waitFor();

  await page.getByRole('button', { name: 'Send event' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Event', { exact: true }).click();
  await page.getByRole('option', { name: /Sales Low/ }).click();
  // What the entry compares with is there to be filled in.
  await dialog.getByLabel('Value of category').fill('등산');
  await dialog.getByRole('button', { name: 'Count people' }).click();
  await dialog.getByText('1 person would enter').waitFor();
  await dialog.getByText('Waiting for confirmation').waitFor();
  expect(await check(page, '[role=dialog]')).toEqual([]);

  // Somebody else begins to match: the number that was shown is no longer true.
  await identify(product.chain, { userId: 'noor', traits: { name: 'Noor Aziz', likes: ['등산'] } });
  await dialog.getByRole('button', { name: 'Let 1 person in' }).click();
  await dialog.getByText('Nobody entered. Confirm the new count').waitFor();
  await dialog.getByRole('button', { name: 'Let 2 people in' }).click();
  await dialog.waitFor({ state: 'hidden' });

  const list = page.getByRole('list', { name: 'Business events' });
  await list.getByText('2 of 2 people entered').waitFor();
  await list.getByText('Done', { exact: true }).waitFor();
  await list.getByText('category: 등산').waitFor();
  await list.getByRole('button', { name: 'Sales Low' }).click();
  await list.getByText('Message ID').waitFor();
  expect(await check(page)).toEqual([]);
  await list.getByRole('button', { name: 'Send again…' }).click();
  expect(await dialog.getByLabel('Value of category').inputValue()).toBe('등산');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await list.getByRole('link', { name: 'Slow days' }).click();
  await page.waitForURL(`**/journeys/${id}?layer=live`);
  // The browser tells of the count that was refused; all else is a fault.
  expect(faults.filter((fault) => !/status of 409/.test(fault))).toEqual([]);
});
