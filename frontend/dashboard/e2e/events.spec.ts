import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product } from './browser.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product?.close());

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds in light and dark; with `WEND_PICTURES` a picture of each is kept there. */
async function look(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  const pictures = process.env['WEND_PICTURES'];
  if (pictures) mkdirSync(pictures, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(() => Promise.all(document.getAnimations().map((each) => each.finish())));
    if (pictures) await page.screenshot({ path: `${pictures}/${name}-${colorScheme}.png` });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() =>
      (window as unknown as { axe: { run: (context: unknown, options: unknown) => Promise<AxeResults> } }).axe.run(
        document,
        { resultTypes: ['violations'], preload: false },
      ),
    );
    found.push(
      ...violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${name} ${colorScheme} ${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    );
  }
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

it('show what arrives and why not, and keep a catalog of it', { timeout: 180_000 }, async () => {
  const { workspace } = product.chain;
  const key = await workspace.key('ingest');
  const { page, faults, close } = await openSignedIn({ product });
  keepPictureOfFailure({ page, name: 'events' });
  await page.goto('/events');
  await page.getByRole('heading', { name: 'Waiting for events' }).waitFor();
  expect(await look(page, 'events-waiting')).toEqual([]);
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
  expect(await look(page, 'events-live')).toEqual([]);
  await page.getByRole('button', { name: 'Details of Lost' }).first().click();
  await page.getByText('/v1/batch answered 200').waitFor();
  expect(await look(page, 'events-item')).toEqual([]);
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
  expect(await look(page, 'events-catalog')).toEqual([]);
  await page.getByRole('button', { name: 'Order Completed', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Description').fill('An order was paid');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByRole('switch', { name: 'Expected' }).click();
  await dialog.getByText('Expected', { exact: true }).first().waitFor();
  expect(await look(page, 'events-entry')).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('table', { name: 'Events' }).getByText('An order was paid').waitFor();
  await page.getByText('Unexpected').first().waitFor();
  await page.getByRole('radio', { name: 'Traits' }).click();
  await page.getByRole('button', { name: 'plan', exact: true }).waitFor();
  await page.setViewportSize({ width: 390, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(await look(page, 'events-narrow')).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});
