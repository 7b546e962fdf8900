import { emptyGraph } from '@wend/contract';
import type { Graph, GraphNode } from '@wend/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishDraft } from '../../../backend/test/api.js';
import { identify, until } from '../../../backend/test/chain.js';
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

const settings = emptyGraph().settings;
const node = (id: string, type: string, config: GraphNode['config'], x: number, y: number): GraphNode => ({
  id,
  type: `wend/${type}`,
  version: 1,
  name: id,
  config,
  position: { x, y },
});
const edge = (from: string, port: string, to: string) => ({ id: `${from}:${port}`, from, port, to });
const push = (id: string, x: number, y: number) =>
  node(id, 'push', { title: 'Your parcel', body: 'It comes soon.' }, x, y);
const wait = (id: string, x: number, y: number) => node(id, 'wait', { duration: { amount: 1, unit: 'days' } }, x, y);
const sms = (id: string, x: number, y: number) => node(id, 'sms', { text: 'Your parcel comes soon.' }, x, y);
const graphOf = (nodes: GraphNode[], edges: Graph['edges']): Graph => ({
  nodes: Object.fromEntries(nodes.map((each) => [each.id, each])),
  edges,
  settings,
});

/** entry → push → (Sent) wait → SMS. What did not reach goes to the SMS beside the wait, once it is drawn. */
const fallback = graphOf(
  [
    node('entry', 'entry-event', { event: 'Parcel Sent' }, 0, 0),
    push('push', 0, 152),
    wait('wait', 0, 304),
    sms('sms', 0, 456),
  ],
  [edge('entry', 'next', 'push'), edge('push', 'queued', 'wait'), edge('wait', 'next', 'sms')],
);
const withFallback: Graph = { ...fallback, edges: [...fallback.edges, edge('push', 'notReachable', 'sms')] };
const branches = [
  {
    id: 'a',
    label: 'On the gold plan',
    rule: { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'gold' },
  },
  {
    id: 'b',
    label: 'On the silver plan',
    rule: { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'silver' },
  },
];
/** Links past several rows, back, and crossing one another. */
const tangled = graphOf(
  [
    node('entry', 'entry-event', { event: 'Parcel Sent' }, 288, 0),
    node('which', 'branch', { branches }, 288, 152),
    wait('left', 0, 304),
    wait('middle', 288, 304),
    wait('right', 576, 304),
    push('lower', 0, 456),
    sms('other', 576, 456),
    wait('last', 288, 608),
  ],
  [
    edge('entry', 'next', 'which'),
    edge('which', 'a', 'left'),
    edge('which', 'b', 'right'),
    edge('which', 'else', 'last'),
    edge('left', 'next', 'other'),
    edge('right', 'next', 'lower'),
    edge('lower', 'queued', 'last'),
    edge('lower', 'notReachable', 'last'),
    edge('other', 'queued', 'middle'),
    edge('other', 'notReachable', 'last'),
    edge('middle', 'next', 'which'),
    edge('last', 'next', 'middle'),
  ],
);

type Box = { id: string; left: number; top: number; right: number; bottom: number };
type Picture = {
  cards: Box[];
  pills: Box[];
  links: { id: string; path: string; points: { x: number; y: number }[] }[];
  zoom: number;
};

/** Where everything lies, in px of the flow: cards and words as they are drawn, links as points along their paths. */
function pictureOf(page: Page): Promise<Picture> {
  return page.evaluate(() => {
    const viewport = document.querySelector('.react-flow__viewport')!;
    const { a: zoom, e: dx, f: dy } = new DOMMatrix(getComputedStyle(viewport).transform);
    const frame = document.querySelector('.react-flow')!.getBoundingClientRect();
    const box = (element: Element, id: string) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      const at = (value: number, start: number, shift: number) =>
        Math.round(((value - start - shift) / zoom) * 10) / 10;
      return {
        id,
        left: at(left, frame.left, dx),
        right: at(right, frame.left, dx),
        top: at(top, frame.top, dy),
        bottom: at(bottom, frame.top, dy),
      };
    };
    const sorted = <T extends { id: string }>(items: T[]) => items.sort((a, b) => (a.id < b.id ? -1 : 1));
    return {
      zoom,
      cards: sorted(
        [...document.querySelectorAll('.react-flow__node')].map((card) => box(card, card.getAttribute('data-id')!)),
      ),
      pills: sorted(
        [...document.querySelectorAll('[data-pill]')].map((pill) => box(pill, pill.getAttribute('data-pill')!)),
      ),
      links: sorted(
        [...document.querySelectorAll('.react-flow__edge')].map((link) => {
          const path = link.querySelector<SVGPathElement>('.react-flow__edge-path')!;
          const length = path.getTotalLength();
          const points = Array.from({ length: Math.ceil(length / 3) }, (_, index) =>
            path.getPointAtLength(index * 3),
          ).map(({ x, y }) => ({ x, y }));
          return { id: link.getAttribute('data-id')!, path: path.getAttribute('d')!, points };
        }),
      ),
    };
  });
}

