import { describe, expect, it } from 'vitest';
import { api, duration, isDuration, isRule, rule } from './index.js';
import * as plain from './plain.js';

describe('the contract without schemas', () => {
  it('knows the same routes', () => {
    for (const [name, { method, path, access }] of Object.entries(api))
      expect(plain.api[name as keyof typeof api]).toEqual({ method, path, access });
    expect(Object.keys(plain.api).sort()).toEqual(Object.keys(api).sort());
  });

  const compare = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'pro' };
  it.each([
    compare,
    { op: 'all', rules: [] },
    { op: 'any', rules: [compare, { op: 'not', rule: compare }] },
    { ...compare, is: 'oneOf', value: ['a', 1, null] },
    { ...compare, value: { entry: 'plan' } },
    { ...compare, left: { source: 'reachable', channel: 'sms' }, value: true },
    { ...compare, left: { source: 'eventCount', event: 'Order', where: compare, withinSeconds: 60 } },
    { ...compare, left: { source: 'localTime', part: 'hour' } },
    undefined,
    null,
    'all',
    [],
    {},
    { op: 'all' },
    { op: 'not' },
    { op: 'any', rules: [{}] },
    { ...compare, is: 'like' },
    { ...compare, value: {} },
    { ...compare, left: { source: 'trait', path: '' } },
    { ...compare, left: { source: 'reachable', channel: 'fax' } },
    { ...compare, left: { source: 'localTime', part: 'year' } },
    { ...compare, left: { source: 'eventCount', event: 'Order', withinSeconds: 0.5 } },
    { ...compare, value: Number.NaN },
  ])('takes for a rule what the schema takes: %j', (value) => {
    expect(isRule(value)).toBe(rule.safeParse(value).success);
  });

  it.each([
    { amount: 1, unit: 'days' },
    { amount: 0.5, unit: 'hours' },
    { amount: 0, unit: 'days' },
    { amount: 1e6, unit: 'days' },
    { amount: Number.NaN, unit: 'days' },
    { amount: Infinity, unit: 'days' },
    { amount: '1', unit: 'days' },
    { amount: 1, unit: 'years' },
    null,
    'x',
    undefined,
  ])('takes for a duration what the schema takes: %j', (value) => {
    expect(isDuration(value)).toBe(duration.safeParse(value).success);
  });
});
