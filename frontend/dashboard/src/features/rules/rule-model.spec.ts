import type { Compare, Operand, Rule } from '@wend/contract';
import { operators, rule as ruleSchema, ruleProblems, typeProblem } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import {
  asGroup,
  blankCompare,
  comparisonsFor,
  mayIgnoreCase,
  parseScalar,
  sourcesFor,
  spanOf,
  spanSeconds,
  toRule,
  typedValue,
  withComparison,
} from './rule-model';
import { operandEditors } from './operands';

const context = {
  editors: operandEditors,
  scope: 'profile' as const,
  hasRun: true,
  properties: [],
  propertyFacts: {},
  entryProperties: [],
  traits: [],
  traitFacts: {},
  resultFacts: {},
  results: [{ path: 'points.tier', label: 'Points: tier' }],
};

describe('rule model', () => {
  it('reads and writes groups without changing what they mean', () => {
    const compare: Rule = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'pro' };
    for (const rule of [
      { op: 'all', rules: [compare] },
      { op: 'any', rules: [compare, compare] },
      { op: 'not', rule: { op: 'any', rules: [compare] } },
    ] as Rule[])
      expect(toRule(asGroup(rule))).toEqual(rule);
    expect(toRule(asGroup({ op: 'not', rule: compare }))).toEqual({ op: 'not', rule: { op: 'any', rules: [compare] } });
  });

  it('offers only what can be answered where the rule stands', () => {
    for (const scope of ['profile', 'event', 'entry'] as const) {
      for (const source of sourcesFor({ ...context, scope })) {
        const blank = blankCompare({ source, editors: operandEditors });
        const problems = ruleProblems({ rule: { op: 'all', rules: [blank] }, scope });
        expect(
          problems.filter((problem) => problem.path.endsWith('left')),
          `${source} in ${scope}`,
        ).toEqual([]);
      }
    }
  });

  it('keeps the value fitting to the comparison', () => {
    const compare: Compare = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'pro' };
    expect(withComparison(compare, 'oneOf').value).toEqual(['pro']);
    expect(withComparison(withComparison(compare, 'oneOf'), 'equals').value).toBe('pro');
    expect('value' in withComparison(compare, 'exists')).toBe(false);
    expect(ruleSchema.safeParse(withComparison({ ...compare, value: { entry: 'plan' } }, 'oneOf')).success).toBe(true);
  });

  it('offers comparisons that can hold, and keeps one that stands there already', () => {
    const operands: Operand[] = (['trait', 'property', 'entry', 'run'] as const).map((source) => ({
      source,
      path: 'v',
    }));
    for (const left of [
      ...operands,
      { source: 'eventCount', event: 'E' } as const,
      { source: 'reachable', channel: 'sms' } as const,
      ...(['weekday', 'hour', 'date'] as const).map((part) => ({ source: 'localTime', part }) as const),
    ]) {
      for (const is of comparisonsFor(left)) {
        const value = operators[is].calendar ? 3 : { entry: 'x' };
        expect([left, is, typeProblem({ op: 'compare', left, is, value })]).toEqual([left, is, null]);
      }
    }
    expect(comparisonsFor({ source: 'trait', path: 'v' })).toContain('inLastDays');
    expect(comparisonsFor({ source: 'property', path: 'v' })).not.toContain('inLastDays');
    expect(comparisonsFor({ source: 'trait', path: 'v' })).not.toContain('oneOf');
    expect(comparisonsFor({ source: 'trait', path: 'v' }, 'oneOf')).toContain('oneOf');
    expect(comparisonsFor({ source: 'localTime', part: 'date' }, 'atLeast').at(-1)).toBe('atLeast');
  });

  it('takes a number for text where only text is meant', () => {
    const compare: Compare = { op: 'compare', left: { source: 'trait', path: 'phone' }, is: 'equals', value: 49 };
    expect(withComparison(compare, 'startsWith').value).toBe('49');
    expect(
      ['startsWith', 'contains', 'equals', 'greaterThan', 'before'].map((is) => typedValue(is as Compare['is'], '49')),
    ).toEqual(['49', '49', 49, 49, '49']);
  });

  it('begins a date anew where there is none, and keeps one', () => {
    const compare: Compare = { op: 'compare', left: { source: 'trait', path: 'at' }, is: 'equals', value: 10 };
    expect(withComparison(compare, 'before').value).toBe('');
    expect(withComparison({ ...compare, value: '2026-05-01' }, 'before').value).toBe('2026-05-01');
    expect(withComparison({ ...compare, value: { entry: 'at' } }, 'before').value).toEqual({ entry: 'at' });
    expect(typedValue('before', '2026-05-01T09')).toBe('2026-05-01T09');
  });

  it('keeps that case is ignored where it can be', () => {
    const compare: Compare = {
      op: 'compare',
      left: { source: 'trait', path: 'plan' },
      is: 'equals',
      value: 'pro',
      ignoreCase: true,
    };
    expect(withComparison(compare, 'anyOf')).toEqual({ ...compare, is: 'anyOf', value: ['pro'] });
    expect('ignoreCase' in withComparison(compare, 'greaterThan')).toBe(false);
    expect('ignoreCase' in withComparison(compare, 'exists')).toBe(false);
    expect(
      [
        { is: 'equals', value: 5 },
        { is: 'equals', value: 'a' },
        { is: 'anyOf', value: [1, 'a'] },
        { is: 'greaterThan', value: 'a' },
        { is: 'equals', value: '' },
      ].map((each) => mayIgnoreCase(each as Compare)),
    ).toEqual([false, true, true, false, false]);
  });

  it('takes what was typed for what it means, and nothing that would lose a character', () => {
    expect(['12', '1.5', '007', '1.50', 'true', 'pro', '', '1e3', ' 3'].map(parseScalar)).toEqual([
      12,
      1.5,
      '007',
      '1.50',
      true,
      'pro',
      '',
      '1e3',
      ' 3',
    ]);
  });

  it('keeps the unit a person chose', () => {
    expect(spanOf(172_800)).toEqual({ amount: 2, unit: 'days' });
    expect(spanOf(86_400, 'hours')).toEqual({ amount: 24, unit: 'hours' });
    expect(spanSeconds({ amount: 90, unit: 'minutes' })).toBe(5_400);
  });
});
