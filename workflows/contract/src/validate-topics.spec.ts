import { expect, it } from 'vitest';
import type { Graph, GraphNode } from './graph.js';
import type { NodeManifest } from './manifest.js';
import { topicIssues } from './validate-topics.js';

const topics = [
  { key: 'offers', name: 'Offers', channels: ['email'], archived: false },
  { key: 'old', name: 'Old', channels: ['email'], archived: true },
];
const issues = (topic: string | undefined, channel: string | undefined = 'email', known = topics) => {
  const config = topic === undefined ? {} : { topic };
  const node = { id: 'n', type: 'wend/x', version: 1, name: 'Mail', config, position: { x: 0, y: 0 } } as GraphNode;
  return topicIssues({
    graph: { nodes: { n: node } } as unknown as Graph,
    known: new Map([['n', { node, manifest: { channel, config: {} } as unknown as NodeManifest }]]),
    topics: known,
  }).map(({ code, path, severity }) => [code, path, severity]);
};

it.each([
  [undefined, 'email', null],
  ['', 'email', null],
  [' offers ', 'email', null],
  ['Offers', 'email', 'unknown-topic'],
  ['old', 'email', 'archived-topic'],
  ['offers', 'sms', 'topic-of-other-channel'],
])('a message about %j by %s gives %j', (topic, channel, code) => {
  expect(issues(topic, channel)).toEqual(code === null ? [] : [[code, 'topic', 'error']]);
});

it('says nothing of steps that send nothing, and where topics are not known', () => {
  expect(issues('anything', '')).toEqual([]);
  const node = { id: 'n', name: 'N', config: { topic: 'x' } } as unknown as GraphNode;
  expect(
    topicIssues({
      graph: { nodes: { n: node } } as unknown as Graph,
      known: new Map([['n', { node, manifest: { channel: 'email' } as unknown as NodeManifest }]]),
    }),
  ).toEqual([]);
});

it('of rules must be there; what people said of an archived one still holds', () => {
  const asks = (topic: string) => {
    const rule = {
      op: 'compare',
      left: { source: 'consent', channel: 'email', topic },
      is: 'equals',
      value: 'pending',
    };
    const node = { id: 'n', name: 'Who', config: { branches: [{ id: 'a', rule: { op: 'all', rules: [rule] } }] } };
    return topicIssues({
      graph: { nodes: { n: node } } as unknown as Graph,
      known: new Map([['n', { node: node as unknown as GraphNode, manifest: {} as NodeManifest }]]),
      topics,
    }).map(({ code, path }) => [code, path]);
  };
  expect(asks('offers')).toEqual([]);
  expect(asks('old')).toEqual([]);
  expect(asks('gone')).toEqual([['unknown-topic', 'branches[0].rule.rules[0].left.topic']]);
});
