import type { CompilableNode, Comparison, Graph, Json, JsonObject, Rule } from '@wend/contract';
import { comparisons } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { bindRule, compile, evaluate, pickPaths, valueAt } from './index.js';

const on = (is: Comparison, value?: Extract<Rule, { op: 'compare' }>['value']): Rule => ({
  op: 'compare',
  left: { source: 'property', path: 'v' },
  is,
  value,
});

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

  it('that are of text take a number for the text that it is, in programs from now on', () => {
    const lower = (rule: Rule) => {
      const node = (id: string, type: string, config: JsonObject) => ({
        id,
        type,
        version: 1,
        name: id,
        config,
        position: { x: 0, y: 0 },
      });
      const manifest = { entry: 'event', ports: { fixed: [] } } as unknown as CompilableNode['manifest'];
      const parse = (config: JsonObject) => ({ ok: true as const, config });
      const to = { port: 'next', pc: -1 };
      const definitions = new Map<string, CompilableNode>([
        [
          'in@1',
          {
            manifest,
            parse,
            entry: () => ({ kind: 'event', event: 'A', where: rule }),
            lower: () => [{ op: 'goto', target: to }],
          },
        ],
      ]);
      const graph = {
        nodes: { a: node('a', 'in', {}) },
        edges: [],
        settings: { reentry: { rule: 'never' as const }, exitCriteria: [{ id: 'x', event: 'B', where: rule }] },
      } as unknown as Graph;
      const compiled = compile({ graph, definitions });
      return compiled.ok ? [compiled.entries[0]?.where, compiled.program.exits[0]?.where] : compiled.issues;
    };
    const asText = { ...on('startsWith', '49'), numbersAsText: true };
    expect(lower({ op: 'not', rule: on('startsWith', 49) })).toEqual([
      { op: 'not', rule: asText },
      { op: 'not', rule: asText },
    ]);
    for (const is of ['startsWith', 'contains', 'notContains'] as const) {
      const [where] = lower(on(is, '49')) as [Rule];
      expect([is, evaluate(where, { property: { v: 4_912_345_678 } }).result]).toEqual([is, is !== 'notContains']);
    }
    expect(lower(on('equals', 49))).toEqual([on('equals', 49), on('equals', 49)]);
    const digits = (is: Comparison, value: Extract<Rule, { op: 'compare' }>['value']) =>
      ({ ...on(is, value), numbersAsText: true }) as Rule;
    expect(
      [1e21, 1.5e-7, -2.5, 0].map(
        (v) => evaluate(digits('startsWith', { entry: 'w' }), { property: { v }, entry: { w: v } }).result,
      ),
    ).toEqual([true, true, true, true]);
    expect(evaluate(digits('startsWith', '1000000'), { property: { v: 1e21 } }).result).toBe(true);
    expect(evaluate(digits('startsWith', '0.00000015'), { property: { v: 1.5e-7 } }).result).toBe(true);
    // What is stored goes on as it did.
    expect(evaluate(on('startsWith', '49'), { property: { v: 4_915_112_345_678 } }).result).toBe(false);
    expect(evaluate(on('contains', '49'), { property: { v: 4_915_112_345_678 } }).result).toBe(false);
    expect(evaluate(on('startsWith', 49), { property: { v: '4915112345678' } }).result).toBe(false);
  });

  it('find items of lists by their index, and nothing that JSON does not say', () => {
    const items = { items: ['shoe', { name: 'hat' }] };
    expect([valueAt(items, 'items.0'), valueAt(items, 'items.1.name')]).toEqual(['shoe', 'hat']);
    for (const path of ['items.length', 'items.-1', 'items.00', 'items.2', 'items.map', 'items.0.length', 'toString'])
      expect([path, valueAt(items, path)]).toEqual([path, undefined]);
    expect(valueAt({ length: 3 }, 'length')).toBe(3);
  });

  it('find keys that have dots, and keep them', () => {
    const order = { 'order.id': 'o1', order: { id: 'nested', 'a.b': { c: 1, d: 2 } } };
    expect(['["order.id"]', 'order.id', 'order["a.b"].c'].map((path) => valueAt(order, path))).toEqual([
      'o1',
      'nested',
      1,
    ]);
    expect(pickPaths(order, ['["order.id"]', 'order["a.b"].c'])).toEqual({
      'order.id': 'o1',
      order: { 'a.b': { c: 1 } },
    });
  });

  it('hold without a value to compare with only when they are negative', () => {
    const bound = (is: Comparison) => bindRule(on(is, { entry: 'gone' }), { entry: {}, run: {} });
    for (const is of comparisons.filter((each) => each !== 'exists' && each !== 'notExists'))
      expect([is, evaluate(bound(is), { property: { v: 'a' } }).result]).toEqual([
        is,
        evaluate(on(is, { entry: 'gone' }), { property: { v: 'a' } }).result,
      ]);
  });
});
