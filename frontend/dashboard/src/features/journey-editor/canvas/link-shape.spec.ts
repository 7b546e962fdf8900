import { describe, expect, it } from 'vitest';
import type { CardNode, LinkEdge } from './derive';
import { linkShape, pathsByLook } from './link-shape';

const node = (id: string, x: number, y: number, height?: number) => ({ id, position: { x, y }, ...(height ? { measured: { width: 236, height } } : {}) }) as unknown as CardNode;
const edge = (id: string, source: string, target: string, selected = false) => ({ id, source, target, selected, data: { labelShift: 0, crowded: false, lane: null } }) as unknown as LinkEdge;
const nodes = [node('a', 0, 0), node('b', 0, 200), node('c', 300, 400, 96), node('d', 300, 700)];

describe('links as one picture', () => {
  it('lie where each would be drawn', () => {
    const [all] = pathsByLook({ nodes, edges: [edge('1', 'a', 'b'), edge('2', 'c', 'd')], decorations: {} });
    const one = linkShape({ source: { x: 118, y: 78 }, target: { x: 118, y: 200 }, labelShift: 0, crowded: false, lane: null }).path;
    const two = linkShape({ source: { x: 418, y: 496 }, target: { x: 418, y: 700 }, labelShift: 0, crowded: false, lane: null }).path;
    expect(all?.path).toBe(one + two);
  });

  it('are one path per look', () => {
    const decorations = { '1': { state: 'path', width: 3 }, '2': { suffix: '44 %' }, '3': { state: 'path', width: 3, pulse: 1 } } as const;
    const paths = pathsByLook({ nodes, edges: [edge('1', 'a', 'b'), edge('2', 'b', 'c'), edge('3', 'c', 'd'), edge('4', 'a', 'c', true), edge('5', 'a', 'gone')], decorations });
    expect(paths.map(({ look, path }) => [look, path.match(/M/g)?.length])).toEqual([
      [{ state: 'path', width: 3, selected: false }, 2], [{ state: undefined, width: undefined, selected: false }, 1], [{ state: undefined, width: undefined, selected: true }, 1],
    ]);
  });
});
