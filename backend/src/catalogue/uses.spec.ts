import { operands } from '@wend/contract';
import type { Graph } from '@wend/contract';
import { expect, it } from 'vitest';
import { NodeRegistry } from '../journeys/index.js';
import { usesIn, usesInGraph } from './uses.js';

const names = ({ events, traits }: ReturnType<typeof usesIn>) => ({
  events: [...events].sort(),
  traits: [...traits].sort(),
});
const compare = (left: object, is = 'atLeast', value: unknown = 1) => ({ op: 'compare', left, is, value });

it('finds what every kind of condition asks about, also half written', () => {
  const rule = {
    op: 'all',
    rules: [
      compare({ source: 'trait', path: 'address.city' }, 'equals', 'Oslo'),
      compare({ source: 'eventCount', event: 'Viewed', where: compare({ source: 'trait', path: 'plan' }) }),
      compare({ source: 'eventValue', event: 'Paid', of: 'sum', path: 'total' }),
      compare({ source: 'sequence', event: 'Added', then: 'Ordered', thenWithinSeconds: 60 }),
      compare({ source: 'distance', path: 'home', latitude: 1, longitude: 2 }, 'atMost', 3_000),
      compare({ source: 'sequence', event: '', then: undefined }),
      compare({ source: 'distance' }),
      compare({ source: 'of a package that is gone', event: 'Kept' }),
    ],
  };
  expect(names(usesIn(rule))).toEqual({
    events: ['Added', 'Kept', 'Ordered', 'Paid', 'Viewed'],
    traits: ['address.city', 'home', 'plan'],
  });
});

it.each(Object.entries(operands))('a half-written %s keeps nobody from the catalogue', (source, { fields }) => {
  const wrong = [undefined, null, 7, '', {}, []];
  const halves = [
    { source },
    ...Object.keys(fields).flatMap((name) => wrong.map((value) => ({ source, [name]: value }))),
    ...wrong.map((value) => ({ source, ...Object.fromEntries(Object.keys(fields).map((name) => [name, value])) })),
  ];
  for (const left of halves) expect([left, names(usesIn(compare(left)))]).toEqual([left, expect.anything()]);
  const beside = compare({ source: 'eventCount', event: 'Kept' });
  expect(names(usesIn({ op: 'all', rules: [...halves.map((left) => compare(left)), beside] })).events).toContain(
    'Kept',
  );
});

it('finds what steps are set to, by what their settings are', async () => {
  const registry = await NodeRegistry.load([]);
  const step = (id: string, type: string, config: object) => [
    id,
    { id, type, version: 1, name: id, position: { x: 0, y: 0 }, config },
  ];
  const graph = {
    nodes: Object.fromEntries([
      step('event', 'wend/entry-event', { event: 'Signed Up' }),
      step('date', 'wend/entry-date', { trait: 'trial.end', side: 'before', days: 3, time: '09:00' }),
      step('wait', 'wend/wait-for-events', {
        branches: [{ event: 'Activated' }],
        timeout: { amount: 1, unit: 'days' },
      }),
      step('set', 'wend/set-trait', { traits: [{ name: 'stage', value: 'new' }] }),
      step('mail', 'wend/email', { subject: 'Hi {{ profile.first_name }}', body: '' }),
      step('gone', 'other/step', { event: 'Elsewhere', text: '{{ profile["odd name"] }}' }),
    ]),
    edges: [],
    settings: {},
  } as unknown as Graph;
  expect(names(usesInGraph(graph, registry.manifestsByKey))).toEqual({
    events: ['Activated', 'Elsewhere', 'Signed Up'],
    traits: ['first_name', 'odd name', 'stage', 'trial.end'],
  });
});
