import { addNode, connect, emptyGraph } from '@wend/contract';
import type { Graph, Instruction } from '@wend/contract';
import { compile } from '@wend/engine';
import { nodeKey } from '@wend/node-sdk';
import { expect, it } from 'vitest';
import { builtInNodes } from '@wend/nodes';

const definitions = new Map(builtInNodes.map((node) => [nodeKey(node.manifest), node]));

function graphOf(type: string, config: Record<string, string>, ...edges: [string, string, string][]): Graph {
  const nodes = [
    { id: 'in', type: 'wend/entry-event', config: { event: 'Signed Up' } },
    { id: 'm', type, config },
    { id: 'on', type: 'wend/exit', config: { reason: 'On' } },
    { id: 'off', type: 'wend/exit', config: { reason: 'Nobody' } },
  ];
  const graph = nodes.reduce(
    (before, node) => addNode(before, { node: { ...node, version: 1, name: node.id, position: { x: 0, y: 0 } } }),
    emptyGraph(),
  );
  return [['in', 'next', 'm'] as [string, string, string], ...edges].reduce(
    (before, [from, port, to]) => connect(before, { from, port, to }),
    graph,
  );
}

it.each([
  ['wend/email', { subject: 'a', body: 'b' }],
  ['wend/sms', { text: 'a' }],
  ['wend/push', { title: 'a', body: 'b' }],
  ['wend/web-push', { title: 'a', body: 'b' }],
])('%s: who cannot be reached goes on as those who were sent it, unless a line says otherwise', (type, config) => {
  const ways = (...edges: [string, string, string][]): Record<string, string | null> => {
    const compiled = compile({ graph: graphOf(type, config, ...edges), definitions });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
    const { instructions } = compiled.program;
    const send = instructions.find((each): each is Extract<Instruction, { op: 'send' }> => each.op === 'send');
    return Object.fromEntries(
      [send?.queued, send?.notReachable].flatMap((target) =>
        target ? [[target.port, instructions[target.pc]?.node ?? null]] : [],
      ),
    );
  };
  // The way they went stays told apart.
  expect(ways(['m', 'queued', 'on'])).toEqual({ queued: 'on', notReachable: 'on' });
  expect(ways(['m', 'queued', 'on'], ['m', 'notReachable', 'off'])).toEqual({ queued: 'on', notReachable: 'off' });
  expect(ways(['m', 'notReachable', 'off'])).toEqual({ queued: null, notReachable: 'off' });
  expect(ways()).toEqual({ queued: null, notReachable: null });
});
