import { describe, expect, it } from 'vitest';
import type { CardNode, LinkEdge } from './derive';
import { linkShape, pathsByLook } from './link-shape';
import { routeLinks } from './routing';

const ends: Record<string, [string, string]> = { '1': ['a', 'b'], '2': ['c', 'd'] };
const cards = (
  [
    ['a', 0, 0, 78],
    ['b', 0, 200, 78],
    ['c', 300, 400, 96],
    ['d', 300, 700, 78],
  ] as const
).map(([id, x, y, height]) => ({ id, x, y, height, stubs: [] }));
const picture = (all: Record<string, [string, string]>) =>
  routeLinks({ cards, links: Object.entries(all).map(([id, [from, to]]) => ({ id, from, to, width: 22, order: 0 })) });
const routes = picture(ends);
const nodes = cards.map(
  ({ id, x, y, height }) => ({ id, position: { x, y }, measured: { width: 236, height } }) as unknown as CardNode,
);
const edge = (id: string, from: string, to: string, selected = false) =>
  ({
    id,
    source: from,
    target: to,
    selected,
    data: { edge: { id, from, to }, route: routes.routes.get(id) ?? { points: [], pill: { x: 0, y: 0, width: 22 } } },
  }) as unknown as LinkEdge;

describe('a link', () => {
  it('whose end is dragged finds its way around other cards by itself', () => {
    const { data } = edge('1', 'a', 'd');
    const dragged = linkShape({ data: data!, routes, source: { x: 118, y: 78 }, target: { x: 118, y: 640 } });
    // The card b stands between.
    expect(dragged.path).not.toBe('M118 78L118 640');
    expect(dragged.path.startsWith('M118 78')).toBe(true);
    expect(dragged.path.endsWith('L118 640')).toBe(true);
  });
});

describe('links as one picture', () => {
  it('lie where each would be drawn', () => {
    const [all] = pathsByLook({ nodes, edges: [edge('1', 'a', 'b'), edge('2', 'c', 'd')], routes, decorations: {} });
    const one = linkShape({
      data: edge('1', 'a', 'b').data!,
      routes,
      source: { x: 118, y: 78 },
      target: { x: 118, y: 200 },
    }).path;
    const two = linkShape({
      data: edge('2', 'c', 'd').data!,
      routes,
      source: { x: 418, y: 496 },
      target: { x: 418, y: 700 },
    }).path;
    expect([one, two]).toEqual(['M118 78L118 200', 'M418 496L418 700']);
    expect(all?.path).toBe(one + two);
  });

  it('are one path per look', () => {
    const decorations = {
      '1': { state: 'path', width: 3 },
      '2': { suffix: '44%' },
      '3': { state: 'path', width: 3, pulse: 1 },
    } as const;
    const paths = pathsByLook({
      nodes,
      edges: [
        edge('1', 'a', 'b'),
        edge('2', 'b', 'c'),
        edge('3', 'c', 'd'),
        edge('4', 'a', 'c', true),
        edge('5', 'a', 'gone'),
      ],
      routes,
      decorations,
    });
    expect(paths.map(({ look, path }) => [look, path.match(/M/g)?.length])).toEqual([
      [{ state: 'path', width: 3, selected: false }, 2],
      [{ state: undefined, width: undefined, selected: false }, 1],
      [{ state: undefined, width: undefined, selected: true }, 1],
    ]);
  });
});
