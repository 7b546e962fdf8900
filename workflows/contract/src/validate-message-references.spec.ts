import { expect, it } from 'vitest';
import type { Graph, GraphNode } from './graph.js';
import type { NodeManifest } from './manifest.js';
import { messageReferenceIssues } from './validate-message-references.js';

const trigger = (node: string) => ({ events: [{ trigger: { kind: 'message', node, state: 'opened' } }] });
const given = (nodes: Record<string, { channel?: string; config?: object }>, lines: [string, string][]) => {
  const all = Object.entries(nodes).map(([id, { config = {} }]) => ({ id, name: id, config }) as unknown as GraphNode);
  return {
    graph: {
      nodes: Object.fromEntries(all.map((node) => [node.id, node])),
      edges: lines.map(([from, to]) => ({ id: `${from}${to}`, from, port: 'next', to })),
    } as unknown as Graph,
    known: new Map(
      all.map((node) => [node.id, { node, manifest: { channel: nodes[node.id]?.channel } as unknown as NodeManifest }]),
    ),
  };
};
const codes = (...args: Parameters<typeof given>) =>
  messageReferenceIssues(given(...args)).map(({ nodeId, code }) => `${nodeId} ${code}`);

it('asks for a message of a step that is there, sends one, and comes before, also round a loop', () => {
  const nodes = {
    mail: { channel: 'email' },
    between: {},
    after: { config: trigger('mail') },
    beside: { config: trigger('mail') },
    none: { config: trigger('between') },
    gone: { config: trigger('nobody') },
    blank: { config: trigger('') },
  };
  const lines: [string, string][] = [
    ['mail', 'between'],
    ['between', 'after'],
    ['beside', 'mail'],
  ];
  expect(codes(nodes, lines)).toEqual([
    'beside message-not-before',
    'none message-of-unknown-node',
    'gone message-of-unknown-node',
  ]);
  expect(codes(nodes, [...lines, ['after', 'beside']])).toEqual([
    'none message-of-unknown-node',
    'gone message-of-unknown-node',
  ]);
});

it('goes through a thousand steps that all wait for one message once', () => {
  const nodes: Record<string, { channel?: string; config?: object }> = { mail: { channel: 'email' } };
  const lines: [string, string][] = [];
  for (let at = 0; at < 1_000; at += 1) {
    nodes[`n${at}`] = { config: trigger('mail') };
    lines.push([at === 0 ? 'mail' : `n${at - 1}`, `n${at}`]);
  }
  const { graph, known } = given(nodes, lines);
  let read = 0;
  const edges = graph.edges.map((edge) => ({
    ...edge,
    get from() {
      read += 1;
      return edge.from;
    },
  }));
  expect(messageReferenceIssues({ graph: { ...graph, edges }, known })).toEqual([]);
  expect(read).toBeLessThanOrEqual(3 * edges.length);
});
