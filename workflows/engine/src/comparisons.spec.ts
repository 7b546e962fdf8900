import type { Comparison, Json, Rule } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { evaluate, valueAt } from './index.js';

const on = (is: Comparison, value?: Extract<Rule, { op: 'compare' }>['value']): Rule => ({ op: 'compare', left: { source: 'property', path: 'v' }, is, value });

describe('comparisons', () => {
  it.each<[string, Rule, Json, boolean]>([
    ['other notations are text', on('equals', 16), '0x10', false],
    ['blank text is no zero', on('equals', 0), ' ', false],
    ['nor is text with blanks a number', on('equals', 7), ' 7', false],
    ['an exponent is no plain decimal', on('atLeast', 100), '1e3', false],
    ['infinity is a word', on('greaterThan', 1), 'Infinity', false],
    ['a plain decimal is a number', on('equals', 5), '5.00', true],
    ['on either side', on('equals', '-5.0'), -5, true],
    ['and in a list', on('contains', 5), ['5.0'], true],
    ['two texts that are numbers have the order of numbers', on('greaterThan', '9'), '10', true],
    ['digits beyond the longest decimal are an identifier', on('atLeast', 5), '9'.repeat(41), false],
    ['text has the order of code points', on('greaterThan', '\uffff'), '😀', true],
    ['also within', on('lessThan', '😀b'), '😀a', true],
    ['a prefix comes first', on('lessThan', 'ab'), 'a', true],
    ['a list on the right is contained nowhere', on('contains', ['a', 'b']), 'a,b', false],
    ['what is no number and no text has no order', on('atLeast', 0), true, false],
  ])('%s', (_, rule, value, expected) => expect(evaluate(rule, { property: { v: value } }).result).toBe(expected));

  it('find items of lists by their index, and nothing that JSON does not say', () => {
    const items = { items: ['shoe', { name: 'hat' }] };
    expect([valueAt(items, 'items.0'), valueAt(items, 'items.1.name')]).toEqual(['shoe', 'hat']);
    for (const path of ['items.length', 'items.-1', 'items.00', 'items.2', 'items.map', 'items.0.length', 'toString']) expect([path, valueAt(items, path)]).toEqual([path, undefined]);
    expect(valueAt({ length: 3 }, 'length')).toBe(3);
  });
});
