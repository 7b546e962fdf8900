import type { Entry, Graph } from '@wend/contract';
import { expect, it } from 'vitest';
import { idsIn, nameIssues } from './graph-names.js';

const inSegment = (segment: string) => ({
  op: 'all',
  rules: [{ op: 'compare', left: { source: 'segment', segment }, is: 'equals', value: true }],
});
const inTopic = (topic: string) => ({
  op: 'compare',
  left: { source: 'consent', channel: 'email', topic },
  is: 'equals',
  value: 'subscribed',
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
    wants: { config: { branches: [{ rule: inTopic('offers') }, { rule: inTopic('news') }] } },
    waits: {
      config: {
        events: [
          { id: 'a', trigger: { kind: 'segment', on: 'entered', segment: 'waited-for' } },
          { id: 'b', trigger: { kind: 'consent', on: 'given', channel: 'email', topic: 'asked-for' } },
        ],
      },
    },
    note: { config: { segment: 'no rule', topic: 'of a message' } },
  },
  settings: { exitCriteria: [{ id: 'x', event: 'Left', where: inSegment('exit') }] },
} as unknown as Graph;
const entries = [{ kind: 'schedule', node: 'door', segment: 'door-segment' }] as unknown as Entry[];

it('finds segments, journeys and topics wherever a journey names them, each once', () => {
  const { segment, journey, topic } = idsIn(graph, entries);
  expect(segment.sort()).toEqual(['branch', 'door-segment', 'exit', 'filter', 'waited-for']);
  expect(journey.sort()).toEqual(['first', 'second']);
  expect(topic.sort()).toEqual(['asked-for', 'news', 'offers']);
});

it('names each place where one that is not there is named', () => {
  const present = {
    segment: new Set(['branch', 'door-segment']),
    journey: new Set(['first']),
    topic: new Set(['news']),
  };
  expect(nameIssues({ graph, entries }, present).map(({ code, nodeId }) => [code, nodeId])).toEqual([
    ['unknown-segment', 'door'],
    ['unknown-segment', 'branch'],
    ['unknown-journey', 'loyal'],
    ['unknown-topic', 'wants'],
    ['unknown-segment', 'waits'],
    ['unknown-topic', 'waits'],
    ['unknown-segment', undefined],
  ]);
  const all = {
    segment: new Set(['branch', 'filter', 'exit', 'waited-for']),
    journey: new Set(['first', 'second']),
    topic: new Set(['news', 'offers', 'asked-for']),
  };
  expect(nameIssues({ graph, entries: [] }, all)).toEqual([]);
});
