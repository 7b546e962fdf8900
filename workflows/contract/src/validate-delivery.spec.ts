import { expect, it } from 'vitest';
import type { Graph, GraphNode } from './graph.js';
import type { NodeManifest } from './manifest.js';
import { deliveryIssues } from './validate-delivery.js';

const allDay = { from: '00:00', to: '00:00' };
const issues = (config: GraphNode['config'], channel: string | undefined = 'email') => {
  const node = { id: 'n', type: 'wend/x', version: 1, name: 'Mail', config, position: { x: 0, y: 0 } } as GraphNode;
  return deliveryIssues({
    graph: { nodes: { n: node } } as unknown as Graph,
    known: new Map([['n', { node, manifest: { channel } as unknown as NodeManifest }]]),
  }).map(({ path, severity }) => [path, severity]);
};

it.each([
  [{}, false],
  [{ quietHours: 'follow' }, false],
  [{ quietHours: 'none' }, false],
  [{ quietHours: 'other' }, true],
  [{ quietHours: 'other', quietWindows: [] }, true],
  [{ quietHours: 'other', quietWindows: [allDay] }, true],
  [{ quietHours: 'other', quietWindows: [{ from: '21:00', to: '08:00' }] }, false],
  [{ quietHours: 'other', quietWindows: [{ days: [7], ...allDay }] }, false],
  // What does not hold for it is nobody’s problem.
  [{ quietHours: 'other', messageClass: 'transactional' }, false],
])('quiet hours of a step %j keep it from being published: %s', (config, wrong) => {
  expect(issues(config)).toEqual(wrong ? [['quietWindows', 'error']] : []);
});

it('are those of messages', () => expect(issues({ quietHours: 'other' }, '')).toEqual([]));
