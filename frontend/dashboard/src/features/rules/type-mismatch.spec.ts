import type { Compare } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { mismatchOf } from './type-mismatch';

const compare = (value: Compare['value'], is: Compare['is'] = 'equals'): Compare => ({
  op: 'compare',
  left: { source: 'trait', path: 'plan' },
  is,
  value,
});

describe('a value of another type than the field', () => {
  it('is told, with the value that was meant', () => {
    expect(mismatchOf(compare(10), 'text')).toEqual({ type: 'text', value: 10, fixed: compare('10') });
    expect(mismatchOf(compare('10'), 'number')).toEqual({ type: 'number', value: '10', fixed: compare(10) });
    expect(mismatchOf(compare('yes', 'notEquals'), 'boolean')?.fixed).toEqual(compare(true, 'notEquals'));
    expect(mismatchOf(compare(['a', 1, true], 'anyOf'), 'text')?.fixed).toEqual(compare(['a', '1', true], 'anyOf'));
  });

  it('is told without a way out where it means nothing in that type', () => {
    expect(mismatchOf(compare('gold'), 'number')).toEqual({ type: 'number', value: 'gold', fixed: null });
  });

  it('is nothing where it may be meant so', () => {
    for (const [rule, type] of [
      [compare(10), 'number'],
      [compare('10'), 'text'],
      [compare(true), 'text'],
      [compare(10), null],
      [compare(10), 'date'],
      [compare(''), 'number'],
      [compare({ entry: 'total' }), 'number'],
      [compare(10, 'greaterThan'), 'text'],
      [compare(undefined, 'exists'), 'text'],
    ] as const)
      expect(mismatchOf(rule, type)).toBeNull();
  });
});
