import type { Rule } from '@wend/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../../backend/test/chain.js';
import { check } from './accessibility.js';
import { keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
import type { Product, Visit } from './browser.js';

let product: Product;
let visit: Visit;
beforeAll(async () => {
  product = await startProduct();
  visit = await openSignedIn({ product });
  const { chain } = product;
  const { key } = await chain.workspace.key('ingest');
  const batch = ['Ada', '김민지', 'Grace', 'Linus'].flatMap((name, index) => [
    {
      type: 'identify',
      userId: `u-${index + 1}`,
      traits: { name, plan: index < 3 ? 'pro' : 'free', seats: String(index), email: `p${index}@example.com` },
    },
    ...Array.from({ length: index }, () => ({ type: 'track', userId: `u-${index + 1}`, event: 'Order Completed' })),
  ]);
  const answer = await fetch(`${chain.api.url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ batch }),
  });
  expect(answer.status).toBe(200);
});
afterAll(async () => {
  await visit?.close();
  await product?.close();
});

const trait = (path: string, value: string): Rule => ({
  op: 'compare',
  left: { source: 'trait', path },
  is: 'equals',
  value,
});

async function createSegment(name: string, rule: Rule | null): Promise<string> {
  const made = await product.chain.owner.send('POST', '/api/segments', { name, rule });
  expect([made.status, made.body.name]).toEqual([201, name]);
  const id = made.body.id as string;
  if (rule)
    await until(
      async () => (await product.chain.owner.get(`/api/segments/${id}`)).body.build === null,
      `${name} to be built`,
    );
  return id;
}

/** Adds a condition of a kind with the keyboard alone: the menu finds it by its first letters. */
async function addByKeyboard({ page, at, letters }: { page: Page; at: number; letters: string }): Promise<void> {
  await page.getByRole('button', { name: 'Condition', exact: true }).nth(at).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menu').waitFor();
  await page.keyboard.type(letters, { delay: 20 });
  await page.keyboard.press('Enter');
  await page.getByRole('menu').waitFor({ state: 'detached' });
}

it('a nested rule is written by keyboard, counted while it is written, saved, and followed to its members', async () => {
  const { page, faults } = visit;
  keepPictureOfFailure({ page, name: 'segments' });
  await page.goto('/segments');
  await page.getByRole('link', { name: 'New segment' }).first().click();
  await page.waitForURL('**/segments/new');
  const create = page.getByRole('button', { name: 'Create segment' });
  expect(await create.isDisabled()).toBe(true);
  await page.getByText('Add a name first').first().waitFor();
  await page.getByLabel('Name', { exact: true }).fill('Pro, and busy or named Ada');
  await page.getByText('Add a condition first').first().waitFor();

  await addByKeyboard({ page, at: 0, letters: 'trait' });
  await page.keyboard.type('plan');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('pro');
  const size = page.getByTestId('segment-size');
  await until(async () => (await size.textContent()) === '3', 'three people with the plan');
  await page.getByText('75% of 4 people').waitFor();

  // A group in it, which begins with a condition of its own.
  await page.getByRole('button', { name: 'Group', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('name');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Ada');
  await addByKeyboard({ page, at: 0, letters: 'did' });
  await page.keyboard.press('Tab');
  await page.keyboard.type('Order Completed');
  await page.keyboard.press('Escape');
  const times = page.getByRole('textbox', { name: 'Times' });
  await times.fill('2');
  await until(async () => (await size.textContent()) === '2', 'Ada, and who ordered twice');
  await page.getByText('did at least 2× Order Completed in the last 7 days').first().waitFor();

  await create.click();
  await page.waitForURL(/\/segments\/[0-9a-f-]{36}$/);
  const members = page.getByTestId('segment-members');
  await until(async () => (await members.textContent()) === '2 people', 'the segment to be built');
  await page.getByRole('tab', { name: 'Members' }).click();
  await page.getByRole('table', { name: 'Members' }).getByText('Grace').waitFor();

  // The rule is edited: members are the new ones as soon as it is built.
  await page.getByRole('tab', { name: 'Rule' }).click();
  await times.fill('1');
  await page.getByText('Saved rule: 2 people').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await until(async () => (await members.textContent()) === '3 people', 'the edited segment to be built');
  expect(faults).toEqual([]);
});

it('says why somebody is in or not, clause by clause with what was seen', async () => {
  const { page, faults } = visit;
  const id = await createSegment('Pro named Ada', { op: 'all', rules: [trait('plan', 'pro'), trait('name', 'Ada')] });
  await page.goto(`/segments/${id}?tab=members`);
  await page.getByRole('combobox', { name: 'Person' }).click();
  await page.keyboard.type('김민');
  await page.getByRole('option', { name: /김민지/ }).waitFor();
  await page.keyboard.press('Enter');
  const why = page.getByRole('region', { name: 'Is this person in, and why?' });
  await why.getByText('김민지 isn’t in.').waitFor();
  await why.getByText('was pro').waitFor();
  await why.getByText('was 김민지').waitFor();
  await page.getByRole('button', { name: 'Why Ada is in this segment' }).click();
  await why.getByText(/Ada is in, since/).waitFor();
  expect(faults).toEqual([]);
});

it('says how a number is compared where the trait is text, and writes it as text', async () => {
  // In a page of its own: nothing of it is saved, which the page would warn of.
  const { page, close } = await openSignedIn({ product });
  const { owner } = product.chain;
  await until(
    async () => (await owner.get('/api/event-names')).body.traitFacts.seats?.type === 'text',
    'what kind of values a trait has to be known',
  );
  await page.goto('/segments/new');
  await page.getByLabel('Name', { exact: true }).fill('Three seats');
  await addByKeyboard({ page, at: 0, letters: 'trait' });
  await page.keyboard.type('seats');
  await page.keyboard.press('Escape');
  await page.getByRole('textbox', { name: 'Value' }).fill('3');
  await until(async () => (await page.getByTestId('segment-size').textContent()) === '1', 'who has the text 3');
  await page.getByText('“seats” is text: 3 is compared with it by its value').waitFor();
  const asText = page.getByRole('button', { name: 'Compare as text', exact: true });
  await asText.click();
  await asText.waitFor({ state: 'detached' });
  await page.getByRole('textbox', { name: 'Value' }).fill('3.0');
  await until(async () => (await page.getByTestId('segment-size').textContent()) === '0', 'nobody with the text 3.0');
  await close();
});

it('is not deleted while another reads it, which is listed; people of a manual one are added by their ids', async () => {
  const { page, faults } = visit;
  const read = await createSegment('VIPs', null);
  await createSegment('VIPs on pro', {
    op: 'all',
    rules: [
      trait('plan', 'pro'),
      { op: 'compare', left: { source: 'segment', segment: read, name: 'VIPs' }, is: 'equals', value: true },
    ],
  });
  await page.goto(`/segments/${read}`);
  await page.getByRole('button', { name: 'Add people' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'External IDs' }).click();
  await dialog.getByRole('textbox', { name: 'External IDs' }).fill('u-1, u-4\nnobody');
  await dialog.getByRole('button', { name: 'Add 3 people' }).click();
  await dialog.getByText('2 people added. Nobody has this ID').waitFor();
  expect(await dialog.getByRole('textbox', { name: 'External IDs' }).inputValue()).toBe('nobody');
  await page.keyboard.press('Escape');
  await page.getByRole('table', { name: 'Members' }).getByText('Linus').waitFor();

  await page.getByRole('button', { name: 'Actions for VIPs' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('dialog').getByRole('link', { name: 'VIPs on pro' }).waitFor();
  expect(await page.getByRole('button', { name: 'Delete segment' }).count()).toBe(0);
  await page.keyboard.press('Escape');
  expect(faults).toEqual([]);
});

it('every page of segments can be used by everybody, in light, in dark and on a phone', async () => {
  const { page } = visit;
  const { items } = (await product.chain.owner.get('/api/segments')).body as { items: { id: string; name: string }[] };
  const nested = items.find(({ name }) => name.startsWith('Pro, and'))!;
  const tabs = ['rule', 'members', 'growth', 'uses'].map((tab) => `/${nested.id}?tab=${tab}`);
  for (const path of ['', '/new', ...tabs]) {
    await page.goto(`/segments${path}`);
    await page.waitForLoadState('networkidle');
    expect([path, await check(page)]).toEqual([path, []]);
  }
});
