import { addNode, connect, emptyGraph } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { check } from './accessibility.js';
import { createJourney, keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product } from './browser.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
  const { status } = await product.chain.owner.send('PATCH', '/api/workspace', { country: 'KR' });
  expect(status).toBe(200);
});
afterAll(() => product?.close());

const pictures = process.env['WEND_PICTURES'];

it('the Korean night is set from its preset with a topic, which people are then asked to confirm', async () => {
  const { page, faults, close } = await openSignedIn({ product });
  keepPictureOfFailure({ page, name: 'compliance' });
  await page.goto('/settings?tab=delivery');
  const quiet = page.getByRole('region', { name: 'Quiet hours' }).first();
  await quiet.getByLabel('Preset').click();
  await page.getByRole('option', { name: /^South Korea/ }).click();
  await quiet.getByText('not legal advice: check with your lawyer').waitFor();
  await quiet.getByRole('button', { name: 'Add topic “Marketing at night”' }).click();
  await quiet.getByLabel('Topic').getByText('Marketing at night').waitFor();
  expect(await check(page)).toEqual([]);
  if (pictures) await quiet.screenshot({ path: `${pictures}/quiet.png` });
  await quiet.getByRole('button', { name: 'Save quiet hours' }).click();
  await page.getByText('Quiet hours saved').first().waitFor();
  expect((await product.chain.owner.get('/api/delivery/quiet-hours')).body.hours.unless).toEqual({
    kind: 'topic',
    topic: 'night-marketing',
  });

  await page.goto('/journeys');
  await page.getByRole('button', { name: 'New journey' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Night: confirm');
  await dialog.getByRole('radio', { name: 'Double opt-in' }).click();
  expect(await dialog.getByRole('button', { name: 'Create journey' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Topic').click();
  await page.getByRole('option', { name: 'Marketing at night' }).click();
  expect(await check(page, '[role="dialog"]')).toEqual([]);
  if (pictures) await page.screenshot({ path: `${pictures}/new.png` });
  await dialog.getByRole('button', { name: 'Create journey' }).click();
  await page.waitForURL(/\/journeys\/[0-9a-f-]{36}/);
  await page.getByTestId('card-ask').waitFor();
  await page.getByRole('button', { name: 'Publish…' }).click();
  await dialog.getByText('2 transactional messages (“Ask to confirm”, “Remind once”)').waitFor();
  await page.getByTestId('confirm-publish').click();
  await page.getByText('Version 1 is live').first().waitFor();
  expect(faults).toEqual([]);
  await close();
});

it('an ad without its mark is mended with one click, and publishing says what it passes', async () => {
  const position = { x: 0, y: 0 };
  const entry = { id: 'in', type: 'wend/entry-event', version: 1, name: 'In', config: { event: 'E' }, position };
  const text = { id: 'text', type: 'wend/sms', version: 1, name: 'Sale', config: { text: '차나무 할인' }, position };
  const graph = connect(addNode(addNode(emptyGraph(), { node: entry }), { node: text }), {
    from: 'in',
    port: 'next',
    to: 'text',
  });
  const id = await createJourney({ product, name: 'Sale', graph });
  const { page, faults, close } = await openSignedIn({ product });
  keepPictureOfFailure({ page, name: 'compliance-mark' });
  await page.goto(`/journeys/${id}`);
  await page.getByTestId('card-text').click();
  const field = page.getByRole('textbox', { name: 'Text', exact: true });
  await page.getByRole('button', { name: 'Insert (광고)' }).click();
  await page.getByRole('button', { name: 'Insert {{ unsubscribe_url }}' }).click();
  await expect.poll(() => field.innerText()).toBe('(광고) 차나무 할인 {{ unsubscribe_url }}');
  await page.getByTestId('save-state').filter({ hasText: 'Draft saved' }).waitFor();
  await expect.poll(() => page.getByRole('button', { name: /^Insert [({]/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'Publish…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 marketing message: only to people who haven’t unsubscribed').waitFor();
  expect(await check(page, '[role="dialog"]')).toEqual([]);
  if (pictures) await page.screenshot({ path: `${pictures}/publish.png` });
  expect(faults).toEqual([]);
  await close();
});
