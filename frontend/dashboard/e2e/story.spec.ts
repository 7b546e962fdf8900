import { randomUUID } from 'node:crypto';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { browserAgent, identify, track, until } from '../../../backend/test/chain.js';
import { keepPictureOfFailure, openPage, signInByForm, startProduct } from './browser.js';
import type { Product, Visit } from './browser.js';

let product: Product;
let visit: Visit;
beforeAll(async () => {
  product = await startProduct();
  visit = await openPage({ product });
});
afterAll(async () => {
  await visit?.close();
  await product?.close();
});

const mina = randomUUID();
const noor = randomUUID();
const subject = 'Three things to try, {{ profile.first_name }}';

it('lets a marketer draw a journey, publish it, watch people in it, replay one of them and try the rest on a test run', async () => {
  const { page } = visit;
  keepPictureOfFailure({ page, name: 'story' });
  await signInByForm({ page, workspace: product.chain.workspace });
  const journey = await createFromExample(page);
  await changeText(page);
  await dropOntoEdge(page);
  await dropOntoCanvasAndConnect(page);
  await undoAndRedo(page);
  await reloadKeepsAll(page);
  await publish(page);
  await watchLive(page);
  await readMail(page);
  await replay({ page, journey });
  await testRun({ page, journey });
  expect(visit.faults).toEqual([]);
});

const card = (page: Page, id: string): Locator => page.getByTestId(`card-${id}`);
const cards = (page: Page): Locator => page.locator('[data-testid^="card-"]');
const saved = (page: Page): Promise<void> =>
  page.getByTestId('save-state').filter({ hasText: 'Draft saved' }).waitFor();
const layer = (page: Page, name: string): Promise<void> => page.getByRole('radio', { name, exact: true }).click();

async function createFromExample(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'New journey' }).first().click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Spring welcome');
  await page.getByRole('radio', { name: 'An example' }).click();
  await page.getByRole('button', { name: 'Create journey' }).click();
  await page.waitForURL(/\/journeys\/[0-9a-f-]{36}/);
  await card(page, 'welcome').waitFor();
  expect(await cards(page).count()).toBe(5);
  return new URL(page.url()).pathname;
}

async function changeText(page: Page): Promise<void> {
  await card(page, 'welcome').click();
  const field = page.getByRole('textbox', { name: 'Subject' });
  await field.fill(subject);
  await saved(page);
  await page.getByLabel('Name on the canvas').fill('First mail');
  await card(page, 'welcome').getByText('First mail').waitFor();
  await saved(page);
}

/** Between the wait's time-out and the push. */
async function dropOntoEdge(page: Page): Promise<void> {
  await page
    .getByTestId('palette-wend/wait')
    .dragTo(
      page
        .getByRole('button', { name: 'Insert a step after “After 1 day”' })
        .or(page.locator('button[data-edge="e3"]'))
        .first(),
    );
  await until(async () => (await cards(page).count()) === 6, 'the card of the dropped wait');
  await saved(page);
}

async function dropOntoCanvasAndConnect(page: Page): Promise<void> {
  const before = await idsOf(page);
  const at = await emptyPlace(page);
  await page.getByTestId('palette-wend/exit').dragTo(page.getByTestId('canvas'), { targetPosition: at });
  await until(async () => (await cards(page).count()) === 7, 'the card of the dropped exit');
  const exit = (await idsOf(page)).find((id) => !before.includes(id)) ?? '';
  await page.getByRole('button', { name: 'Fit to view' }).click();
  const stub = page
    .getByTestId('card-nudge')
    .getByRole('button', { name: 'Add a step after “Sent”', includeHidden: true });
  await drag({ page, from: stub, to: card(page, exit) });
  await until(async () => (await page.locator('.react-flow__edge').count()) === 6, 'the edge that was drawn');
  await saved(page);
}

async function idsOf(page: Page): Promise<string[]> {
  return cards(page).evaluateAll((all) =>
    all.map((each) => each.getAttribute('data-testid')?.slice('card-'.length) ?? ''),
  );
}

/** A point right of all cards, from the canvas' own corner. */
async function emptyPlace(page: Page): Promise<{ x: number; y: number }> {
  const frame = (await page.getByTestId('canvas').boundingBox())!;
  const boxes = await Promise.all((await cards(page).all()).map((each) => each.boundingBox()));
  const right = Math.max(...boxes.map((box) => box!.x + box!.width));
  return { x: Math.min(frame.width - 60, right - frame.x + 90), y: frame.height / 2 };
}

async function drag({ page, from, to }: { page: Page; from: Locator; to: Locator }): Promise<void> {
  await from.hover();
  await page.mouse.down();
  const box = (await to.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 8 });
  await page.mouse.up();
}

async function undoAndRedo(page: Page): Promise<void> {
  const edges = page.locator('.react-flow__edge');
  await page
    .getByTestId('canvas')
    .locator('.react-flow__pane')
    .click({ position: { x: 8, y: 8 } });
  await page.keyboard.press('Control+z');
  await until(async () => (await edges.count()) === 5, 'the edge to be undone');
  await page.getByRole('button', { name: /^Undo/ }).click();
  await until(async () => (await cards(page).count()) === 6, 'the exit to be undone');
  await page.getByRole('button', { name: /^Redo/ }).click();
  await page.keyboard.press('Control+y');
  await until(async () => (await edges.count()) === 6, 'both to come back');
}

