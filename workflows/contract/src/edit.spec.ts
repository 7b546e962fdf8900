import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canConnect, manifestsByKey } from './edit-connect.js';
import {
  addNode,
  addNodeAfter,
  addNodeOnEdge,
  connect,
  copyNodes,
  disconnect,
  duplicateNodes,
  emptyGraph,
  moveNodes,
  nodeFromManifest,
  pasteNodes,
  reachableFrom,
  removeNodes,
  setConfig,
  setName,
  setSettings,
} from './edit.js';
import { graph as graphSchema } from './graph.js';
import type { Graph, GraphNode } from './graph.js';
import { layout } from './layout.js';
import { portsOf } from './manifest.js';
import type { NodeManifest } from './manifest.js';

const manifest = (type: string, more: Partial<NodeManifest> = {}): NodeManifest => ({
  type: `wend/${type}`,
  version: 1,
  title: type,
  description: '',
  category: 'action',
  icon: 'tag',
  config: { type: 'object' },
  defaults: {},
  summary: '',
  blocks: false,
  custom: false,
  ports: { fixed: [{ id: 'next', label: 'Next' }] },
  ...more,
});
const entry = manifest('entry-event', { category: 'entry', entry: 'event' });
const plain = manifest('plain');
const wait = manifest('wait', { category: 'timing', blocks: true });
const end = manifest('exit', { category: 'exit', ports: { fixed: [] } });
const branch = manifest('branch', {
  category: 'decision',
  ports: { from: 'branches', labelFrom: 'label', fixed: [{ id: 'else', label: 'Else' }] },
  defaults: { branches: [{ id: 'yes', label: 'Yes' }] },
});
const kinds = [entry, plain, wait, end, branch];
const manifests = manifestsByKey(kinds);

const node = (id: string, of: NodeManifest = plain, y = 0): GraphNode => ({
  id,
  type: of.type,
  version: 1,
  name: id,
  config: of.defaults,
  position: { x: 0, y },
});
const build = (nodes: GraphNode[], ...edges: [string, string, string][]): Graph =>
  edges.reduce(
    (graph, [from, port, to]) => connect(graph, { from, port, to }),
    nodes.reduce((graph, each) => addNode(graph, { node: each }), emptyGraph()),
  );
const lines = (graph: Graph) => graph.edges.map(({ from, port, to }) => `${from}:${port}>${to}`).sort();

