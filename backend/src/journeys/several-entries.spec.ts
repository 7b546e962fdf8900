import { addNode, connect, exportJourney, importJourney, manifestsByKey, validate } from '@wend/contract';
import type { Graph } from '@wend/contract';
import { compile, simulate } from '@wend/engine';
import { nodeKey } from '@wend/node-sdk';
import { builtInNodes } from '@wend/nodes';
import { expect, it } from 'vitest';
import { entry, graphOf } from '../../test/graph-of.js';

const definitions = new Map(builtInNodes.map((node) => [nodeKey(node.manifest), node]));
const manifests = manifestsByKey(builtInNodes.map((node) => node.manifest));
/** The left one leads to the wait, the right one past it. */
function twoDoors(): Graph {
  const graph = graphOf([
    entry('Signed Up', 'wait'),
    { id: 'wait', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } }, to: { next: 'end' } },
    { id: 'end', type: 'wend/exit', config: { reason: 'Done' } },
  ]);
  const other = { ...graph.nodes['entry']!, id: 'another', config: { event: 'Invited' }, position: { x: 300, y: -50 } };
  return connect(addNode(graph, { node: other }), { from: 'another', port: 'next', to: 'end' });
}
function compiled(graph: Graph) {
  const result = compile({ graph, definitions });
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result;
}

it('compiles to one program in which runs begin at the entry that they came in by', () => {
  const { program, entries } = compiled(twoDoors());
  expect(entries.map(({ node, event }) => [node, event])).toEqual([
    ['entry', 'Signed Up'],
    ['another', 'Invited'],
  ]);
  const nodesOf = (node: string | undefined) =>
    simulate({
      program,
      at: 0,
      seed: 's',
      entry: { name: 'x', properties: {} },
      ...(node === undefined ? {} : { node }),
    }).commands.flatMap((command) => (command.type === 'enter' ? [command.node] : []));
  expect(nodesOf('entry')).toEqual(['entry', 'wait', 'end']);
  expect(nodesOf('another')).toEqual(['another', 'end']);
  // As runs of before, which name none.
  expect(nodesOf(undefined)).toEqual(['entry', 'wait', 'end']);
});

it('with one entry stays the program that it was', () => {
  const { program } = compiled(
    graphOf([entry('Signed Up', 'end'), { id: 'end', type: 'wend/exit', config: { reason: 'Done' } }]),
  );
  expect(program).not.toHaveProperty('entries');
});

it('has the order of the canvas, whatever order the steps are stored in', () => {
  const graph = twoDoors();
  const moved = {
    ...graph,
    nodes: { ...graph.nodes, another: { ...graph.nodes['another']!, position: { x: -300, y: 0 } } },
  };
  expect(compiled(moved).entries.map(({ node }) => node)).toEqual(['another', 'entry']);
});

it('finds no fault in it, and comes back from a file as it was', () => {
  const graph = twoDoors();
  expect(validate(graph, { manifests }).filter(({ severity }) => severity === 'error')).toEqual([]);
  const back = importJourney(exportJourney({ name: 'Two doors', graph })).graph;
  expect(compiled(back)).toEqual(compiled(graph));
});
