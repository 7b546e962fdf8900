import type { Entry, Graph } from '@wend/contract';
import { expect, it } from 'vitest';
import { segmentIdsIn, segmentIssues } from './graph-segments.js';

const inSegment = (segment: string) => ({
  op: 'all',
  rules: [{ op: 'compare', left: { source: 'segment', segment }, is: 'equals', value: true }],
});
const graph = {
  nodes: {
    door: { config: { segment: 'door-segment', audience: inSegment('filter') } },
    branch: { config: { branches: [{ rule: inSegment('branch') }, { rule: inSegment('filter') }] } },
    note: { config: { segment: 'no rule' } },
  },
  settings: { exitCriteria: [{ id: 'x', event: 'Left', where: inSegment('exit') }] },
} as unknown as Graph;
const entries = [{ kind: 'schedule', node: 'door', segment: 'door-segment' }] as unknown as Entry[];

it('finds segments wherever a journey names them, each once', () => {
  expect(segmentIdsIn(graph, entries).sort()).toEqual(['branch', 'door-segment', 'exit', 'filter']);
});

it('names each place where one that is not there is named', () => {
  const issues = segmentIssues(graph, entries, new Set(['branch', 'door-segment']));
  expect(issues.map(({ nodeId }) => nodeId)).toEqual(['door', 'branch', undefined]);
  expect(segmentIssues(graph, [], new Set(['branch', 'filter', 'exit']))).toEqual([]);
});
