import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { check } from './accessibility.js';
import { keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product } from './browser.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product?.close());

const pictures = process.env['WEND_PICTURES'];
/** With `WEND_PICTURES` pictures are kept there: light, dark and on a phone. */
async function picture(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  const size = page.viewportSize()!;
  for (const [scheme, width] of [
    ['light', size.width],
    ['dark', size.width],
    ['light', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ ...size, width });
    await page.screenshot({ path: `${pictures}/${name}-${width === 390 ? 'phone' : scheme}.png` });
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize(size);
}

/** What the browser says of the answers that are asked for here on purpose. */
const expected = /the server responded with a status of (409|404|422)/;

it('finds people, edits traits in place, shows who was first, merges and deletes', { timeout: 180_000 }, async () => {
  const { owner } = product.chain;
  const put = async (externalId: string, traits: object, at?: string) =>
    (await owner.send('PUT', '/api/profiles', { externalId, traits, ...(at && { at }) })).body.profile.id as string;
  const mina = await put('mina', {
    name: '김민아',
    email: 'mina@example.com',
    plan: 'pro',
    visits: 3,
    tags: ['a', 'b'],
  });
  await put('mina', { plan: 'free' }, '2020-01-01T00:00:00Z');
  await put('twin', { name: 'Mina Twin', plan: 'gold' });
  for (let n = 0; n < 5; n += 1) await put(`other-${n}`, { name: `Other ${n}`, plan: 'free' });
  const { page, faults, close } = await openSignedIn({ product });
  keepPictureOfFailure({ page, name: 'profiles' });

  await page.goto('/profiles');
  await page.getByRole('link', { name: '김민아' }).waitFor();
  await page.getByText('7 people').waitFor();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'plan' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('columnheader', { name: 'plan' }).waitFor();
  await picture(page, 'profiles');
  expect(await check(page)).toEqual([]);
  await page.reload();
  await page.getByRole('columnheader', { name: 'plan' }).waitFor();
  await page.getByRole('searchbox', { name: 'Search profiles' }).fill('민아');
  await page.getByText('1 person').waitFor();
  await page.getByRole('link', { name: '김민아' }).click();

  await page.getByText('Late: plan “free”').waitFor();
  await picture(page, 'profile');
  expect(await check(page)).toEqual([]);

  // A number stays a number, and what is none is said.
  await page.getByRole('button', { name: 'Edit visits' }).click();
  await page.getByRole('textbox', { name: 'Value of visits' }).fill('four');
  await page.getByText('Enter a number such as 12.5').waitFor();
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  await page.getByRole('textbox', { name: 'Value of visits' }).fill('4');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Edit visits' }).waitFor();
  expect((await owner.get(`/api/profiles/${mina}`)).body.traits.visits).toBe(4);

  // Somebody else is first: it is shown, and nothing is overwritten unseen.
  await page.getByRole('button', { name: 'Edit plan' }).click();
  await page.getByRole('textbox', { name: 'Value of plan' }).fill('silver');
  await put('mina', { plan: 'enterprise' });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('It’s now “enterprise”').waitFor();
  await picture(page, 'profile-conflict');
  expect(await check(page)).toEqual([]);
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Edit plan' }).waitFor();
  expect((await owner.get(`/api/profiles/${mina}`)).body.traits.plan).toBe('silver');

  // By keyboard: a new one, and away with it again.
  await page.getByRole('button', { name: 'Add', exact: true }).press('Enter');
  await page.getByRole('textbox', { name: 'Name' }).fill('vip');
  await page.getByRole('textbox', { name: 'Value of vip' }).fill('yes');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Edit vip' }).click();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Edit vip' }).waitFor({ state: 'detached' });

  await page.getByRole('switch', { name: 'Messages by Email' }).click();
  await page.getByText('Unsubscribed', { exact: false }).first().waitFor();
  await page.getByRole('button', { name: 'Consent' }).click();
  await page.getByRole('button', { name: /^Unsubscribed/ }).waitFor();
  await page.getByRole('switch', { name: 'Messages by Email' }).click();
  await page.getByRole('button', { name: 'Subscribe', exact: true }).click();
  await page.getByRole('button', { name: /^Resubscribed/ }).waitFor();

  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Merge with…' }).click();
  await page.getByRole('dialog').getByLabel('Other person').click();
  await page.getByRole('option', { name: /Mina Twin/ }).click();
  await page.getByText('stays and takes over everything from').waitFor();
  await picture(page, 'profile-merge');
  expect(await check(page, '[role="dialog"]')).toEqual([]);
  await page.getByRole('button', { name: 'Merge', exact: true }).click();
  await page.getByText('Other external ID').waitFor();

  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete for good…' }).click();
  expect(await page.getByRole('button', { name: 'Delete for good' }).isDisabled()).toBe(true);
  await page.getByRole('dialog').getByRole('textbox').fill('mina');
  await picture(page, 'profile-delete');
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByRole('heading', { name: 'Deleted for good' }).waitFor();
  await picture(page, 'profile-receipt');
  expect(await check(page, '[role="dialog"]')).toEqual([]);
  await page.getByRole('button', { name: 'Back to profiles' }).click();
  await page.getByText('5 people').waitFor();
  expect((await owner.get(`/api/profiles/${mina}`)).status).toBe(404);
  expect(faults.filter((fault) => !expected.test(fault))).toEqual([]);
  await close();
});
