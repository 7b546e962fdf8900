import { expect, it } from 'vitest';
import type { Rule } from './rule.js';
import { comparisons } from './rule.js';
import { comparisonWords, operandWords, ruleWords } from './words.js';

const is = (path: string, value: string | number | boolean | null | { entry: string } | string[], comparison: (typeof comparisons)[number] = 'equals'): Rule => ({ op: 'compare', left: { source: 'trait', path }, is: comparison, value });
const count = (comparison: 'atLeast' | 'equals' | 'lessThan', value: number, more: object = {}): Rule => ({ op: 'compare', left: { source: 'eventCount', event: 'Order Completed', ...more }, is: comparison, value });

it.each<[Rule, string]>([
  [is('plan', 'pro'), 'plan is pro'],
  [is('company', 'Fjord Design'), 'company is “Fjord Design”'],
  [is('score', 7, 'atLeast'), 'score is at least 7'],
  [is('plan', ['team', 'business'], 'oneOf'), 'plan is one of team, business'],
  [{ op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'exists' }, 'plan is known'],
  [{ op: 'compare', left: { source: 'property', path: 'cart_id' }, is: 'equals', value: { entry: 'cart_id' } }, 'cart_id is entry cart_id'],
  [count('atLeast', 1, { withinSeconds: 604_800 }), 'did Order Completed in the last 7 days'],
  [count('equals', 0), 'did not do Order Completed'],
  [count('atLeast', 3, { where: is('total', 50, 'greaterThan') }), 'did at least 3× Order Completed where total is more than 50'],
  [{ op: 'compare', left: { source: 'reachable', channel: 'push' }, is: 'equals', value: true }, 'can be reached by push'],
  [{ op: 'compare', left: { source: 'reachable', channel: 'email' }, is: 'equals', value: false }, 'cannot be reached by e-mail'],
  [{ op: 'compare', left: { source: 'localTime', part: 'weekday' }, is: 'oneOf', value: [6, 7] }, 'local weekday is one of Saturday, Sunday'],
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
