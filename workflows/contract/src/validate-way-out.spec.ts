import { expect, it } from 'vitest';
import type { Graph, GraphNode } from './graph.js';
import type { NodeManifest } from './manifest.js';
import { wayOutIssues } from './validate-way-out.js';

const issues = (config: GraphNode['config'], { channel = 'sms', country = 'US' as string | null } = {}) => {
  const node = { id: 'n', type: 'wend/x', version: 1, name: 'Text', config, position: { x: 0, y: 0 } } as GraphNode;
  const manifest = { channel } as unknown as NodeManifest;
  return wayOutIssues({
    graph: { nodes: { n: node } } as unknown as Graph,
    known: new Map([['n', { node, manifest }]]),
    country,
  }).map(({ code }) => code);
};

it.each([
  ['20 % off this weekend, ends Sunday', ['no-way-out']],
  ['Non-stop deals', ['no-way-out']],
  ['20 % off. Reply STOP to opt out', []],
  ['Bis Sonntag 20 %. Antworten Sie mit STOPP', []],
  ['(광고) 20% 할인. 무료수신거부 080-123-4567', []],
  ['20 % off: {{ unsubscribe_url }}', []],
  ['{% if x %}{{ preferences_url }}{% endif %}', []],
])('“%s” gives %j', (text, codes) => expect(issues({ text })).toEqual(codes));

it('asks only marketing, by channels whose text alone can say it, and where the law is known', () => {
  const text = '20 % off';
  expect(issues({ text })).toEqual(['no-way-out']);
  expect(issues({ text, messageClass: 'transactional' })).toEqual([]);
  // A mail has a link and a header whatever it says.
  expect(issues({ body: text }, { channel: 'email' })).toEqual([]);
  expect(issues({ text }, { country: null })).toEqual([]);
});