describe('edits', () => {
  it('lead a port to one node only', () => {
    const graph = build([node('a'), node('b'), node('c')], ['a', 'next', 'b'], ['a', 'next', 'c']);
    expect(lines(graph)).toEqual(['a:next>c']);
    expect(lines(disconnect(graph, { edgeId: graph.edges[0]?.id ?? '' }))).toEqual([]);
    expect(connect(graph, { from: 'a', port: 'next', to: 'gone' })).toBe(graph);
  });

  it('put a node into an edge by its first port and make room below', () => {
    const graph = build(
      [node('a', plain, 0), node('b', plain, 152), node('c', plain, 304)],
      ['a', 'next', 'b'],
      ['b', 'next', 'c'],
    );
    const added = addNodeOnEdge(graph, { edgeId: 'a:next', node: node('new', branch, 152), manifest: branch });
    expect(lines(added)).toEqual(['a:next>new', 'b:next>c', 'new:yes>b']);
    expect([added.nodes['b']?.position.y, added.nodes['c']?.position.y]).toEqual([304, 456]);
    expect(lines(addNodeOnEdge(graph, { edgeId: 'a:next', node: node('stop', end), manifest: end }))).toEqual([
      'a:next>stop',
      'b:next>c',
    ]);
    expect(lines(addNodeAfter(graph, { from: 'c', port: 'next', node: node('d'), manifest: plain }))).toContain(
      'c:next>d',
    );
  });

  it('close the gap of a removed node that led on in one way', () => {
    const chain = build(
      [node('a'), node('x'), node('b'), node('c')],
      ['a', 'next', 'b'],
      ['x', 'next', 'b'],
      ['b', 'next', 'c'],
    );
    expect(lines(removeNodes(chain, { ids: ['b'] }))).toEqual(['a:next>c', 'x:next>c']);
    const fork = build(
      [node('a'), node('b', branch), node('c'), node('d')],
      ['a', 'next', 'b'],
      ['b', 'yes', 'c'],
      ['b', 'else', 'd'],
    );
    expect(lines(removeNodes(fork, { ids: ['b'] }))).toEqual([]);
    const row = build(
      [node('a'), node('b'), node('c'), node('d')],
      ['a', 'next', 'b'],
      ['b', 'next', 'c'],
      ['c', 'next', 'd'],
    );
    expect(lines(removeNodes(row, { ids: ['b', 'c'] }))).toEqual(['a:next>d']);
    const loop = build([node('a'), node('b')], ['a', 'next', 'b'], ['b', 'next', 'a']);
    expect(lines(removeNodes(loop, { ids: ['b'] }))).toEqual([]);
  });

  it('drop edges of ports that the settings took away', () => {
    const graph = build([node('a', branch), node('b'), node('c')], ['a', 'yes', 'b'], ['a', 'else', 'c']);
    expect(
      lines(setConfig(graph, { id: 'a', config: { branches: [{ id: 'other', label: 'Other' }] }, manifest: branch })),
    ).toEqual(['a:else>c']);
    expect(
      lines(setConfig(graph, { id: 'a', config: { branches: [{ id: 'yes', label: 'Renamed' }] }, manifest: branch })),
    ).toHaveLength(2);
  });

  it('paste a piece with new ids, its edges and what its nodes say of each other', () => {
    const graph = build(
      [
        node('mail'),
        {
          ...node('watch'),
          config: {
            trigger: { kind: 'message', node: 'mail' },
            rule: { source: 'run', path: 'mail.tier' },
            value: { run: 'mail.id' },
            text: '{{ run.mail.tier }} run.mail {% if run["mail"].x %}{{ run.mailbox }}{% endif %}',
          },
        },
        node('away'),
      ],
      ['mail', 'next', 'watch'],
      ['watch', 'next', 'away'],
    );
    const names = ['n1', 'n2'];
    const { graph: pasted, ids } = pasteNodes(graph, {
      fragment: copyNodes(graph, { ids: ['mail', 'watch'] }),
      makeId: () => names.shift() ?? '',
    });
    expect(ids).toEqual(['n1', 'n2']);
    expect(lines(pasted)).toEqual(['mail:next>watch', 'n1:next>n2', 'watch:next>away']);
    expect(pasted.nodes['n2']?.config).toEqual({
      trigger: { kind: 'message', node: 'n1' },
      rule: { source: 'run', path: 'n1.tier' },
      value: { run: 'n1.id' },
      text: '{{ run.n1.tier }} run.mail {% if run["n1"].x %}{{ run.mailbox }}{% endif %}',
    });
    expect(pasted.nodes['n1']?.position).toEqual({ x: 40, y: 40 });
    const elsewhere = pasteNodes(emptyGraph(), { fragment: copyNodes(graph, { ids: ['mail'] }), at: { x: 7, y: 9 } });
    expect(Object.values(elsewhere.graph.nodes)[0]?.position).toEqual({ x: 7, y: 9 });
  });

  it('paste one line per way out, whatever the pasted text says', () => {
    const fragment = {
      nodes: [node('a'), node('b'), node('c')],
      edges: ['b', 'c'].map((to) => ({ id: to, from: 'a', port: 'next', to })),
    };
    const {
      graph,
      ids: [a, b],
    } = pasteNodes(emptyGraph(), { fragment });
    expect(lines(graph)).toEqual([`${a}:next>${b}`]);
  });

  it('name copies and new nodes so that they can be told apart', () => {
    const graph = build([node('a')]);
    const once = duplicateNodes(graph, { ids: ['a'] });
    const twice = duplicateNodes(once.graph, { ids: once.ids });
    expect([...once.ids, ...twice.ids].map((id) => twice.graph.nodes[id]?.name)).toEqual(['a copy', 'a copy 2']);
    const fresh = nodeFromManifest(build([{ ...node('b'), name: 'plain' }]), {
      manifest: plain,
      position: { x: 0, y: 0 },
    });
    expect(fresh.name).toBe('plain 2');
  });

  it('change nothing, not even the object, where there is nothing to change', () => {
    const graph = build([node('a'), node('b')], ['a', 'next', 'b']);
    expect(moveNodes(graph, { positions: { a: { x: 0, y: 0 }, gone: { x: 1, y: 1 } } })).toBe(graph);
    expect(setName(graph, { id: 'a', name: 'a' })).toBe(graph);
    expect(connect(graph, { from: 'a', port: 'next', to: 'b' })).toBe(graph);
    expect(removeNodes(graph, { ids: ['gone'] })).toBe(graph);
    expect(moveNodes(graph, { positions: { a: { x: 5, y: 0 } } }).nodes['b']).toBe(graph.nodes['b']);
  });
});

