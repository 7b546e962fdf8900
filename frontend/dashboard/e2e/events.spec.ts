import { afterAll, beforeAll, expect, it } from 'vitest';
import { check } from './accessibility.js';
import { keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product } from './browser.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product?.close());

it('show what arrives and why not, and keep a catalog of it', { timeout: 180_000 }, async () => {
  const { workspace } = product.chain;
  const key = await workspace.key('ingest');
  const { page, faults, close } = await openSignedIn({ product });
  keepPictureOfFailure({ page, name: 'events' });
  await page.goto('/events');
  await page.getByRole('heading', { name: 'Waiting for events' }).waitFor();
  expect(await check(page)).toEqual([]);
  await page.getByText('Listening').waitFor();

  const order = (event: string, total: unknown) => ({ type: 'track', userId: 'ann', event, properties: { total } });
  await key.send('POST', '/v1/batch', {
    batch: [
      ...Array.from({ length: 15 }, () => order('Order Completed', 20)),
      order('Order Complete', 20),
      { type: 'track', event: 'Lost' },
      { type: 'identify', userId: 'ann', traits: { plan: 'pro' } },
    ],
  });
  await page.getByText('userId is missing: give userId or anonymousId').first().waitFor();
  expect(await check(page)).toEqual([]);
  await page.getByRole('button', { name: 'Details of Lost' }).first().click();
  await page.getByText('/v1/batch answered 200').waitFor();
  expect(await check(page)).toEqual([]);
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Pause' }).click();
  await key.send('POST', '/v1/track', { userId: 'ben', event: 'While Paused' });
  await page.getByText('1 new').waitFor();
  expect(await page.getByRole('button', { name: 'Details of While Paused' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('button', { name: 'Details of While Paused' }).waitFor();
  await page.getByLabel('Find an event').fill('paused');
  await expect.poll(() => page.getByRole('region', { name: 'Incoming events' }).getByRole('button').count()).toBe(1);

  await page.getByRole('tab', { name: 'Catalog' }).click();
  await page.getByText('Did you mean Order Completed?').waitFor({ timeout: 30_000 });
  expect(await check(page)).toEqual([]);
  await page.getByRole('button', { name: 'Order Completed', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Description', { exact: true }).fill('An order was paid');
  await dialog.getByRole('button', { name: 'Save' }).click();
  // A property is described where it stands; Escape leaves the field, not the dialog.
  const describe = dialog.getByRole('button', { name: 'Add a description (total)' });
  await describe.click();
  await page.keyboard.type('never mind');
  await page.keyboard.press('Escape');
  await describe.click();
  await page.keyboard.type('In euros');
  await page.keyboard.press('Enter');
  await dialog.getByText('In euros').waitFor();
  await dialog.getByRole('switch', { name: 'Expected' }).click();
  await dialog.getByText('Expected', { exact: true }).first().waitFor();
  expect(await check(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('table', { name: 'Events' }).getByText('An order was paid').waitFor();
  await page.getByText('Unexpected').first().waitFor();
  await page.getByRole('radio', { name: 'Traits' }).click();
  await page.getByRole('button', { name: 'plan', exact: true }).waitFor();
  expect(await check(page)).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});
