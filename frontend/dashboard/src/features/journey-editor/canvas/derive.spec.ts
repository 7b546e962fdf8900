import { describe, expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import { configureNode, moveNodes } from '../store/actions';
import { noSelection } from '../store/editor-store';
import { sampleStore } from '../store/editor.fixture';
import { derive, mergeNodes } from './derive';
import type { CardNode } from './derive';

const texts = textsOf('editor-canvas.derive');

function setUp() {
  const store = sampleStore();
  const run = (previous: ReturnType<typeof derive> | null) =>
    derive({ texts, graph: store.getState().graph, manifests: store.getState().manifestMap, previous });
  return { store, run };
}

describe('derive', () => {
  it('rebuilds only the card whose node changed', () => {
    const { store, run } = setUp();
    const first = run(null);
    moveNodes({ store, positions: { wait: { x: 80, y: 152 } } });
    const second = run(first);
    expect(second.cards.get('wait')).not.toBe(first.cards.get('wait'));
    expect(second.cards.get('entry')).toBe(first.cards.get('entry'));
    const nodes = mergeNodes({ derived: first, previous: [], selection: noSelection });
    const merged = mergeNodes({ derived: second, previous: nodes, selection: noSelection });
    expect(merged.find((node) => node.id === 'entry')).toBe(nodes.find((node) => node.id === 'entry'));
    expect(merged.find((node) => node.id === 'wait')?.position).toEqual({ x: 80, y: 152 });
    expect(mergeNodes({ derived: second, previous: merged, selection: noSelection })).toBe(merged);
  });

  it('keeps where a card is being dragged while something else is selected', () => {
    const { run } = setUp();
    const derived = run(null);
    const dragged = mergeNodes({ derived, previous: [], selection: noSelection }).map((node): CardNode =>
      node.id === 'wait' ? { ...node, position: { x: 55, y: 60 } } : node,
    );
    expect(
      mergeNodes({ derived, previous: dragged, selection: { nodes: ['entry'], edges: [] } }).find(
        (node) => node.id === 'wait',
      )?.position,
    ).toEqual({ x: 55, y: 60 });
  });

  it('shows ports that lead nowhere as stubs, and words on an edge only where there is a choice', () => {
    const { store, run } = setUp();
    const first = run(null);
    expect(first.cards.get('branch')?.open.map((port) => port.label)).toEqual(['Yes', 'No', 'Else']);
    expect(first.cards.get('wait')?.open).toEqual([]);
    expect(first.links.get('wait:next')?.label).toBeNull();
    configureNode({ store, id: 'branch', config: { branches: [] }, path: 'branches' });
    expect(
      run(first)
        .cards.get('branch')
        ?.open.map((port) => port.label),
    ).toEqual(['Else']);
  });

  it('offers one way out for what went wrong, and an older line by “error” while it is there', () => {
    const { store } = setUp();
    const { graph, manifestMap } = store.getState();
    const call = { ...graph.nodes['wait']!, type: 'test/call' };
    const cardOf = (port: string) =>
      derive({
        texts,
        graph: {
          ...graph,
          nodes: { ...graph.nodes, wait: call },
          edges: graph.edges.map((edge) => (edge.from === 'wait' ? { ...edge, port } : edge)),
        },
        manifests: manifestMap,
        previous: null,
      });
    expect(
      cardOf('ok')
        .cards.get('wait')
        ?.open.map(({ id }) => id),
    ).toEqual(['failed']);
    const older = cardOf('error');
    expect(older.cards.get('wait')?.open.map(({ id }) => id)).toEqual(['ok', 'failed']);
    expect([...older.links.values()].find(({ edge }) => edge.from === 'wait')?.label).toBe('If it fails');
  });

  it('lays links anew only when something stands elsewhere, and the same picture as a fresh one', () => {
    const { store, run } = setUp();
    const first = run(null);
    configureNode({ store, id: 'wait', config: { text: 'typed' }, path: 'text' });
    const typed = run(first);
    expect(typed.routes).toBe(first.routes);
    moveNodes({ store, positions: { wait: { x: 400, y: 152 } } });
    const moved = run(typed);
    expect(moved.routes).not.toBe(first.routes);
    expect([...moved.links.values()].map((link) => link.route)).toEqual(
      [...run(null).links.values()].map((link) => link.route),
    );
  });

  it('keeps room for the largest figure, so that words stay where they are while figures change', () => {
    const { store, run } = setUp();
    const { graph, manifestMap: manifests } = store.getState();
    const at = (suffix: string) =>
      derive({ texts, graph, manifests, previous: run(null), suffixes: { 'wait:next': { suffix } } }).links.get(
        'wait:next',
      );
    expect(at('4%')?.words).toBe('4%');
    expect(at('4%')?.route.pill).toEqual(at('100%')?.route.pill);
  });
});