async function reloadKeepsAll(page: Page): Promise<void> {
  await saved(page);
  await page.reload();
  await card(page, 'welcome').click();
  await page.getByRole('textbox', { name: 'Subject' }).filter({ hasText: subject }).waitFor();
  await card(page, 'welcome').getByText('First mail').waitFor();
  expect([await cards(page).count(), await page.locator('.react-flow__edge').count()]).toEqual([7, 6]);
}

async function publish(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Publish…' }).click();
  await page.getByTestId('confirm-publish').click();
  await page.getByText('Version 1 is live').first().waitFor();
  await page.getByText('Live · version 1').first().waitFor();
}

/** People become visible within five seconds of their event; the first one also warms the worker up. */
async function watchLive(page: Page): Promise<void> {
  await layer(page, 'Live');
  await card(page, 'entry').getByText('Nobody yet').waitFor();
  await identify(product.chain, {
    userId: mina,
    traits: { first_name: 'Mina', name: 'Mina Park', email: 'mina@example.com' },
  });
  await appears({ page, userId: mina, card: 'entry', words: '1 entered' });
  await card(page, 'wait').getByText('1 waiting').waitFor();
  await identify(product.chain, {
    userId: noor,
    traits: { first_name: 'Noor', name: 'Noor Aziz', email: 'noor@example.com' },
  });
  expect(await appears({ page, userId: noor, card: 'wait', words: '2 waiting' })).toBeLessThan(5_000);
}

type AppearsOptions = {
  page: Page;
  userId: string;
  card: string;
  words: string;
};

/** How long after the event, in ms, these words stand on the card. */
async function appears({ page, userId, card: id, words }: AppearsOptions): Promise<number> {
  const sent = Date.now();
  await track(product.chain, { userId, event: 'Signed Up', properties: { plan: 'free' } });
  await card(page, id).getByText(words).waitFor();
  const took = Date.now() - sent;
  console.log(`“${words}” stood on the canvas ${took} ms after the event was sent`);
  return took;
}

async function readMail(page: Page): Promise<void> {
  await page.goto('/outbox');
  await page.getByRole('region', { name: 'Messages' }).getByRole('link', { name: 'Three things to try, Mina' }).click();
  const about = page.getByRole('complementary', { name: 'Message details' });
  await about.getByText('mina@example.com').waitFor();
  const letter = page.frameLocator('iframe[title^="Email"]');
  await letter.getByText('Hello Mina, your account is ready.').waitFor();
  const link = await letter.getByRole('link', { name: 'Place your first order' }).getAttribute('href');
  expect(link).toContain(`${product.url}/t/c/`);
  const answer = await fetch(link ?? '', { redirect: 'manual', headers: { 'user-agent': browserAgent } });
  expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://example.com/start']);
  await about.getByText('Clicked').first().waitFor();
}

async function replay({ page, journey }: { page: Page; journey: string }): Promise<void> {
  await track(product.chain, { userId: mina, event: 'Order Completed', properties: { total: 42 } });
  await page.goto(`${journey}?layer=live`);
  await card(page, 'done').getByText('1 ended here').click();
  await page
    .getByRole('list', { name: 'Runs' })
    .getByRole('button', { name: /Mina Park/ })
    .click();
  const time = page.getByRole('slider', { name: 'Moment of the run' });
  await time.focus();
  await page.keyboard.press('Home');
  const panel = page.getByRole('complementary').last();
  await panel.getByText('Why they entered').waitFor();
  await page.keyboard.press('ArrowRight');
  await panel.getByText('Why they continued').waitFor();
  const why = panel.getByText('Why they took “Order Completed”');
  for (let steps = 0; steps < 12 && !(await why.isVisible()); steps += 1) await stepOn({ page, time });
  await why.waitFor();
  await panel.getByText('Order Completed happened').waitFor();
  await page.keyboard.press('End');
  await panel.getByText('ordered').first().waitFor();
}

/** One step by the keyboard; done when the time line has moved. */
async function stepOn({ page, time }: { page: Page; time: Locator }): Promise<void> {
  const before = await time.getAttribute('aria-valuenow');
  await page.keyboard.press('ArrowRight');
  await until(async () => (await time.getAttribute('aria-valuenow')) !== before, 'the next moment');
}

async function testRun({ page, journey }: { page: Page; journey: string }): Promise<void> {
  await page.goto(journey);
  await page.getByRole('button', { name: 'Test run' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
  const bar = page.getByRole('region', { name: 'Test run' });
  const pass = bar.getByRole('group', { name: 'Skip time' });
  await bar.getByText('at “Wait for an order”').waitFor();
  await pass.getByRole('button', { name: '+1 h' }).click();
  await bar.getByText('at “Wait for an order”').waitFor();
  await pass.getByRole('button', { name: 'Next step' }).click();
  await bar.getByText('at “Wait”').waitFor();
  await pass.getByRole('button', { name: 'To the end' }).click();
  await bar.getByText('Completed').waitFor();
}
