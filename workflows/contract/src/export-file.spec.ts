import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgeId, emptyGraph } from './edit.js';
import { exportJourney, importJourney, ImportError } from './export-file.js';
import { cartAbandonment, goldenJourneys } from './fixtures/index.js';
import type { Graph } from './graph.js';

const reserved = ['__proto__', 'constructor', 'prototype'];
const key = fc
  .string({ minLength: 1, maxLength: 8 })
  .filter((text) => !reserved.includes(text) && !text.includes('\u0000'));
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => !value.includes('\u0000'));
const { value: value_ } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/).filter((name) => !reserved.includes(name));
const graph: fc.Arbitrary<Graph> = fc.uniqueArray(id, { maxLength: 8 }).chain((ids) =>
  fc
    .tuple(
      fc.array(
        fc.record({
          config: fc.dictionary(key, value_, { maxKeys: 4, noNullPrototype: true }),
          name: text,
          x: fc.integer({ min: -9999, max: 9999 }),
          y: fc.integer({ min: -9999, max: 9999 }),
        }),
        { minLength: ids.length, maxLength: ids.length },
      ),
      ids.length === 0
        ? fc.constant([])
        : fc.uniqueArray(
            fc.record({
              from: fc.constantFrom(...ids),
              port: fc.constantFrom('next', 'else', 'timeout'),
              to: fc.constantFrom(...ids),
            }),
            { maxLength: 8, selector: edgeId },
          ),
    )
    .map(([parts, edges]) => ({
      ...emptyGraph(),
      nodes: Object.fromEntries(
        ids.map((each, index) => [
          each,
          {
            id: each,
            type: 'acme/any',
            version: 1,
            name: parts[index]?.name ?? '',
            config: (parts[index]?.config ?? {}) as Graph['nodes'][string]['config'],
            position: { x: parts[index]?.x ?? 0, y: parts[index]?.y ?? 0 },
          },
        ]),
      ),
      edges: edges.map((edge) => ({ id: edgeId(edge), ...edge })),
    })),
);
const byId = (given: Graph) => ({ ...given, edges: [...given.edges].sort((a, b) => (a.id < b.id ? -1 : 1)) });

describe('export and import', () => {
  it('bring back the same journey, whatever is in it', () => {
    fc.assert(
      fc.property(graph, (given) => {
        const { name, graph: back } = importJourney(exportJourney({ name: 'Any', graph: given }));
        expect(name).toBe('Any');
        expect(byId(back)).toEqual(byId(given));
      }),
    );
  });

  it.each(goldenJourneys.map((fixture) => [fixture.name, fixture.graph] as const))('bring back “%s”', (name, given) => {
    const back = importJourney(exportJourney({ name, graph: given }));
    expect({ ...back, graph: byId(back.graph) }).toEqual({ name, graph: byId(given) });
  });

  it('write the same text however the graph came to be', () => {
    const { graph: given } = cartAbandonment;
    const shuffled: Graph = {
      settings: { exitCriteria: given.settings.exitCriteria, reentry: given.settings.reentry },
      edges: [...given.edges].reverse(),
      nodes: Object.fromEntries(
        Object.entries(given.nodes)
          .reverse()
          .map(([nodeId, node]) => [
            nodeId,
            { ...node, config: Object.fromEntries(Object.entries(node.config).reverse()) },
          ]),
      ),
    };
    expect(exportJourney({ name: 'x', graph: shuffled })).toBe(exportJourney({ name: 'x', graph: given }));
  });

  it('change few lines where little was edited', () => {
    const { graph: given } = cartAbandonment;
    const reminder = given.nodes['reminder'];
    if (!reminder) throw new Error('the fixture has no reminder');
    const edited = { ...given, nodes: { ...given.nodes, reminder: { ...reminder, name: 'Renamed' } } };
    const before = exportJourney({ name: 'x', graph: given }).split('\n');
    const after = exportJourney({ name: 'x', graph: edited }).split('\n');
    expect(after.filter((line, index) => line !== before[index])).toEqual(['        "name": "Renamed",']);
  });
});

describe('importJourney', () => {
  it('reads files that the list of journeys wrote before it wrote the same as the editor', () => {
    const { format: _, version: __, ...file } = JSON.parse(exportJourney(cartAbandonment)) as Record<string, unknown>;
    expect(importJourney(JSON.stringify({ ...file, format: 'wend-journey/1' }))).toEqual(
      importJourney(exportJourney(cartAbandonment)),
    );
  });

  const good = JSON.parse(exportJourney(cartAbandonment)) as Record<string, never> & { graph: Graph };
  const bad = (change: (file: typeof good) => unknown): string => JSON.stringify(change(structuredClone(good)));

  it.each<[string, string, string]>([
    ['what is not JSON', '{', 'not JSON'],
    ['another file', '{"nodes":{}}', 'not an exported journey'],
    ['a file of a newer version', bad((file) => ({ ...file, version: 2 })), 'newer version'],
    [
      'a damaged node',
      bad((file) => ({ ...file, graph: { ...file.graph, nodes: { a: { id: 'a' } } } })),
      'graph.nodes.a',
    ],
    [
      'an edge to nowhere',
      bad((file) => ({
        ...file,
        graph: { ...file.graph, edges: [{ id: 'e', from: 'added', port: 'next', to: 'gone' }] },
      })),
      'names the step “gone”, which does not exist',
    ],
    [
      'two edges at a port',
      bad((file) => ({
        ...file,
        graph: { ...file.graph, edges: ['hour', 'day'].map((to) => ({ id: to, from: 'added', port: 'next', to })) },
      })),
      'Two lines leave “Added to cart” on the path “next”',
    ],
    [
      'more steps than there can be',
      bad((file) => ({
        ...file,
        graph: {
          ...file.graph,
          edges: [],
          nodes: Object.fromEntries(
            Array.from({ length: 1_001 }, (_, index) => [
              `n${index}`,
              { ...file.graph.nodes['added'], id: `n${index}` },
            ]),
          ),
        },
      })),
      '1,001 steps. The maximum is 1,000.',
    ],
    [
      'a node under another id',
      bad((file) => ({ ...file, graph: { ...file.graph, edges: [], nodes: { other: file.graph.nodes['added'] } } })),
      'its id is “added”',
    ],
  ])('refuses %s', (_, file, message) => {
    expect(() => importJourney(file)).toThrow(ImportError);
    expect(() => importJourney(file)).toThrow(message);
  });
});
