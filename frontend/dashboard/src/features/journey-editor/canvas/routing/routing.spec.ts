import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardHeight, cardWidth } from '../geometry';
import type { Point } from '../geometry';
import { pillHeight, pillWidth, routeLinks } from './index';
import type { LinkToRoute, PlacedCard, Routes } from './index';
import { crosses, lineArea } from './space';

const card = (id: string, x: number, y: number, height: number = cardHeight): PlacedCard => ({
  id,
  x,
  y,
  height,
  stubs: [],
});
const link = (from: string, to: string, words = '', id = `${from}>${to}`): LinkToRoute => ({
  id,
  from,
  to,
  width: pillWidth(words),
  order: 0,
});
const rectOf = ({ x, y, height }: PlacedCard) => ({ left: x, right: x + cardWidth, top: y, bottom: y + height });
const pillOf = ({ x, y, width }: Point & { width: number }) => ({
  left: x - width / 2,
  right: x + width / 2,
  top: y - pillHeight / 2,
  bottom: y + pillHeight / 2,
});

type FaultsOptions = {
  cards: readonly PlacedCard[];
  links: readonly LinkToRoute[];
  picture: Routes;
};

/** What is wrong with a picture, in words. */
function faults({ cards, links, picture }: FaultsOptions): string[] {
  const found: string[] = [];
  const pills = links.map(({ id }) => ({ id, area: pillOf(picture.routes.get(id)!.pill) }));
  for (const { id } of links) {
    const { points } = picture.routes.get(id)!;
    for (const [index, to] of points.entries()) {
      const from = points[index - 1];
      if (from)
        for (const each of cards) if (crosses(lineArea(from, to), rectOf(each))) found.push(`${id} crosses ${each.id}`);
    }
  }
  for (const [index, { id, area }] of pills.entries()) {
    for (const each of cards)
      for (const place of [rectOf(each), ...each.stubs])
        if (crosses(area, place)) found.push(`the words of ${id} cover ${each.id}`);
    for (const other of pills.slice(index + 1))
      if (crosses(area, other.area)) found.push(`the words of ${id} cover those of ${other.id}`);
  }
  return found;
}
function draw(cards: readonly PlacedCard[], links: readonly LinkToRoute[]): Routes {
  const picture = routeLinks({ cards, links });
  expect(faults({ cards, links, picture })).toEqual([]);
  return picture;
}
const bends = (picture: Routes, id: string) => picture.routes.get(id)!.points.length;

