import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeJourney } from '../../../backend/test/delivery-fixture.js';
import { startSink } from '../../../backend/test/sink.js';
import { check } from './accessibility.js';
import { keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product } from './browser.js';

let product: Product;
let sink: Awaited<ReturnType<typeof startSink>>;
beforeAll(async () => {
  sink = await startSink();
  product = await startProduct({ chain: { WEND_OUTBOUND_ALLOW: sink.allow } });
});
afterAll(async () => {
  await product?.close();
  await sink?.close();
});

it('alarms are counted, read, muted, set up and tried', { timeout: 120_000 }, async () => {
  const { workspace } = product.chain;
  const { database } = product.chain.api;
  const { journeyId } = await makeJourney(database, {}, workspace.id, 'alarms');
  await database.query(
    `insert into alarms (workspace_id, kind, journey_id, name, summary, advice, trip, tripped_at)
     values ($1, 'failures', $2, 'Welcome', '12% of 1,240 emails failed in the last 15 minutes (limit 5%).',
       'Look at the failed messages.', 'The breaker has paused the journey.', now())`,
    [workspace.id, journeyId],
  );
  const { page, faults, close } = await openSignedIn({ product });
  keepPictureOfFailure({ page, name: 'alarms' });
  await page.goto('/journeys');
  await page.getByRole('link', { name: 'Alarms: 1 open' }).click();
  const list = page.getByRole('list', { name: 'Open' });
  await list.getByText('12% of 1,240 emails failed').waitFor();
  await list.getByText('Stopped by the breaker').waitFor();
  expect(await list.getByRole('link', { name: 'View Welcome' }).getAttribute('href')).toBe(
    `/outbox?journey=${journeyId}&status=failed,bounced`,
  );
  expect(await check(page)).toEqual([]);
  await list.getByRole('button', { name: 'Mute: Welcome' }).click();
  await page.getByRole('menuitem', { name: 'For 8 hours' }).click();
  await list.getByText('Muted', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Alarms', exact: true }).waitFor();

  await page.getByRole('link', { name: 'Alarm settings' }).click();
  // What is muted has the limits of all others.
  await page.getByText('No exceptions').waitFor();
  await page.getByRole('button', { name: 'Edit: Messages failing' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Limit', { exact: true }).fill('7.5');
  await dialog.getByLabel('Breaker: stop automatically').click();
  await dialog.getByLabel('Breaker limit').fill('40');
  expect(await check(page, '[role="dialog"]')).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  const limits = page.getByRole('region', { name: 'When alarms are raised' });
  await limits.getByText('More than 7.5% of at least 100 messages in 15 minutes').waitFor();

  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Slack' }).click();
  await dialog.getByLabel('Name').fill('#alarms');
  await dialog.getByLabel('Address').fill(`${sink.url}/services/secret`);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Send a test alarm: #alarms' }).click();
  await page.getByText('“#alarms” has taken the test alarm.').first().waitFor();
  expect(sink.of('/services/secret')[0]!.body).toContain('This is a test');
  expect(await page.content()).not.toContain('services/secret');
  expect(await check(page)).toEqual([]);
  if (process.env['WEND_PICTURES'] !== undefined) {
    for (const [name, path] of [
      ['settings', '/settings?tab=alarms'],
      ['alarms', '/alarms'],
    ] as const)
      for (const scheme of ['light', 'dark'] as const)
        for (const width of [1280, 390]) {
          await page.emulateMedia({ colorScheme: scheme });
          await page.setViewportSize({ width, height: 900 });
          await page.goto(path);
          await page.getByRole('main').getByRole('heading', { level: 2 }).or(page.getByRole('list')).first().waitFor();
          await page.waitForLoadState('networkidle');
          await page.screenshot({ path: `${process.env['WEND_PICTURES']}/${name}-${scheme}-${width}.png` });
        }
  }
  expect(faults).toEqual([]);
  await close();
});
