import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
    // Transitions of colors are over before they are judged.
    await page.evaluate(() => Promise.all(document.getAnimations().map((each) => each.finish())));
    if (pictures) await page.screenshot({ path: `${pictures}/${name}-${colorScheme}.png`, fullPage: true });
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
        .map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    );
  }
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

/** What the browser says of the answers to wrong input. */
const refused = /the server responded with a status of 400/;
const csv = '\uFEFFEmail;Reason\r\nada@example.com;left\r\nnobody\r\nben@example.com;\r\nADA@example.com;again\r\n';

describe('suppressions', () => {
  it('are added, imported, found and released with a reason', { timeout: 120_000 }, async () => {
    const { page, faults, close } = await openSignedIn({ product });
    keepPictureOfFailure({ page, name: 'suppressions' });
    await page.goto('/settings?tab=suppressions');
    await page.getByRole('heading', { name: 'No suppressed addresses' }).waitFor();
    expect(await look(page, 'suppressions-empty')).toEqual([]);

    await page.getByRole('button', { name: 'Import' }).click();
    await page
      .getByLabel('File', { exact: true })
      .setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByText('“nobody” is no valid email address.').waitFor();
    expect(await look(page, 'suppressions-import')).toEqual([]);
    await page.getByRole('button', { name: 'Suppress 2 addresses' }).click();
    await page.getByRole('button', { name: 'Details of ada@example.com' }).waitFor();

    await page.getByRole('button', { name: 'Add address' }).click();
    await page.getByRole('dialog').getByLabel('Address').fill('not an address');
    await page.getByRole('button', { name: 'Suppress', exact: true }).click();
    await page.getByText('is no valid email address').first().waitFor();
    await page.getByRole('dialog').getByLabel('Address').fill('Cleo@Example.com');
    await page.getByRole('button', { name: 'Suppress', exact: true }).click();
    await page.getByRole('button', { name: 'Details of cleo@example.com' }).waitFor();
    await page.getByText('3 suppressed addresses').waitFor();
    expect(await look(page, 'suppressions')).toEqual([]);

    await page.getByLabel('Find an address').fill('AD');
    await expect.poll(() => page.getByRole('button', { name: /^Details of/ }).count()).toBe(1);
    await page.getByRole('button', { name: 'Details of ada@example.com' }).click();
    await page.getByText('Imported from a file').waitFor();
    expect(await look(page, 'suppressions-details')).toEqual([]);
    await page.getByRole('button', { name: 'Release…' }).click();
    await page.getByLabel('Why release it?').fill('She asked for it');
    await page.getByRole('button', { name: 'Release address' }).click();
    await page.getByRole('heading', { name: 'No addresses match' }).waitFor();
    await page.getByRole('radio', { name: 'Released' }).click();
    await page.getByRole('button', { name: 'Details of ada@example.com' }).click();
    await page.getByText('She asked for it').waitFor();
    await page.keyboard.press('Escape');

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export' }).click(),
    ]);
    const text = readFileSync((await download.path())!, 'utf8');
    expect(text).toContain('ada@example.com,imported,left');
    expect(text).not.toContain('ben@example.com');

    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await look(page, 'suppressions-narrow')).toEqual([]);
    expect(faults.filter((fault) => !refused.test(fault))).toEqual([]);
    await close();
  });

  it('of an email connection come with a daily limit, a mailbox and DNS', { timeout: 120_000 }, async () => {
    const { body } = await product.chain.owner.send('POST', '/api/connections', {
      kind: 'smtp',
      settings: { host: '127.0.0.1', security: 'none', port: 2525, user: '', from: 'Shop <shop@example.com>' },
    });
    const { page, faults, close } = await openSignedIn({ product });
    keepPictureOfFailure({ page, name: 'sending-panels' });
    // The only answer that is not the product's own: what DNS says is not for tests to depend on.
    await page.route('**/api/email-domains/check*', (route) =>
      route.fulfill({
        json: {
          domain: 'example.com',
          checkedAt: new Date().toISOString(),
          items: [
            {
              check: 'spf',
              state: 'error',
              found: ['v=spf1 -all'],
              problems: ['It doesn’t let this connection send: “a:smtp.example.com” is missing.'],
              record: { host: 'example.com', type: 'TXT', value: 'v=spf1 a:smtp.example.com -all' },
            },
            { check: 'dkim', state: 'unknown', found: [], problems: ['Nothing is signed here.'], record: null },
            { check: 'mx', state: 'ok', found: ['10 mx.example.com'], problems: [], record: null },
          ],
        },
      }),
    );
    await page.goto('/settings?tab=channels');
    await page.getByRole('button', { name: /^Open/ }).first().click();
    const dns = page.getByRole('region', { name: 'Sending domain' });
    expect(await dns.getByLabel('Domain').inputValue()).toBe('example.com');
    await dns.getByRole('button', { name: 'Check DNS' }).click();
    await dns.getByText('v=spf1 a:smtp.example.com -all').waitFor();

    const limit = page.getByRole('region', { name: 'Daily limit' });
    await limit.getByRole('switch').click();
    await limit.getByLabel('First day').fill('20');
    await limit.getByRole('button', { name: 'Save' }).click();
    await limit.getByText('Day 1: 0 of 20 sent today').waitFor();
    await limit.getByLabel('Final limit').fill('5');
    await limit.getByRole('button', { name: 'Save' }).click();
    await limit.getByText('is lower than the first day').waitFor();

    const mailbox = page.getByRole('region', { name: 'Bounce mailbox' });
    await mailbox.getByLabel('IMAP server').fill('127.0.0.1');
    await mailbox.getByLabel('User').fill('bounces@example.com');
    await mailbox.getByLabel('Password').fill('secret');
    await mailbox.getByRole('button', { name: 'Save' }).click();
    await mailbox.getByRole('button', { name: 'Test sign-in' }).click();
    await mailbox.getByText('leads to a private address').first().waitFor();
    expect(await look(page, 'sending-panels')).toEqual([]);
    expect((await product.chain.owner.get(`/api/connections/${body.id}/bounce-mailbox`)).body).not.toHaveProperty(
      'mailbox.password',
    );
    expect(faults.filter((fault) => !refused.test(fault))).toEqual([]);
    await close();
  });
});
