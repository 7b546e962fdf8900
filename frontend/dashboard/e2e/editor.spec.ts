import { cardSize, emptyGraph } from '@wend/contract';
import type { Graph, GraphNode } from '@wend/contract';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../backend/test/chain.js';
import { createJourney, keepPictureOfFailure, openSignedIn, startProduct } from './browser.js';
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

const nodeOf = (node: Omit<GraphNode, 'version'>): GraphNode => ({ ...node, version: 1 });

describe('problems of a draft', () => {
  const graph: Graph = {
    ...emptyGraph(),
    nodes: {
      entry: nodeOf({
        id: 'entry',
        type: 'wend/entry-event',
        name: 'Signed up',
        config: { event: 'Signed Up' },
        position: { x: 0, y: 0 },
      }),
      mail: nodeOf({
        id: 'mail',
        type: 'wend/email',
        name: 'Welcome email',
        config: { subject: '', body: '<p>Hello</p>' },
        position: { x: 0, y: 160 },
      }),
    },
    edges: [{ id: 'e1', from: 'entry', port: 'next', to: 'mail' }],
  };

  it('stand below the canvas, lead to the field, and keep the draft from being published until they are solved', async () => {
    const { page } = visit;
    keepPictureOfFailure({ page, name: 'problems' });
    const id = await createJourney({ product, name: 'With a problem', graph });
    await page.goto(`/journeys/${id}`);
    const bar = page.getByTestId('problem-bar');
    await bar.getByText('1 problem').waitFor();

    await page.getByRole('button', { name: 'Publish…' }).click();
    const dialog = page.getByRole('dialog', { name: 'This draft can’t be published yet' });
    await dialog.getByText('Welcome email').waitFor();
    expect(await dialog.getByRole('button', { name: 'Publish' }).count()).toBe(0);
    await dialog.getByRole('button', { name: 'Back to the draft' }).click();

    await bar.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('dialog', { name: 'Problems' }).getByRole('button').first().click();
    const subject = page.getByRole('textbox', { name: 'Subject' });
    await until(
      () => subject.evaluate((field) => field === document.activeElement),
      'the field of the problem to have the focus',
    );
    expect(await subject.getAttribute('aria-invalid')).toBe('true');

    await page.keyboard.type('Welcome');
    await bar.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Publish…' }).click();
    await page.getByTestId('confirm-publish').click();
    await page.getByText('Version 1 is live').first().waitFor();
    expect(visit.faults).toEqual([]);
  });
});

describe('a journey of 625 nodes', () => {
  const side = 25;
  it('draws what is in view; a card can be dragged and the canvas moved, near and far', async () => {
    const { page } = visit;
    keepPictureOfFailure({ page, name: 'many-nodes' });
    const id = await createJourney({ product, name: 'Large', graph: grid() });
    await page.goto(`/journeys/${id}`);
    for (const view of ['fitted', 'at 100%'] as const) {
      await page.getByRole('button', { name: 'Fit to view' }).click();
      if (view === 'at 100%') await page.getByRole('button', { name: /Set it to 100%/ }).click();
      await until(async () => {
        const count = await cards(page).count();
        return view === 'at 100%' ? count > 2 && count < 100 : count === side * side;
      }, 'the cards in view to be drawn');
      await canvasAtRest(page);
      await dragCard(page);
      await panCanvas(page);
    }
    expect(visit.faults).toEqual([]);
  });

  /** Rows that each lead to the right and then down to the next. */
  function grid(): Graph {
    const ids = Array.from({ length: side * side }, (_, index) => index);
    const nodes = ids.map((index) =>
      nodeOf({
        id: `n${index}`,
        ...(index === 0
          ? { type: 'wend/entry-event', config: { event: 'Signed Up' } }
          : { type: 'wend/wait', config: { duration: { amount: 1, unit: 'hours' } } }),
        name: `Node ${index}`,
        position: { x: (index % side) * (cardSize.width + 52), y: Math.floor(index / side) * (cardSize.height + 68) },
      }),
    );
    return {
      ...emptyGraph(),
      nodes: Object.fromEntries(nodes.map((node) => [node.id, node])),
      edges: ids.slice(1).map((index) => ({ id: `e${index}`, from: `n${index - 1}`, port: 'next', to: `n${index}` })),
    };
  }
});

const cards = (page: Page): Locator => page.locator('.react-flow__node');
const viewport = (page: Page): Promise<string | null> => page.locator('.react-flow__viewport').getAttribute('style');

/** The canvas glides to a new zoom; what is measured on the way is somewhere else a moment later. */
async function canvasAtRest(page: Page): Promise<void> {
  let before: string | null = null;
  let still = 0;
  await until(async () => {
    const now = await viewport(page);
    still = now === before ? still + 1 : 0;
    before = now;
    return still >= 4;
  }, 'the canvas to come to rest');
}

async function middle(page: Page): Promise<{ x: number; y: number }> {
  const frame = (await page.getByTestId('canvas').boundingBox())!;
  return { x: frame.x + frame.width / 2, y: frame.y + frame.height / 2 };
}

/** Drags the card nearest to the middle, in steps, and makes sure that it came along. */
async function dragCard(page: Page): Promise<void> {
  const at = await middle(page);
  const id = await cards(page).evaluateAll((all, { x, y }) => {
    const centre = (card: Element) => {
      const box = card.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const distance = (card: Element) => Math.hypot(centre(card).x - x, centre(card).y - y);
    const onTop = (card: Element) =>
      document.elementFromPoint(centre(card).x, centre(card).y)?.closest('.react-flow__node') === card;
    return all
      .sort((a, b) => distance(a) - distance(b))
      .find(onTop)
      ?.getAttribute('data-id');
  }, at);
  const card = page.locator(`.react-flow__node[data-id="${id}"]`);
  const before = (await card.boundingBox())!;
  const from = { x: before.x + before.width / 2, y: before.y + before.height / 2 };
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 120, from.y + 90, { steps: 24 });
  await page.mouse.up();
  await until(async () => (await card.boundingBox())!.x - before.x > 60, 'the card to follow the mouse');
}

/** There and back by the wheel, so that a next attempt begins where this one did. */
async function panCanvas(page: Page): Promise<void> {
  const before = await viewport(page);
  const at = await middle(page);
  await page.mouse.move(at.x, at.y);
  for (let step = 0; step < 12; step += 1) await page.mouse.wheel(6, 9);
  await until(async () => (await viewport(page)) !== before, 'the canvas to move');
  for (let step = 0; step < 12; step += 1) await page.mouse.wheel(-6, -9);
}
