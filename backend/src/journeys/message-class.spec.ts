import { addNode, connect, emptyGraph } from '@wend/contract';
import { compile, simulate } from '@wend/engine';
import { nodeKey } from '@wend/node-sdk';
import { builtInNodes } from '@wend/nodes';
import { expect, it } from 'vitest';

const definitions = new Map(builtInNodes.map((node) => [nodeKey(node.manifest), node]));

it('goes with a transactional message from its step to the run; other programs are as they always were', () => {
  const nodes = [
    { id: 'in', type: 'wend/entry-event', config: { event: 'Ordered' } },
    { id: 'offer', type: 'wend/sms', config: { text: 'a', messageClass: 'marketing' } },
    { id: 'plain', type: 'wend/sms', config: { text: 'a' } },
    { id: 'receipt', type: 'wend/sms', config: { text: 'a', messageClass: 'transactional' } },
    {
      id: 'hook',
      type: 'wend/webhook',
      config: { url: 'https://a.example', messageClass: 'transactional', response: true },
    },
  ];
  let graph = emptyGraph();
  for (const node of nodes)
    graph = addNode(graph, { node: { ...node, version: 1, name: node.id, position: { x: 0, y: 0 } } });
  for (const [index, { id }] of nodes.slice(1).entries())
    graph = connect(graph, { from: nodes[index]!.id, port: index === 0 ? 'next' : 'queued', to: id });
  const compiled = compile({ graph, definitions });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  const { commands } = simulate({
    program: compiled.program,
    at: 0,
    seed: 's',
    entry: { name: 'Ordered', properties: {} },
    answer: () => true,
    until: 1_000,
  });
  expect(
    commands.flatMap((command) =>
      command.type === 'send' ? [[command.node, 'messageClass' in command && command.messageClass]] : [],
    ),
  ).toEqual([
    ['offer', false],
    ['plain', false],
    ['receipt', 'transactional'],
    ['hook', 'transactional'],
  ]);
});