function faultsOf({ cards, pills, links }: Picture): string[] {
  const crossed = (a: Box, b: Box) =>
    a.left < b.right - 0.5 && a.right > b.left + 0.5 && a.top < b.bottom - 0.5 && a.bottom > b.top + 0.5;
  return [
    ...links.flatMap(({ id, points }) =>
      cards
        .filter((card) =>
          points.some(({ x, y }) => x > card.left + 1 && x < card.right - 1 && y > card.top + 1 && y < card.bottom - 1),
        )
        .map((card) => `${id} runs under ${card.id}`),
    ),
    ...pills.flatMap((pill, index) =>
      [...cards, ...pills.slice(index + 1)]
        .filter((other) => crossed(pill, other))
        .map((other) => `the words of ${pill.id} cover ${other.id}`),
    ),
  ];
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.locator('.react-flow__node').first().waitFor();
}
/** Figures make the cards of Live higher once they have come. */
const figuresShown = async (page: Page, layer: string) => {
  if (layer === 'live') await page.locator('.wend-card-footer').first().waitFor();
};
const settled = async (page: Page, links: number): Promise<Picture> => {
  await until(async () => (await page.locator('.react-flow__edge').count()) === links, `${links} links to be drawn`);
  let before = '';
  await until(async () => {
    const now = JSON.stringify(await pictureOf(page));
    const same = now === before;
    before = now;
    return same;
  }, 'the picture to come to rest');
  return pictureOf(page);
};

describe('links', () => {
  it('run around cards from the first moment, and a reload shows the same picture', async () => {
    const { page } = visit;
    keepPictureOfFailure({ page, name: 'links-fresh' });
    const id = await createJourney({ product, name: 'Fallback', graph: fallback });
    await open(page, `/journeys/${id}`);
    // The canvas fits the journey into view a moment after its cards are there.
    await settled(page, 3);
    const stub = page
      .locator('.react-flow__node[data-id="push"]')
      .getByRole('button', { name: 'Add a step after “Not reachable”' });
    const from = (await stub.boundingBox())!;
    const to = (await page.locator('.react-flow__node[data-id="sms"]').boundingBox())!;
    await page.mouse.move(from.x + 20, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 12 });
    // The dot that says where the line will end stands in the middle of the card's upper edge.
    const dot = (await page.locator('.react-flow__node[data-id="sms"] .wend-target').boundingBox())!;
    expect(Math.abs(dot.x + dot.width / 2 - (to.x + to.width / 2))).toBeLessThan(1.5);
    expect(Math.abs(dot.y - to.y)).toBeLessThan(6);
    await page.mouse.up();
    const fresh = await settled(page, 4);
    expect(faultsOf(fresh)).toEqual([]);
    await page.getByTestId('save-state').getByText('Draft saved').waitFor();
    await page.reload();
    const again = await settled(page, 4);
    expect({ ...again, zoom: 0 }).toEqual({ ...fresh, zoom: 0 });
    expect(visit.faults).toEqual([]);
  });

  it.each([
    ['a fallback', withFallback],
    ['links past rows, back and crossing', tangled],
  ] as const)('of %s cover nothing in any layer, fresh and reloaded', async (name, graph) => {
    const { page } = visit;
    keepPictureOfFailure({ page, name: `links-${name.replace(/\W+/g, '-')}` });
    const id = await createJourney({ product, name, graph });
    const published = await publishDraft(product.chain.owner, id);
    expect(published.status, JSON.stringify(published.body)).toBe(201);
    for (const layer of ['build', 'live', 'replay']) {
      await open(page, `/journeys/${id}?layer=${layer}`);
      await figuresShown(page, layer);
      const fresh = await settled(page, graph.edges.length);
      expect({ layer, faults: faultsOf(fresh) }).toEqual({ layer, faults: [] });
      await page.reload();
      await figuresShown(page, layer);
      expect({ layer, picture: await settled(page, graph.edges.length) }).toEqual({ layer, picture: fresh });
    }
    expect(visit.faults).toEqual([]);
  });
});

