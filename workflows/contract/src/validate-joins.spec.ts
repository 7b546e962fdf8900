import { expect, it } from 'vitest';
import { emptyGraph } from './index.js';
import type { GraphNode, Reentry } from './graph.js';
import { joinIssues } from './validate-joins.js';

const node: GraphNode = { id: 'd', type: 'x/d', version: 1, name: 'Likes', config: {}, position: { x: 0, y: 0 } };
const codes = (rule: Reentry['rule'], joinsRuns?: true) =>
  joinIssues({
    graph: { settings: { ...emptyGraph().settings, reentry: { rule } } },
    known: new Map([['d', { node, manifest: joinsRuns ? { joinsRuns } : {} }]]),
  }).map(({ code, nodeId, severity }) => `${severity} ${code} ${nodeId}`);

it('warns of a step that brings runs together where nobody has two at a time', () => {
  for (const rule of ['never', 'whenLeft'] as const) expect(codes(rule, true)).toEqual(['warning nobody-joins d']);
  for (const rule of ['always', 'after'] as const) expect(codes(rule, true)).toEqual([]);
  expect(codes('never')).toEqual([]);
});