describe('canConnect', () => {
  const graph = build(
    [node('in', entry), node('a'), node('b'), node('w', wait)],
    ['in', 'next', 'a'],
    ['a', 'next', 'b'],
    ['b', 'next', 'w'],
  );
  const ask = (from: string, port: string, to: string) => canConnect({ graph, manifests, from, port, to });

  it('allows ways on, and loops in which time passes', () => {
    expect(ask('a', 'next', 'w')).toBe(true);
    expect(ask('w', 'next', 'a')).toBe(true);
  });

  it('says why not', () => {
    expect(ask('b', 'next', 'a')).toContain('no time passes');
    expect(ask('a', 'next', 'in')).toContain('entry');
    expect(ask('w', 'next', 'w')).toContain('itself');
    expect(ask('a', 'other', 'b')).toContain('no such path');
    expect(ask('a', 'next', 'gone')).toContain('no longer there');
  });
});

type Edit = (graph: Graph) => Graph;
const pick = (graph: Graph, number: number): string =>
  Object.keys(graph.nodes)[number % Math.max(1, Object.keys(graph.nodes).length)] ?? 'none';
const edit: fc.Arbitrary<Edit> = fc
  .tuple(
    fc.constantFrom(
      'add',
      'insert',
      'connect',
      'disconnect',
      'remove',
      'config',
      'duplicate',
      'move',
      'settings',
      'layout',
    ),
    fc.nat(50),
    fc.nat(50),
  )
  .map(([kind, one, two]): Edit => (graph) => {
    const a = pick(graph, one);
    const b = pick(graph, two);
    const of = kinds[one % kinds.length] ?? plain;
    const from = graph.nodes[a];
    const ports = from ? portsOf(manifests.get(`${from.type}@1`) ?? plain, from.config) : [];
    const edgeIds = graph.edges.map((each) => each.id);
    switch (kind) {
      case 'add':
        return addNode(graph, { node: nodeFromManifest(graph, { manifest: of, position: { x: one, y: two } }) });
      case 'insert':
        return addNodeOnEdge(graph, {
          edgeId: edgeIds[two % Math.max(1, edgeIds.length)] ?? '',
          node: nodeFromManifest(graph, { manifest: of, position: { x: one, y: two } }),
          manifest: of,
        });
      case 'connect':
        return connect(graph, { from: a, port: ports[two % Math.max(1, ports.length)]?.id ?? 'next', to: b });
      case 'disconnect':
        return disconnect(graph, { edgeId: edgeIds[one % Math.max(1, edgeIds.length)] ?? '' });
      case 'remove':
        return removeNodes(graph, { ids: [a, b] });
      case 'config':
        return setConfig(graph, {
          id: a,
          config: { branches: [{ id: `way${two % 3}`, label: 'Way' }] },
          ...(from ? { manifest: manifests.get(`${from.type}@1`) ?? plain } : {}),
        });
      case 'duplicate':
        return duplicateNodes(graph, { ids: [a, b] }).graph;
      case 'move':
        return moveNodes(graph, { positions: { [a]: { x: one, y: two } } });
      case 'settings':
        return setSettings(graph, { settings: { reentry: { rule: 'always' } } });
      default:
        return layout(graph, { manifests });
    }
  });

const freeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const each of Object.values(value)) freeze(each);
  return Object.freeze(value);
};

describe('any series of edits', () => {
  it('leaves a valid graph: every edge joins nodes that are there, one edge per port, ids unique; older graphs stay as they were', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 25 }), (edits) => {
        const history: { graph: Graph; text: string }[] = [];
        let graph = freeze(emptyGraph());
        for (const each of edits) {
          history.push({ graph, text: JSON.stringify(graph) });
          graph = freeze(each(graph));
          expect(graphSchema.safeParse(graph).success).toBe(true);
          for (const [id, at] of Object.entries(graph.nodes)) expect(at.id).toBe(id);
          for (const { from, to } of graph.edges) expect(graph.nodes[from] && graph.nodes[to]).toBeDefined();
          expect(new Set(graph.edges.map(({ from, port }) => `${from} ${port}`)).size).toBe(graph.edges.length);
          expect(new Set(graph.edges.map(({ id }) => id)).size).toBe(graph.edges.length);
        }
        for (const step of history) expect(JSON.stringify(step.graph)).toBe(step.text);
      }),
      { numRuns: 150 },
    );
  });

  it('reaches from a node what edges lead to, in loops too', () => {
    const graph = build([node('a'), node('b'), node('c')], ['a', 'next', 'b'], ['b', 'next', 'a']);
    expect([...reachableFrom(graph, 'a')].sort()).toEqual(['a', 'b']);
    expect([...reachableFrom(graph, 'c')]).toEqual(['c']);
  });
});

it('takes a setting away that is said to be nothing, and keeps those that are not named', () => {
  const limited = setSettings(emptyGraph(), { settings: { holdout: { percent: 10 }, limits: { total: 5 } } });
  expect(setSettings(limited, { settings: { holdout: undefined } }).settings).toEqual({
    ...emptyGraph().settings,
    limits: { total: 5 },
  });
});
