import type { Rule } from '@wend/contract';
import { rule as ruleSchema, ruleProblems } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { asGroup, blankCompare, parseScalar, sourcesFor, spanOf, spanSeconds, toRule, withComparison } from './rule-model';
import type { Compare } from './rule-model';

describe('rule model', () => {
  it('reads and writes groups without changing what they mean', () => {
    const compare: Rule = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'pro' };
    for (const rule of [{ op: 'all', rules: [compare] }, { op: 'any', rules: [compare, compare] }, { op: 'not', rule: { op: 'any', rules: [compare] } }] as Rule[]) expect(toRule(asGroup(rule))).toEqual(rule);
    expect(toRule(asGroup({ op: 'not', rule: compare }))).toEqual({ op: 'not', rule: { op: 'any', rules: [compare] } });
  });

  it('offers only what can be answered where the rule stands', () => {
    for (const scope of ['profile', 'event', 'entry'] as const) {
      for (const source of sourcesFor({ scope, hasResults: true })) {
        const problems = ruleProblems({ rule: { op: 'all', rules: [blankCompare(source)] }, scope });
        expect(problems.filter((problem) => problem.path.endsWith('left')), `${source} in ${scope}`).toEqual([]);
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

  it('takes what was typed for what it means, and nothing that would lose a character', () => {
    expect(['12', '1.5', '007', '1.50', 'true', 'pro', '', '1e3', ' 3'].map(parseScalar)).toEqual([12, 1.5, '007', '1.50', true, 'pro', '', '1e3', ' 3']);
  });

  it('keeps the unit a person chose', () => {
    expect(spanOf(172_800)).toEqual({ amount: 2, unit: 'days' });
    expect(spanOf(86_400, 'hours')).toEqual({ amount: 24, unit: 'hours' });
    expect(spanSeconds({ amount: 90, unit: 'minutes' })).toBe(5_400);
  });
});
