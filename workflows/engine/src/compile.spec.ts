import type { CompilableNode, Graph, GraphNode, JsonObject } from '@wend/contract';
import { expect, it } from 'vitest';
import { compile, initialState, neededFacts, reduce } from './index.js';

/** An entry and then so many branches in a row, each about another trait. */
function branches(count: number): { graph: Graph; definitions: Map<string, CompilableNode> } {
  const parse = (config: JsonObject) => ({ ok: true as const, config });
  const manifest = (entry?: 'event') => ({ entry, ports: { fixed: [] } }) as unknown as CompilableNode['manifest'];
  const definitions = new Map<string, CompilableNode>([
    [
      'in@1',
      {
        manifest: manifest('event'),
        parse,
        entry: () => ({ kind: 'event', event: 'A' }),
        lower: (_, { to }) => [{ op: 'goto', target: to('next') }],
      },
    ],
    [
      'branch@1',
      {
        manifest: manifest(),
        parse,
        lower: ({ path }, { to }) => [
          {
            op: 'branch',
            arms: [
              {
                rule: { op: 'compare', left: { source: 'trait', path: String(path) }, is: 'exists' },
                target: to('next'),
              },
            ],
            otherwise: to('next'),
          },
        ],
      },
    ],
  ]);
  const ids = ['in', ...Array.from({ length: count }, (_, at) => `b${at}`)];
  const nodes = ids.map((id): GraphNode => ({
    id,
    type: id === 'in' ? 'in' : 'branch',
    version: 1,
    name: id,
    config: id === 'in' ? {} : { path: id },
    position: { x: 0, y: 0 },
  }));
  const graph = {
    nodes: Object.fromEntries(nodes.map((node) => [node.id, node])),
    edges: ids.slice(1).map((to, at) => ({ id: `e${at}`, from: ids[at], port: 'next', to })),
    settings: { reentry: { rule: 'never' }, exitCriteria: [] },
  } as unknown as Graph;
  return { graph, definitions };
}

function compiled(count: number) {
  const result = compile(branches(count));
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.program;
}

it('grows with the journey, and no faster', () => {
  const [ten, thousand] = [10, 1_000].map((count) => JSON.stringify(compiled(count)).length);
  expect(thousand! / ten!).toBeLessThan(110);
});

it('asks at once for all that may be asked for before the next block', () => {
  const program = compiled(1_000);
  expect(program.firstReads).toHaveLength(1_000);
  const mark = { position: '1', snapshot: '', time: 0 };
  const entry = { id: 'e', name: 'A', time: 0, properties: {}, mark };
  const { state } = reduce(program, initialState(program), { type: 'enrolled', at: 0, seed: 's', entry });
  expect(neededFacts(program, state)).toHaveLength(1_000);
  const facts = Object.fromEntries(neededFacts(program, state).map(({ index }) => [index, null]));
  expect(reduce(program, state, { type: 'view', at: 0, facts }).state.ended).toMatchObject({ outcome: 'completed' });
});

it('leads failed calls to the port that the node has for them, while no older line leaves by “error”', () => {
  const { graph, definitions } = branches(1);
  const fixed = [{ id: 'ok' }, { id: 'failed' }];
  definitions.set('branch@1', {
    manifest: { ports: { fixed }, custom: true, failure: 'failed' } as unknown as CompilableNode['manifest'],
    parse: (config) => ({ ok: true, config }),
  });
  const call = (...ports: string[]) => {
    const lines = ports.map((port) => ({ id: port, from: 'b0', port, to: 'b0' }));
    const result = compile({ graph: { ...graph, edges: [...graph.edges, ...lines] }, definitions });
    return result.ok ? result.program.instructions.at(-1) : result.issues;
  };
  expect(call('failed')).toMatchObject({
    op: 'call',
    failure: 'failed',
    targets: [{ port: 'ok' }, { port: 'failed' }],
  });
  const older = call('error');
  expect(older).toMatchObject({ targets: [{ port: 'ok' }, { port: 'failed' }, { port: 'error', pc: 1 }] });
  expect(older).not.toHaveProperty('failure');
});
