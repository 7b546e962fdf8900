import fc from 'fast-check';
import { cardsOverlap } from '@wend/contract/plain';
import { describe, expect, it } from 'vitest';
import {
  addNode,
  configureNode,
  connectNodes,
  moveNodes,
  redo,
  removeSelection,
  targetAfterSelection,
  undo,
} from './actions';
import { copyText, duplicateSelection, pasteText } from './clipboard';
import { manifestNamed, sampleStore } from './editor.fixture';
import { undoLabel } from './history';
import { neighbour, selectNodes } from './select';

const ways = (store: ReturnType<typeof sampleStore>) =>
  store
    .getState()
    .graph.edges.map((edge) => `${edge.from}.${edge.port}>${edge.to}`)
    .sort();

describe('editing', () => {
  it('puts a node into an edge, moves what follows down, selects it, and takes all of it back in one step', () => {
    const store = sampleStore();
    const before = store.getState().graph;
    const id = addNode({ store, manifest: manifestNamed('test/wait'), target: { kind: 'edge', edgeId: 'entry:next' } });
    expect(ways(store)).toEqual([`entry.next>${id}`, 'wait.next>branch', `${id}.next>wait`].sort());
    expect(store.getState().graph.nodes['wait']?.position.y).toBeGreaterThan(152);
    expect(store.getState().selection.nodes).toEqual([id]);
    expect(undoLabel(store.getState().history)).toEqual({ text: 'add', values: { step: 'Wait' } });
    undo(store);
    expect(store.getState().graph).toBe(before);
    expect(store.getState().selection.nodes).toEqual([]);
    redo(store);
    expect(ways(store)).toContain(`entry.next>${id}`);
  });

  it('adds from the palette behind the open port of the selected node, else on its edge', () => {
    const store = sampleStore();
    selectNodes({ store, ids: ['branch'] });
    expect(targetAfterSelection({ store, manifest: manifestNamed('test/exit') })).toEqual({
      kind: 'port',
      nodeId: 'branch',
      port: 'yes',
    });
    selectNodes({ store, ids: ['entry'] });
    expect(targetAfterSelection({ store, manifest: manifestNamed('test/wait') })).toEqual({
      kind: 'edge',
      edgeId: 'entry:next',
    });
  });

  it('lays no card on another when several ports of a node get one', () => {
    const store = sampleStore();
    for (const port of ['yes', 'no', 'else'])
      addNode({ store, manifest: manifestNamed('test/exit'), target: { kind: 'port', nodeId: 'branch', port } });
    const row = Object.values(store.getState().graph.nodes)
      .filter((node) => node.type === 'test/exit')
      .map((node) => node.position.x)
      .sort((a, b) => a - b);
    expect(row[1]! - row[0]!).toBeGreaterThanOrEqual(236);
    expect(row[2]! - row[1]!).toBeGreaterThanOrEqual(236);
  });

  it('lays no card on another, whatever is added where', () => {
    const step = fc.record({
      kind: fc.constantFrom('test/wait', 'test/branch', 'test/exit'),
      at: fc.nat({ max: 500 }),
      edge: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
        const store = sampleStore();
        for (const { kind, at, edge } of steps) {
          const { graph } = store.getState();
          const ids = Object.keys(graph.nodes);
          const nodeId = ids[at % ids.length]!;
          addNode({
            store,
            manifest: manifestNamed(kind),
            target:
              edge && graph.edges.length > 0
                ? { kind: 'edge', edgeId: graph.edges[at % graph.edges.length]!.id }
                : { kind: 'port', nodeId, port: ['next', 'yes', 'no', 'else'][at % 4]! },
          });
        }
        const all = Object.values(store.getState().graph.nodes);
        const overlapping = all.flatMap((a, index) =>
          all
            .slice(index + 1)
            .filter((b) => cardsOverlap(a.position, b.position))
            .map((b) => `${a.name} on ${b.name}`),
        );
        expect(overlapping).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('drops the edge of a port that the settings take away, in the same step', () => {
    const store = sampleStore();
    const exit = addNode({
      store,
      manifest: manifestNamed('test/exit'),
      target: { kind: 'port', nodeId: 'branch', port: 'no' },
    });
    configureNode({ store, id: 'branch', config: { branches: [{ id: 'yes', label: 'Yes' }] }, path: 'branches' });
    expect(ways(store)).not.toContain(`branch.no>${exit}`);
    undo(store);
    expect(ways(store)).toContain(`branch.no>${exit}`);
  });

  it('says why two nodes cannot be connected and leaves the draft alone', () => {
    const store = sampleStore();
    const before = store.getState().graph;
    expect(connectNodes({ store, from: 'branch', port: 'yes', to: 'entry' })).toMatch(/entry/i);
    expect(store.getState().graph).toBe(before);
    expect(connectNodes({ store, from: 'branch', port: 'yes', to: 'wait' })).toBeNull();
  });

  it('takes a drag that ends where it began for no step', () => {
    const store = sampleStore();
    moveNodes({ store, positions: { wait: { x: 0, y: 152 } } });
    expect(store.getState().history.entries).toHaveLength(1);
    expect(store.getState().saveState).toBe('saved');
  });

  it('closes the gap when a node in the middle is deleted', () => {
    const store = sampleStore();
    selectNodes({ store, ids: ['wait'] });
    removeSelection(store);
    expect(ways(store)).toEqual(['entry.next>branch']);
  });

  it('changes nothing for those who may only look', () => {
    const store = sampleStore();
    store.setState({ editable: false });
    addNode({ store, manifest: manifestNamed('test/wait'), target: { kind: 'edge', edgeId: 'entry:next' } });
    expect(Object.keys(store.getState().graph.nodes)).toHaveLength(3);
  });
});

describe('clipboard', () => {
  it('carries nodes with the edges between them into another journey, under new ids', async () => {
    const from = sampleStore();
    selectNodes({ store: from, ids: ['wait', 'branch'] });
    const to = sampleStore();
    expect(await pasteText({ store: to, text: copyText(from) ?? '' })).toBe(2);
    const { graph, selection } = to.getState();
    const [wait, branch] = selection.nodes.map((id) => graph.nodes[id]);
    expect(Object.keys(graph.nodes)).toHaveLength(5);
    expect(graph.edges.some((edge) => edge.from === wait?.id && edge.to === branch?.id)).toBe(true);
    expect(wait?.position).not.toEqual({ x: 0, y: 152 });
  });

  it('lays no pasted or duplicated card on another, however often', async () => {
    const store = sampleStore();
    selectNodes({ store, ids: ['wait', 'branch'] });
    const text = copyText(store) ?? '';
    for (let count = 0; count < 12; count += 1) {
      await pasteText({ store, text });
      if (count % 3 === 0) duplicateSelection(store);
    }
    const all = Object.values(store.getState().graph.nodes).map((node) => node.position);
    const overlapping = all.flatMap((a, index) =>
      all.slice(index + 1).filter((b) => Math.abs(a.x - b.x) < 236 && Math.abs(a.y - b.y) < 78),
    );
    expect(overlapping).toEqual([]);
    // The first copy is near, where one looks for it.
    const first = store.getState().history.entries[1]?.graph.nodes ?? {};
    const copies = Object.values(first).filter((node) => !sampleStore().getState().graph.nodes[node.id]);
    for (const { position } of copies) expect(Math.abs(position.x) + Math.abs(position.y)).toBeLessThan(800);
  });

  it('takes no more steps than a journey can have, and says why', async () => {
    const store = sampleStore();
    const nodes = Object.fromEntries(
      Array.from({ length: 999 }, (_, index) => [
        `n${index}`,
        { ...store.getState().graph.nodes['wait']!, id: `n${index}`, position: { x: 0, y: index * 152 } },
      ]),
    );
    store.setState({ graph: { ...store.getState().graph, nodes, edges: [] } });
    selectNodes({ store, ids: ['n1', 'n2'] });
    duplicateSelection(store);
    expect(Object.keys(store.getState().graph.nodes)).toHaveLength(999);
    expect(store.getState().refused?.message).toBe('The journey has 1,001 steps. The maximum is 1,000.');
  });

  it('takes nothing from a clipboard that holds something else', async () => {
    const store = sampleStore();
    for (const text of ['hello', '{"wend":"nodes","nodes":[{"id":"__proto__"}],"edges":[]}', '{"wend"'])
      expect(await pasteText({ store, text })).toBe(0);
    expect(store.getState().history.entries).toHaveLength(1);
  });

  it('duplicates beside the original and selects the copies', () => {
    const store = sampleStore();
    selectNodes({ store, ids: ['wait'] });
    duplicateSelection(store);
    expect(store.getState().selection.nodes).toHaveLength(1);
    expect(store.getState().selection.nodes[0]).not.toBe('wait');
  });
});

describe('arrow keys', () => {
  it('follow the edges down and up', () => {
    const { graph } = sampleStore().getState();
    expect(neighbour({ graph, from: 'entry', direction: 'down' })).toBe('wait');
    expect(neighbour({ graph, from: 'branch', direction: 'up' })).toBe('wait');
    expect(neighbour({ graph, from: '', direction: 'down' })).toBe('entry');
    expect(neighbour({ graph, from: 'entry', direction: 'left' })).toBeNull();
  });
});
