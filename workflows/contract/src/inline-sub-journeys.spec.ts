import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestsByKey } from './edit-connect.js';
import { emptyGraph } from './edit.js';
import type { Graph, GraphNode } from './graph.js';
import { inlineSubJourneys } from './inline-sub-journeys.js';
import type { Child, ChildOf } from './inline-sub-journeys.js';
import type { JsonObject } from './json.js';
import type { NodeManifest } from './manifest.js';
import { scoped } from './sub-journey-scope.js';
import { structureProblems } from './structure.js';

const manifest = (type: string, more: object = {}) => ({ type, version: 1, ...more }) as unknown as NodeManifest;
const fixed = (...ids: string[]) => ({ ports: { fixed: ids.map((id) => ({ id, label: id })) } });
const manifests = manifestsByKey([
  manifest('wend/entry-journey', { entry: 'journey', ...fixed('next') }),
  manifest('wend/entry-event', { entry: 'event', ...fixed('next') }),
  manifest('t/step', fixed('yes', 'no')),
  manifest('t/act', {
    config: {},
    ports: {
      fixed: [
        { id: 'next', label: '' },
        { id: 'failed', label: '', follows: 'next' },
        { id: 'undo', label: '' },
      ],
    },
  }),
  manifest('wend/exit', fixed()),
]);

const node = (id: string, type: string, config: JsonObject = {}): GraphNode => ({
  id,
  type,
  version: 1,
  name: id,
  config,
  position: { x: 0, y: 0 },
});
const graphOf = (nodes: GraphNode[], lines: string[]): Graph => ({
  ...emptyGraph(),
  nodes: Object.fromEntries(nodes.map((each) => [each.id, each])),
  edges: lines.map((line) => {
    const [from = '', port = '', to = ''] = line.split(' ');
    return { id: line, from, port, to };
  }),
});
const linesOf = ({ edges }: Graph) => edges.map(({ from, port, to }) => `${from} ${port} ${to}`).sort();
const calls = (id: string, journey: string) =>
  node(id, 'wend/sub-journey', { journey: { id: journey, name: '', version: 1 } });
const among =
  (children: Record<string, Graph>): ChildOf =>
  ({ journey }): Child =>
    children[journey]
      ? { name: journey, graph: children[journey] }
      : { refused: `“${journey}” was never published.`, hint: 'Publish it first.' };
const inline = (graph: Graph, children: Record<string, Graph>) =>
  inlineSubJourneys(graph, { journey: 'top', childOf: among(children), manifests });

const child = graphOf(
  [
    node('in', 'wend/entry-journey'),
    node('also', 'wend/entry-event'),
    node('ask', 't/step', { text: '{{ entry.plan }}' }),
    node('won', 'wend/exit', { result: 'won' }),
  ],
  ['in next ask', 'also next won', 'ask yes won'],
);

it('leads through the same journey twice, each time with inputs and ends of its own', () => {
  const { graph, issues } = inline(
    graphOf(
      [node('e', 'wend/entry-event'), calls('a', 'child'), calls('b', 'child'), node('x', 'wend/exit')],
      ['e next a', 'a won b', 'a done x', 'b done x'],
    ),
    { child },
  );
  expect(issues).toEqual([]);
  const nowhere = 'end'.padEnd(41, '-');
  expect(linesOf(graph)).toEqual(
    [
      'e next a',
      'a inside a~ask',
      'a notFilled x',
      'a~ask yes a~won',
      `a~ask no a~${nowhere}`,
      'a~won won b',
      `a~${nowhere} done x`,
      'b inside b~ask',
      'b notFilled x',
      'b~ask yes b~won',
      `b~ask no b~${nowhere}`,
      // Its card has no way out for “won”, so that is done too.
      'b~won done x',
      `b~${nowhere} done x`,
    ].sort(),
  );
  expect(scoped(graph).nodes['a~ask']?.config).toEqual({ text: "{{ run['a'].plan }}" });
  expect(graph.nodes['b~won']).toMatchObject({
    type: 'wend/sub-journey-end',
    config: { card: 'b', result: 'won', port: 'done' },
  });
  expect(graph.nodes).not.toHaveProperty('a~in');
  expect(graph.nodes).not.toHaveProperty('a~also');
});

it('leaves alone what follows another way out, and what undoes nothing', () => {
  const acts = graphOf([node('in', 'wend/entry-journey'), node('act', 't/act')], ['in next act']);
  const { graph } = inline(graphOf([calls('a', 'acts'), node('x', 'wend/exit')], ['a done x']), { acts });
  expect(linesOf(graph).filter((line) => line.startsWith('a~act'))).toEqual([`a~act next a~${'end'.padEnd(41, '-')}`]);
});

