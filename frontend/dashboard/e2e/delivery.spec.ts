import { emptyGraph } from '@wend/contract';
import type { Graph, GraphNode, JsonObject } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identify, publish, track, until } from '../../../backend/test/chain.js';
import { check } from './accessibility.js';
import { createJourney, keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product } from './browser.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product?.close());

const node = (id: string, type: string, config: JsonObject, y: number): GraphNode => ({
  id,
  type,
  version: 1,
  name: id,
  config,
  position: { x: 0, y },
});
const graph = (event: string): Graph => ({
  ...emptyGraph(),
  nodes: {
    entry: node('entry', 'wend/entry-event', { event }, 0),
    mail: {
      ...node('mail', 'wend/email', { subject: '가을 세일', body: '<p>{{ unsubscribe_url }}</p>' }, 160),
      name: '가을 세일 소식',
    },
  },
  edges: [{ id: 'e1', from: 'entry', port: 'next', to: 'mail' }],
});

/** The clock in UTC, so many hours from now. */
const clock = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);

it(
  'quiet hours that are set on the screen hold messages, which are seen, explained and canceled',
  { timeout: 180_000 },
  async () => {
    const { chain } = product;
    const { page, faults, close } = await openSignedIn({ product });
    keepPictureOfFailure({ page, name: 'delivery' });
    await page.goto('/settings?tab=delivery');
    const all = page.getByRole('region', { name: 'All channels' });
    await all.getByRole('button', { name: 'Set quiet hours' }).click();
    const first = all.getByRole('group', { name: 'Quiet hours 1' });
    await first.getByLabel('From').fill('');
    await first.getByLabel('To').fill(clock(6));
    await all.getByLabel('Other quiet days').fill('2027-13-01');
    const pace = page.getByLabel('Pace after quiet hours');
    await pace.fill('0');
    await page.getByRole('button', { name: 'Save quiet hours' }).click();
    // What is wrong stands beside its field, and what was typed stays.
    await first.getByText('Must be a time such as 21:00').waitFor();
    await all.getByText('2027-13-01 must be a day such as 2027-01-01').waitFor();
    await page.getByText('Must be at least 1').waitFor();
    expect(await first.getByLabel('To').inputValue()).toBe(clock(6));
    await first.getByLabel('From').fill(clock(-6));
    await all.getByLabel('Other quiet days').fill('');
    await pace.fill('600');
    await page.getByRole('button', { name: 'Save quiet hours' }).click();
    await page.getByText('Quiet hours saved.').first().waitFor();
    expect(await check(page)).toEqual([]);

    const journeyId = await publish(chain, { name: '가을 세일 안내', graph: graph('Sale Announced') });
    await identify(chain, { userId: 'minji', traits: { name: '김민지', email: 'minji@example.com', timezone: 'UTC' } });
    await track(chain, { userId: 'minji', event: 'Sale Announced' });
    const [held] = await until(async () => {
      const { items } = (await chain.owner.get('/api/backlog/messages')).body;
      return items.length > 0 ? items : undefined;
    }, 'the message to be held');
    await page.goto(`/journeys/${journeyId}?layer=live`);
    const totals = page.getByRole('region', { name: 'Delivery rules' });
    await totals.getByRole('link', { name: 'Held back: quiet hours' }).waitFor();
    expect(await totals.getByRole('listitem').textContent()).toMatch(/1$/);

    await page.goto(`/profiles/${held.profile.id}?tab=messages`);
    await page.getByRole('button', { name: 'Why is it waiting?' }).click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByText(/^It has not been sent yet\. Quiet hours: .* It may go out from [\d-]+ [\d:]+ \(UTC\)\.$/)
      .waitFor();
    expect(await check(page, '[role="dialog"]')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Why didn’t they get a message?' }).click();
    await dialog.getByRole('combobox', { name: 'Journey' }).click();
    await page.getByRole('option', { name: '가을 세일 안내' }).click();
    // The only message of the journey needs no choice.
    await dialog.getByText(/^It has not been sent yet\. Quiet hours:/).waitFor();
    await dialog.getByRole('button', { name: 'Copy as text' }).waitFor();
    expect(await check(page, '[role="dialog"]')).toEqual([]);
    await page.keyboard.press('Escape');

    await page.goto('/delivery');
    await page.getByRole('table', { name: 'Rules that act most' }).getByText('All channels').waitFor();
    expect(await check(page)).toEqual([]);
    await page.getByRole('region', { name: 'Held back' }).getByRole('link', { name: 'Quiet hours' }).click();
    await page.waitForURL(/rule=quiet/);
    await page.getByText('1 message waits because of a delivery rule').waitFor();
    await page.getByText('They leave at 600 per minute').waitFor();
    expect(await check(page)).toEqual([]);
    await page.getByRole('button', { name: 'Cancel “가을 세일 소식” to 김민지' }).click();
    await dialog.getByRole('button', { name: 'Cancel message' }).click();
    await page.getByText('Nothing waits', { exact: true }).waitFor();
    await until(
      async () => (await chain.owner.get(`/api/messages/${held.id}`)).body.status === 'suppressed',
      'the message to be canceled',
    );
    expect(faults.filter((fault) => !fault.includes('400'))).toEqual([]);
    await close();
  },
);

it(
  'a step has quiet hours of its own, and a path at a limit only when it is switched on',
  { timeout: 120_000 },
  async () => {
    const journeyId = await createJourney({ product, name: '재입고 알림', graph: graph('Back In Stock') });
    const { page, faults, close } = await openSignedIn({ product });
    keepPictureOfFailure({ page, name: 'delivery-step' });
    await page.goto(`/journeys/${journeyId}`);
    await page.getByTestId('card-mail').click();
    const panel = page.getByTestId('side-panel');
    await panel.getByTestId('follows-notReachable').waitFor();
    expect(await panel.getByTestId('follows-capped').count()).toBe(0);
    await panel.getByText('More', { exact: true }).click();
    await panel.getByRole('combobox', { name: 'Quiet hours', exact: true }).click();
    await page.getByRole('option', { name: 'Others for this step' }).click();
    await panel.getByRole('button', { name: 'Add quiet hours' }).click();
    expect(await panel.getByLabel('From').inputValue()).toBe('21:00');
    expect(await panel.getByLabel('To', { exact: true }).inputValue()).toBe('08:00');
    await panel.getByRole('switch', { name: 'Path when a limit is reached' }).click();
    await panel.getByTestId('follows-capped').waitFor();
    const saved = async () =>
      (await product.chain.owner.get(`/api/journeys/${journeyId}`)).body.draft.nodes.mail.config;
    await until(async () => (await saved()).cappedPath === true, 'the draft to be saved');
    expect(await saved()).toMatchObject({ quietHours: 'other', quietWindows: [{ from: '21:00', to: '08:00' }] });
    expect(await check(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  },
);
