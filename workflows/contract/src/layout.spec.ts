import { describe, expect, it } from 'vitest';
import { addNode, cardSize, connect, emptyGraph, reachableFrom } from './edit.js';
import { manifestsByKey } from './edit-connect.js';
import { goldenJourneys } from './fixtures/index.js';
import type { Graph } from './graph.js';
import { layout } from './layout.js';

const build = (ids: string[], ...edges: [string, string, string][]): Graph =>
  edges.reduce(
    (graph, [from, port, to]) => connect(graph, { from, port, to }),
    ids.reduce(
      (graph, id) =>
        addNode(graph, {
          node: {
            id,
            type: id.startsWith('in') ? 'wend/entry-event' : 'wend/any',
            version: 1,
            name: id,
            config: {},
            position: { x: 900, y: 900 },
          },
        }),
      emptyGraph(),
    ),
  );
const at = (graph: Graph, id: string) => graph.nodes[id]?.position ?? { x: Number.NaN, y: Number.NaN };

function overlapping(graph: Graph): string[] {
  const nodes = Object.values(graph.nodes);
  return nodes.flatMap((a, index) =>
    nodes
      .slice(index + 1)
      .filter(
        (b) =>
          Math.abs(a.position.x - b.position.x) < cardSize.width + 20 &&
          Math.abs(a.position.y - b.position.y) < cardSize.height + 20,
      )
      .map((b) => `${a.id}/${b.id}`),
  );
}

describe('layout', () => {
  it('puts a chain in one column, a rank below the other', () => {
    const graph = layout(build(['c', 'b', 'in'], ['in', 'next', 'b'], ['b', 'next', 'c']));
    expect([at(graph, 'in'), at(graph, 'b'), at(graph, 'c')]).toEqual([
      { x: 0, y: 0 },
      { x: 0, y: 152 },
      { x: 0, y: 304 },
    ]);
  });

  it('leaves notes where they are to the card that they lie beside', () => {
    const graph = build(['in', 'b', 'paper'], ['in', 'next', 'b']);
    const place = (id: string, position: { x: number; y: number }) =>
      (graph.nodes[id] = { ...graph.nodes[id]!, position });
    place('in', { x: 500, y: 500 });
    place('b', { x: 40, y: 3_000 });
    place('paper', { x: 340, y: 3_010 });
    graph.nodes['paper'] = { ...graph.nodes['paper']!, type: 'wend/note' };
    const shared = { version: 1, title: '', description: '', icon: 'tag', config: {}, defaults: {}, summary: '' };
    const more = { ...shared, category: 'action' as const, blocks: false, custom: false, ports: { fixed: [] } };
    const manifests = manifestsByKey([
      { ...more, type: 'wend/entry-event', category: 'entry', entry: 'event' },
      { ...more, type: 'wend/any' },
      { ...more, type: 'wend/note', note: true },
    ]);
    const laid = layout(graph, { manifests });
    expect([at(laid, 'in'), at(laid, 'b'), at(laid, 'paper')]).toEqual([
      { x: 0, y: 0 },
      { x: 0, y: 152 },
      { x: 300, y: 162 },
    ]);
  });

  it('keeps the order of the ports from left to right, whatever the order of the edges', () => {
    const graph = build(
      ['in', 'split', 'x', 'y', 'z'],
      ['in', 'next', 'split'],
      ['split', 'c', 'z'],
      ['split', 'a', 'x'],
      ['split', 'b', 'y'],
    );
    const ports = { fixed: ['a', 'b', 'c'].map((id) => ({ id, label: id })) };
    const manifest = {
      type: 'wend/any',
      version: 1,
      title: '',
      description: '',
      category: 'action',
      icon: '',
      config: {},
      defaults: {},
      summary: '',
      blocks: false,
      custom: false,
      ports,
    } as const;
    const placed = layout(graph, { manifests: manifestsByKey([manifest]) });
    const xs = ['x', 'y', 'z'].map((id) => at(placed, id).x);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    expect(overlapping(placed)).toEqual([]);
  });

  it('stacks pieces that do not hang together, the entry’s first', () => {
    const placed = layout(build(['alone', 'in', 'b'], ['in', 'next', 'b']));
    expect(at(placed, 'in').y).toBe(0);
    expect(at(placed, 'alone').y).toBeGreaterThan(at(placed, 'b').y);
    expect(overlapping(placed)).toEqual([]);
  });

  it('lays out a selection where it is and leaves the rest', () => {
    const graph = build(['in', 'b', 'c'], ['in', 'next', 'b'], ['b', 'next', 'c']);
    const placed = layout(graph, { ids: ['b', 'c'] });
    expect(placed.nodes['in']).toBe(graph.nodes['in']);
    expect([at(placed, 'b'), at(placed, 'c')]).toEqual([
      { x: 900, y: 900 },
      { x: 900, y: 1052 },
    ]);
  });

  it('copes with loops, and gives the same picture each time', () => {
    const graph = build(
      ['in', 'b', 'c'],
      ['in', 'next', 'b'],
      ['b', 'next', 'c'],
      ['c', 'again', 'b'],
      ['c', 'self', 'c'],
    );
    const once = layout(graph);
    expect(overlapping(once)).toEqual([]);
    expect(layout(once)).toBe(once);
  });

  it.each(goldenJourneys.map((fixture) => [fixture.name, fixture.graph] as const))(
    'leaves no card of “%s” on another',
    (_, graph) => {
      expect(overlapping(graph)).toEqual([]);
      for (const { from, to } of graph.edges.filter((edge) => !reachableFrom(graph, edge.to).has(edge.from)))
        expect(at(graph, from).y).toBeLessThan(at(graph, to).y);
    },
  );

  it('lays out a thousand cards in a time that one can wait for', () => {
    const ids = ['in', ...Array.from({ length: 999 }, (_, index) => `n${index}`)];
    const edges = ids
      .slice(1)
      .map((id, index): [string, string, string] => [ids[Math.floor(index / 2)] ?? 'in', `p${index % 2}`, id]);
    const graph = build(ids, ...edges);
    const start = performance.now();
    expect(overlapping(layout(graph))).toEqual([]);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