it('names the steps inside after the cards that they are inside of', () => {
  const outer = graphOf([node('in', 'wend/entry-journey'), calls('b', 'child')], ['in next b']);
  const { graph } = inline(graphOf([calls('a', 'outer')], []), { outer, child });
  expect(graph.nodes['a~b~ask']?.name).toBe('a › b › ask');
});

it('goes straight on where the journey entry leads nowhere', () => {
  const empty = graphOf([node('in', 'wend/entry-journey')], []);
  const top = graphOf([calls('a', 'empty'), node('x', 'wend/exit')], ['a done x']);
  expect(linesOf(inline(top, { empty }).graph)).toEqual(['a inside x', 'a notFilled x']);
});

describe('refuses on the card', () => {
  const calling = (journey: string) => graphOf([node('in', 'wend/entry-journey'), calls('c', journey)], ['in next c']);
  it.each([
    ['a circle through others', { a: calling('b'), b: calling('a') }, 'sub-journey-circle'],
    ['the journey itself', { a: calling('top') }, 'sub-journey-circle'],
    ['more than three deep', { a: calling('b'), b: calling('c'), c: calling('d'), d: child }, 'sub-journey-too-deep'],
    ['what is not there', {}, 'sub-journey-not-callable'],
    ['what has no journey entry', { a: graphOf([node('x', 'wend/exit')], []) }, 'no-journey-entry'],
  ])('%s', (_name, children, code) => {
    expect(inline(calling('a'), children).issues).toMatchObject([{ code, nodeId: 'c' }]);
  });
  it('and takes three deep', () => {
    const { graph, issues } = inline(calling('a'), { a: calling('b'), b: calling('c'), c: child });
    expect(issues).toEqual([]);
    expect(scoped(graph).nodes['c~c~c~ask']?.config).toEqual({ text: "{{ run['c~c~c'].plan }}" });
  });
  it('too many steps in all, once', () => {
    const many = graphOf(
      [node('in', 'wend/entry-journey'), ...Array.from({ length: 600 }, (_, n) => node(`n${n}`, 't/step'))],
      ['in next n0'],
    );
    const top = graphOf([calls('a', 'many'), calls('b', 'many')], ['a done b']);
    expect(inline(top, { many }).issues).toMatchObject([{ code: 'too-many-nodes' }]);
  });
});

it('is what a walk through the called journey by hand comes to, for any journey and any answers', () => {
  const steps = ['s0', 's1', 's2', 's3'];
  const target = fc.constantFrom('', 'won', 'lost', ...steps);
  const anyChild = fc.array(fc.tuple(target, target), { minLength: 4, maxLength: 4 });
  const answers = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(anyChild, answers, (ways, answered) => {
      const called = graphOf(
        [
          node('in', 'wend/entry-journey'),
          ...steps.map((id) => node(id, 't/step')),
          node('won', 'wend/exit', { result: 'won' }),
          node('lost', 'wend/exit', { result: 'lost' }),
        ],
        [
          'in next s0',
          ...ways.flatMap(([yes, no], n) => [...(yes ? [`s${n} yes ${yes}`] : []), ...(no ? [`s${n} no ${no}`] : [])]),
        ],
      );
      const top = graphOf(
        [calls('a', 'called'), node('w', 'wend/exit'), node('d', 'wend/exit')],
        ['a won w', 'a done d'],
      );
      const { graph } = inline(top, { called });
      expect(structureProblems(graph)).toEqual([]);

      const byHand = ['a'];
      let at = 's0';
      for (const yes of answered) {
        if (!steps.includes(at)) break;
        byHand.push(`a~${at}`);
        at = ways[Number(at.slice(1))]?.[yes ? 0 : 1] ?? '';
      }
      if (!steps.includes(at)) byHand.push(at === 'won' ? 'w' : 'd');

      const walked = ['a'];
      const follow = (from: string, port: string) =>
        graph.edges.find((edge) => edge.from === from && edge.port === port)?.to ?? 'nowhere';
      let now = follow('a', 'inside');
      let turn = 0;
      while (now !== 'w' && now !== 'd') {
        if (graph.nodes[now]?.type === 'wend/sub-journey-end') {
          now = follow(now, String(graph.nodes[now]?.config['port']));
          continue;
        }
        if (turn === answered.length) break;
        walked.push(now);
        now = follow(now, answered[turn++] ? 'yes' : 'no');
      }
      if (now === 'w' || now === 'd') walked.push(now);
      // Answers ran out before an end was reached on one side exactly when they did on the other.
      expect(walked).toEqual(byHand);
    }),
  );
});