describe('a draft that is not finished', () => {
  it('is saved as it is, comes back after a reload, and from the copy in the browser when the server was away', async () => {
    const { page } = visit;
    keepPictureOfFailure({ page, name: 'unfinished-draft' });
    const id = await createJourney({ product, name: 'Unfinished', graph: fallback });
    const stored = async () => (await product.chain.owner.get(`/api/journeys/${id}`)).body.draft as Graph;
    await open(page, `/journeys/${id}`);
    await page.getByRole('button', { name: 'Add an exit criterion' }).click();
    await until(async () => (await stored()).settings.exitCriteria.length === 1, 'the unfinished exit to be saved');
    await page.getByTestId('save-state').getByText('Draft saved').waitFor();
    await page.getByTestId('problem-bar').getByText('1 problem').waitFor();
    await page.reload();
    await page.getByLabel('Event that ends the run').waitFor();

    // The server is away, and the window is closed without a word.
    const second = await page.context().newPage();
    await second.route('**/draft', (route) => route.abort());
    await open(second, `/journeys/${id}`);
    await second.getByTestId('other-tabs').waitFor();
    await page.getByTestId('other-tabs').waitFor();
    await second.getByRole('button', { name: 'Another exit criterion' }).click();
    await second.getByText('Your changes are stored in this browser').waitFor();
    await second.close({ runBeforeUnload: false });
    expect((await stored()).settings.exitCriteria).toHaveLength(1);
    await page.goto('/journeys');
    await open(page, `/journeys/${id}`);
    await until(
      async () => (await stored()).settings.exitCriteria.length === 2,
      'the copy of the closed tab to be restored and saved',
    );
    expect(await page.getByTestId('conflict').count()).toBe(0);
    // A page that does not know yet that all is saved asks before it is left.
    await page.getByTestId('save-state').getByText('Draft saved').waitFor();
    expect(visit.faults).toEqual([]);
  });

  it('whose copy cannot be shown is offered as a file', async () => {
    const { page } = visit;
    const id = await createJourney({ product, name: 'Damaged', graph: fallback });
    await open(page, `/journeys/${id}`);
    await page.evaluate((key) => localStorage.setItem(key, '{"revision":1,"graph":{"nodes":7}}'), `wend-draft-${id}`);
    await page.reload();
    const copy = page.getByTestId('kept-copy');
    await copy.getByText('can’t be shown here').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      copy.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('damaged-unsaved.wend.json');
    await copy.getByRole('button', { name: 'Discard' }).click();
    await copy.waitFor({ state: 'detached' });
  });
});

describe('the canvas', () => {
  it('marks no text while a box is drawn', async () => {
    const { page } = visit;
    const id = await createJourney({ product, name: 'Box', graph: withFallback });
    await open(page, `/journeys/${id}`);
    await page.getByRole('heading', { name: 'Journey settings' }).click({ clickCount: 2 });
    const frame = (await page.getByTestId('canvas').boundingBox())!;
    await page.keyboard.down('Shift');
    await page.mouse.move(frame.x + 10, frame.y + 10);
    await page.mouse.down();
    await page.mouse.move(frame.x + frame.width - 10, frame.y + frame.height - 90, { steps: 10 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await until(
      async () => (await page.locator('.react-flow__node.selected').count()) === 4,
      'the cards in the box to be selected',
    );
    expect(await page.evaluate(() => getSelection()?.toString().trim() ?? '')).not.toContain('Your parcel');
    expect((await page.evaluate(() => getSelection()?.toString().trim() ?? '')).split(/\s+/).length).toBeLessThan(3);
  });

  it('shares its tabs with the pages: one row, moved sideways without a bar', async () => {
    const { page } = visit;
    await identify(product.chain, { userId: 'anna', traits: { name: 'Anna Berg' } });
    await page.goto('/profiles');
    await page.getByRole('link', { name: 'Anna Berg' }).click();
    const tabs = page.getByRole('tablist');
    await tabs.waitFor();
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(
        await tabs.evaluate((list) => ({
          bar: list.offsetHeight - list.clientHeight,
          below: list.scrollHeight - list.clientHeight,
          overflow: getComputedStyle(list).overflowY,
        })),
      ).toEqual({ bar: 0, below: 0, overflow: 'hidden' });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  });
});