describe('links', () => {
  it('of a push, a wait after it and an SMS for whom it did not reach: the long one runs beside the wait, its words beside “Sent”', () => {
    const cards = [card('entry', 0, 0), card('push', 0, 152), card('wait', 0, 304), card('sms', 0, 456)];
    const links = [
      link('entry', 'push'),
      link('push', 'wait', 'Sent'),
      link('wait', 'sms'),
      link('push', 'sms', 'Not reachable'),
    ];
    const picture = draw(cards, links);
    expect(bends(picture, 'push>wait')).toBe(2);
    expect(bends(picture, 'push>sms')).toBe(6);
    const { pill, points } = picture.routes.get('push>sms')!;
    expect(points.some(({ x, y }) => x === pill.x && Math.abs(y - pill.y) < 60)).toBe(true);
  });

  it('bend once, below the source, to a card that stands aside', () => {
    const picture = draw([card('a', 0, 0), card('b', 300, 152)], [link('a', 'b', 'Yes')]);
    expect(picture.routes.get('a>b')).toEqual({
      points: [
        { x: 118, y: 78 },
        { x: 118, y: 118 },
        { x: 418, y: 118 },
        { x: 418, y: 152 },
      ],
      pill: { x: 418, y: 118, width: pillWidth('Yes') },
    });
  });

  it('lead back around everything between', () => {
    const cards = [card('a', 0, 0), card('b', 0, 152), card('c', 0, 304), card('beside', 276, 152)];
    draw(cards, [link('a', 'b'), link('b', 'c'), link('c', 'b', 'Again'), link('c', 'a', 'From the start')]);
  });

  it('that cross do not run on one another', () => {
    const picture = draw(
      [card('a', 0, 0), card('b', 600, 0), card('c', 0, 152), card('d', 600, 152)],
      [link('a', 'd', 'Yes'), link('b', 'c', 'No')],
    );
    expect(picture.routes.get('a>d')!.points[1]!.y).not.toBe(picture.routes.get('b>c')!.points[1]!.y);
  });

  it('of several ports with one target are told apart, and so are lanes past the same cards', () => {
    const cards = [card('a', 0, 0), card('b', 0, 152), card('c', 0, 304), card('d', 0, 456)];
    const picture = draw(cards, [
      link('a', 'b', 'Opened', '1'),
      link('a', 'b', 'Clicked', '2'),
      link('a', 'b', 'Neither of both', '3'),
      link('a', 'd', 'Far'),
      link('b', 'd', 'Farther'),
      link('b', 'c'),
      link('c', 'd'),
    ]);
    const ways = ['1', '2', '3'].map((id) => JSON.stringify(picture.routes.get(id)!.points));
    expect(new Set(ways).size).toBe(3);
  });

  it('to a card that leads to itself, or stands right above, go around it', () => {
    draw([card('a', 0, 0), card('b', 0, 400)], [link('a', 'a', 'Again'), link('b', 'a', 'Back')]);
  });

  const spread = fc
    .array(
      fc.record({
        x: fc.integer({ min: -120, max: 120 }),
        y: fc.integer({ min: -80, max: 80 }),
        height: fc.constantFrom(cardHeight, cardHeight, 104),
      }),
      { minLength: 2, maxLength: 14 },
    )
    .map((places) => {
      const cards: PlacedCard[] = [];
      for (const [index, { x, y, height }] of places.entries()) {
        const next = card(`n${index}`, x * 8, y * 8, height);
        const room = {
          left: next.x - 48,
          right: next.x + cardWidth + 48,
          top: next.y - 48,
          bottom: next.y + height + 48,
        };
        if (!cards.some((other) => crosses(rectOf(other), room))) cards.push(next);
      }
      return cards;
    });
  const picture = spread.chain((cards) =>
    fc.record({
      cards: fc.constant(cards),
      links: fc
        .array(
          fc.tuple(
            fc.nat({ max: cards.length - 1 }),
            fc.nat({ max: cards.length - 1 }),
            fc.constantFrom('', '', 'Yes', 'Not reachable', 'After 1 day · 44%', '도달할 수 없음'),
          ),
          { maxLength: 24 },
        )
        .map((all) => all.map(([from, to, words], index) => link(cards[from]!.id, cards[to]!.id, words, `e${index}`))),
    }),
  );

  it('cross no card, and no words cover a card or other words, wherever cards stand', () => {
    fc.assert(
      fc.property(picture, ({ cards, links }) => {
        draw(cards, links);
      }),
      { numRuns: 400 },
    );
  }, 60_000);

  it('are the same whatever the order in which a database gives the parts', () => {
    fc.assert(
      fc.property(picture, fc.func(fc.integer()), ({ cards, links }, order) => {
        const shuffled = <T extends { id: string }>(all: readonly T[]) =>
          [...all].sort((a, b) => order(a.id) - order(b.id));
        const one = routeLinks({ cards, links }).routes;
        const two = routeLinks({ cards: shuffled(cards), links: shuffled(links) }).routes;
        for (const { id } of links) expect(two.get(id)).toEqual(one.get(id));
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('never overlap in words, even where cards lie on one another', () => {
    const cards = Array.from({ length: 12 }, (_, index) =>
      card(`n${index}`, (index % 4) * 40, Math.floor(index / 4) * 30),
    );
    const links = cards.slice(1).map(({ id }, index) => link(`n${index}`, id, 'Not reachable'));
    const drawn = routeLinks({ cards, links });
    expect(faults({ cards, links, picture: drawn }).filter((fault) => fault.startsWith('the words'))).toEqual([]);
  });
});
