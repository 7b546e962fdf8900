import { describe, expect, it } from 'vitest';
import { addNode, configureNode, moveNodes, removeSelection } from '../store/actions';
import { manifestNamed, sampleStore } from '../store/editor.fixture';
import { selectNodes } from '../store/select';
import { compareGraphs, countChanges, sameJson } from './compare-graphs';

describe('what publishing changes', () => {
  it('is nothing when only cards were moved', () => {
    const store = sampleStore();
    const before = store.getState().graph;
    moveNodes({ store, positions: { wait: { x: 400, y: 0 } } });
    expect(countChanges(compareGraphs({ before, after: store.getState().graph }))).toBe(0);
  });

  it('names what was added, changed, removed, and leads elsewhere', () => {
    const store = sampleStore();
    const before = store.getState().graph;
    const added = addNode({
      store,
      manifest: manifestNamed('test/exit'),
      target: { kind: 'port', nodeId: 'branch', port: 'yes' },
    });
    configureNode({ store, id: 'branch', config: { branches: [{ id: 'yes', label: 'Bought' }] }, path: 'branches' });
    selectNodes({ store, ids: ['wait'] });
    removeSelection(store);
    const changes = compareGraphs({ before, after: store.getState().graph });
    expect(changes.added.map((node) => node.id)).toEqual([added]);
    expect(changes.removed.map((node) => node.id)).toEqual(['wait']);
    expect(changes.changed.map(({ node, fields }) => [node.id, fields])).toEqual([['branch', ['branches']]]);
    expect(changes.rewired.map((node) => node.id).sort()).toEqual(['branch', 'entry']);
    expect(countChanges(changes)).toBe(4);
  });

  it('does not mind the order of keys, which a database may change', () => {
    expect(sameJson({ a: 1, b: [{ c: 1, d: undefined }] }, { b: [{ c: 1 }], a: 1 })).toBe(true);
    expect(sameJson([1, 2], [2, 1])).toBe(false);
  });
});
