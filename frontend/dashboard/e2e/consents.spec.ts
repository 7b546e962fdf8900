import { emptyGraph } from '@wend/contract';
import type { Graph, GraphNode, JsonObject } from '@wend/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identify, publish, track, until } from '../../../backend/test/chain.js';
import { check } from './accessibility.js';
import { keepPictureOfFailure, openPage, openSignedIn, startProduct } from './browser.js';
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

/** What the browser says of the answers to wrong input. */
const refused = /the server responded with a status of 400/;
const person = { userId: 'minah', traits: { name: '김민아', email: 'minah@example.com', locale: 'ko' } };

const profileId = async (): Promise<string> =>
  until(
    async () => (await product.chain.owner.get('/api/profiles?search=minah')).body.items[0]?.id as string | undefined,
    'the person',
  );

/** A page as somebody sees it who has no scripts. */
async function openWithoutScripts(): Promise<{ page: Page; close: () => Promise<void> }> {
  const context = await product.browser.newContext({
    javaScriptEnabled: false,
    viewport: { width: 390, height: 844 },
    locale: 'ko-KR',
    timezoneId: 'Asia/Seoul',
  });
  return { page: await context.newPage(), close: () => context.close() };
}

it(
  'a topic made on the form is on the page where people choose, who leave it without scripts, and their profile says so',
  { timeout: 120_000 },
  async () => {
    const { page, faults } = visit;
    keepPictureOfFailure({ page, name: 'consents' });
    await identify(product.chain, person);
    await page.goto('/settings?tab=topics');
    await page.getByRole('heading', { name: 'No topics yet' }).waitFor();
    expect(await check(page)).toEqual([]);

    await page.getByRole('button', { name: 'Add topic' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Save topic' }).click();
    await dialog.getByText('Can’t be empty.').waitFor();
    await dialog.getByText('Needs at least one channel.').waitFor();
    expect(await check(page, '[role="dialog"]')).toEqual([]);
    await dialog.getByLabel('Name').fill('신상품 소식');
    expect(await dialog.getByLabel('Key').inputValue()).toBe('topic-1');
    await dialog.getByRole('checkbox', { name: 'Email' }).click();
    await dialog.getByRole('button', { name: 'Save topic' }).click();
    await page.getByRole('button', { name: 'Edit 신상품 소식' }).waitFor();

    await page.goto(`/profiles/${await profileId()}`);
    const consent = page.getByRole('region', { name: 'Consent' });
    const wants = consent.getByRole('switch', { name: '신상품 소식 by email' });
    await wants.waitFor();
    expect(await wants.getAttribute('aria-checked')).toBe('true');
    await consent.getByRole('button', { name: 'Preferences link' }).click();
    const link = await page.getByRole('link', { name: 'Open the page' }).getAttribute('href');
    await page.keyboard.press('Escape');

    const theirs = await openWithoutScripts();
    await theirs.page.goto(link!);
    await theirs.page.getByRole('heading', { name: '수신 설정' }).waitFor();
    await theirs.page.getByLabel('신상품 소식 · 이메일').uncheck();
    await theirs.page.getByRole('button', { name: '저장' }).click();
    await theirs.page.getByText('선택한 내용을 저장했습니다.').waitFor();
    expect(await theirs.page.getByLabel('신상품 소식 · 이메일').isChecked()).toBe(false);

    // What looks for violations needs scripts.
    const seen = await openPage({ product });
    await seen.page.goto(link!);
    expect(await check(seen.page)).toEqual([]);
    await seen.close();

    await page.reload();
    await expect.poll(() => wants.getAttribute('aria-checked')).toBe('false');
    await consent.getByRole('button', { name: 'History' }).click();
    const history = dialog.getByRole('listitem');
    await history.filter({ hasText: 'Unsubscribed · 신상품 소식 by email' }).waitFor();
    const [said] = await history.allInnerTexts();
    expect(said).toMatch(/On the preferences page, from \S+/);
    expect(said).toContain('They saw “신상품 소식 · 이메일”');
    expect(await check(page, '[role="dialog"]')).toEqual([]);
    await page.keyboard.press('Escape');

    await wants.click();
    await dialog.getByText('Only subscribe people who asked for it.').waitFor();
    await dialog.getByRole('button', { name: 'Subscribe' }).click();
    await expect.poll(() => wants.getAttribute('aria-checked')).toBe('true');
    await consent.getByRole('button', { name: 'Pause marketing for 30 days' }).click();
    await consent.getByText('Marketing is paused until').waitFor();
    await theirs.page.goto(link!);
    await theirs.page.getByRole('button', { name: '다시 받기' }).click();
    await theirs.page.getByText('다시 메시지를 받습니다.').waitFor();
    await theirs.close();
    await page.reload();
    await consent.getByRole('button', { name: 'Pause marketing for 30 days' }).waitFor();
    expect(faults.filter((fault) => !refused.test(fault))).toEqual([]);
  },
);

const node = (id: string, type: string, config: JsonObject, y: number): GraphNode => ({
  id,
  type,
  version: 1,
  name: id,
  config,
  position: { x: 0, y },
});
const mail = (subject: string): JsonObject => ({ subject, body: '<p>안녕하세요</p>' });
const twoMails: Graph = {
  ...emptyGraph(),
  nodes: {
    entry: node('entry', 'wend/entry-event', { event: 'Signed Up' }, 0),
    one: node('one', 'wend/email', mail('One'), 160),
    two: node('two', 'wend/email', mail('Two'), 320),
  },
  edges: [
    { id: 'e1', from: 'entry', port: 'next', to: 'one' },
    { id: 'e2', from: 'one', port: 'queued', to: 'two' },
  ],
};

it(
  'limits and the holdout set on their forms are what messages are judged by, and wrong ones are told beside their fields',
  { timeout: 120_000 },
  async () => {
    const { page, faults } = visit;
    const { chain } = product;
    keepPictureOfFailure({ page, name: 'limits' });
    await page.goto('/settings?tab=delivery');
    const limits = page.getByRole('region', { name: 'Message limits' });
    await limits.getByRole('button', { name: 'Add limit' }).click();
    await limits.getByLabel('At most').fill('0');
    await limits.getByRole('button', { name: 'Save limits' }).click();
    await limits.getByText('Must be at least 1.').waitFor();
    await limits.getByLabel('At most').fill('1');
    await limits.getByText('at least this long between two messages').waitFor();
    await limits.getByRole('button', { name: 'Save limits' }).click();
    await page.getByText('Limits saved').first().waitFor();

    const holdout = page.getByRole('region', { name: 'Global holdout' });
    await holdout.getByLabel('Share of people').fill('50');
    await holdout.getByRole('button', { name: 'Save holdout' }).click();
    await holdout.getByText('Can be at most 20 percent.').waitFor();
    expect(await holdout.getByLabel('Share of people').inputValue()).toBe('50');
    await holdout.getByLabel('Share of people').fill('12.5');
    await holdout.getByRole('combobox', { name: 'Topics they still get' }).click();
    await page.getByRole('option', { name: '신상품 소식' }).click();
    expect(await check(page)).toEqual([]);
    await holdout.getByRole('button', { name: 'Save holdout' }).click();
    await holdout.getByText(/\d+ of \d+ people are held out/).waitFor();
    await holdout.getByText('History').click();
    await holdout.getByText('0% → 12.5%').waitFor();
    await holdout.getByLabel('Share of people').fill('0');
    await holdout.getByRole('button', { name: 'Save holdout' }).click();
    await holdout.getByText('Nobody is held out.').waitFor();

    const journeyId = await publish(chain, { name: 'Two mails', graph: twoMails });
    await identify(chain, { userId: 'seojun', traits: { name: '이서준', email: 'seojun@example.com' } });
    await track(chain, { userId: 'seojun', event: 'Signed Up' });
    const messages = await until(async () => {
      const { items } = (await chain.owner.get(`/api/messages?journeyId=${journeyId}`)).body;
      return items.length === 2 && items.every(({ status }: any) => status !== 'queued') && items;
    }, 'both messages to be judged');
    expect(messages.map(({ status, reason }: any) => [status, reason]).sort()).toEqual([
      ['delivered', null],
      ['suppressed', 'capped'],
    ]);

    await page.reload();
    await limits.getByRole('button', { name: 'Remove limit 1' }).click();
    await limits.getByRole('button', { name: 'Save limits' }).click();
    await limits.getByText('No limits.').waitFor();
    expect(faults.filter((fault) => !refused.test(fault))).toEqual([]);
  },
);
