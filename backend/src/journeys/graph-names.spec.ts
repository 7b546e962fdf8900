import type { Entry, Graph } from '@wend/contract';
import { expect, it } from 'vitest';
import { idsIn, nameIssues } from './graph-names.js';

const inSegment = (segment: string) => ({
  op: 'all',
  rules: [{ op: 'compare', left: { source: 'segment', segment }, is: 'equals', value: true }],
});
const everIn = (journey: string) => ({
  op: 'compare',
  left: { source: 'journeys', state: 'entered', journey },
  is: 'atLeast',
  value: 1,
});
const graph = {
  nodes: {
    door: { config: { segment: 'door-segment', audience: inSegment('filter') } },
    branch: { config: { branches: [{ rule: inSegment('branch') }, { rule: inSegment('filter') }] } },
    loyal: { config: { branches: [{ rule: everIn('first') }, { rule: everIn('second') }] } },
    note: { config: { segment: 'no rule' } },
  },
  settings: { exitCriteria: [{ id: 'x', event: 'Left', where: inSegment('exit') }] },
} as unknown as Graph;
const entries = [{ kind: 'schedule', node: 'door', segment: 'door-segment' }] as unknown as Entry[];

it('finds segments and journeys wherever a journey names them, each once', () => {
  const { segment, journey } = idsIn(graph, entries);
  expect(segment.sort()).toEqual(['branch', 'door-segment', 'exit', 'filter']);
  expect(journey.sort()).toEqual(['first', 'second']);
});

it('names each place where one that is not there is named', () => {
  const present = { segment: new Set(['branch', 'door-segment']), journey: new Set(['first']) };
  expect(nameIssues(graph, entries, present).map(({ code, nodeId }) => [code, nodeId])).toEqual([
    ['unknown-segment', 'door'],
    ['unknown-segment', 'branch'],
    ['unknown-journey', 'loyal'],
    ['unknown-segment', undefined],
  ]);
  const all = { segment: new Set(['branch', 'filter', 'exit']), journey: new Set(['first', 'second']) };
  expect(nameIssues(graph, [], all)).toEqual([]);
});
