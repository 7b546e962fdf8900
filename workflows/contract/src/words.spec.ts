import { describe, expect, it } from 'vitest';
import { portsOver } from './manifest-words.js';
import type { Rule } from './rule.js';
import { comparisons } from './rule.js';
import { comparisonWords, operandWords, ruleWords } from './words.js';

const is = (
  path: string,
  value: string | number | boolean | null | { entry: string } | string[],
  comparison: (typeof comparisons)[number] = 'equals',
): Rule => ({ op: 'compare', left: { source: 'trait', path }, is: comparison, value });
const count = (comparison: 'atLeast' | 'equals' | 'lessThan', value: number, more: object = {}): Rule => ({
  op: 'compare',
  left: { source: 'eventCount', event: 'Order Completed', ...more },
  is: comparison,
  value,
});

it.each<[Rule, string]>([
  [is('plan', 'pro'), 'plan is pro'],
  [is('company', 'Fjord Design'), 'company is “Fjord Design”'],
  [is('score', 7, 'atLeast'), 'score is at least 7'],
  [is('plan', ['team', 'business'], 'oneOf'), 'plan is one of team, business'],
  [is('plan', ['team', 'business'], 'noneOf'), 'plan is none of team, business'],
  [is('title', ['shoe', 'sun hat'], 'containsAnyOf'), 'title contains any of shoe, “sun hat”'],
  [{ ...is('plan', 'pro'), ignoreCase: true } as Rule, 'plan is pro (any case)'],
  [is('renews_at', '2026-05-01', 'onOrBefore'), 'renews_at is on or before 2026-05-01'],
  [{ op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'exists' }, 'plan is known'],
  [
    { op: 'compare', left: { source: 'property', path: 'cart_id' }, is: 'equals', value: { entry: 'cart_id' } },
    'cart_id is entry cart_id',
  ],
  [count('atLeast', 1, { withinSeconds: 604_800 }), 'did Order Completed in the last 7 days'],
  [count('equals', 0), 'did not do Order Completed'],
  [
    count('atLeast', 3, { where: is('total', 50, 'greaterThan') }),
    'did at least 3× Order Completed where total is more than 50',
  ],
  [
    { op: 'compare', left: { source: 'reachable', channel: 'push' }, is: 'equals', value: true },
    'can be reached by push',
  ],
  [
    { op: 'compare', left: { source: 'reachable', channel: 'email' }, is: 'equals', value: false },
    'cannot be reached by email',
  ],
  [
    { op: 'compare', left: { source: 'localTime', part: 'weekday' }, is: 'oneOf', value: [6, 7] },
    'local weekday is one of Saturday, Sunday',
  ],
  [{ op: 'all', rules: [is('a', 1), { op: 'any', rules: [is('b', 2), is('c', 3)] }] }, 'a is 1 and (b is 2 or c is 3)'],
  [{ op: 'not', rule: is('a', null) }, 'not (a is empty)'],
  [{ op: 'all', rules: [] }, 'always'],
  [{ op: 'any', rules: [] }, 'never'],
])('%j reads as “%s”', (rule, words) => {
  expect(ruleWords(rule)).toBe(words);
});

it('has words of its own for every comparison', () => {
  expect(new Set(comparisons.map(comparisonWords)).size).toBe(comparisons.length);
  expect(operandWords({ source: 'run', path: 'points.tier' })).toBe('result points.tier');
});

describe('the people on an edge', () => {
  const manifest = {
    ports: {
      fixed: [
        { id: 'queued', label: 'Sent' },
        { id: 'notReachable', label: 'Not reachable', follows: 'queued' },
      ],
    },
  };
  const sent = { id: 'a', from: 'mail', port: 'queued', to: 'next' };
  it('are those of its port, and of one that follows it while nothing is connected to that', () => {
    expect(portsOver({ graph: { edges: [sent] }, edge: sent, manifest })).toEqual(['queued', 'notReachable']);
    const own = { id: 'b', from: 'mail', port: 'notReachable', to: 'other' };
    expect(portsOver({ graph: { edges: [sent, own] }, edge: sent, manifest })).toEqual(['queued']);
    expect(portsOver({ graph: { edges: [sent, own] }, edge: own, manifest })).toEqual(['notReachable']);
    expect(portsOver({ graph: { edges: [sent] }, edge: sent, manifest: undefined })).toEqual(['queued']);
  });
});
