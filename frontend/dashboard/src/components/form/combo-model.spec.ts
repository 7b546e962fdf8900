import { describe, expect, it } from 'vitest';
import { exactOf, moved, offered } from './combo-model';

const traits = ['address.city', 'email', 'my_plan', 'plan', 'plan_since'];

describe('suggestions', () => {
  it('keep their order, with what was typed exactly first', () => {
    expect(offered({ value: 'plan', suggestions: traits, typed: true })).toEqual(['plan', 'my_plan', 'plan_since']);
    expect(offered({ value: 'Plan', suggestions: traits, typed: true })).toEqual(['plan', 'my_plan', 'plan_since']);
    expect(offered({ value: 'pla', suggestions: traits, typed: true })).toEqual(['my_plan', 'plan', 'plan_since']);
    expect(offered({ value: 'plan', suggestions: traits, typed: false })).toEqual(traits);
    expect(offered({ value: '', suggestions: traits, typed: true })).toEqual(traits);
    expect(offered({ value: 'nope', suggestions: traits, typed: true })).toEqual([]);
  });

  it('take the trait that was typed with ↓ and Enter, and no other', () => {
    const items = offered({ value: 'plan', suggestions: traits, typed: true });
    const exact = exactOf({ value: 'plan', suggestions: traits });
    expect(moved({ items, active: null, exact, typed: true, by: 1 })).toBe('plan');
    expect(moved({ items, active: 'plan', exact, typed: true, by: 1 })).toBe('my_plan');
    expect(moved({ items, active: 'plan', exact, typed: true, by: -1 })).toBe('plan_since');
  });

  it('are gone through from the one in the field', () => {
    expect(moved({ items: traits, active: null, exact: 'plan', typed: false, by: 1 })).toBe('plan_since');
    expect(moved({ items: traits, active: null, exact: 'plan', typed: false, by: -1 })).toBe('my_plan');
    expect(moved({ items: traits, active: null, exact: undefined, typed: true, by: 1 })).toBe('address.city');
    expect(moved({ items: traits, active: null, exact: undefined, typed: true, by: -1 })).toBe('plan_since');
    expect(moved({ items: [], active: null, exact: undefined, typed: true, by: 1 })).toBeNull();
  });

  it('mean the one that differs by case only, where there is one', () => {
    expect(exactOf({ value: 'PLAN', suggestions: ['plan', 'Plan'] })).toBeUndefined();
    expect(exactOf({ value: 'Plan', suggestions: ['plan', 'Plan'] })).toBe('Plan');
  });
});
