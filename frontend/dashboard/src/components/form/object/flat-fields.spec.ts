import { valueAt } from '@wend/engine';
import { describe, expect, it } from 'vitest';
import { fromRows, toRows } from './flat-fields';

describe('fields of a made-up person', () => {
  it('come back as they were', () => {
    const value = {
      address: { city: 'Seoul', zip: '04524' },
      plan: 'free',
      seats: 3,
      vip: true,
      tags: ['a', 'b'],
      nothing: null,
    };
    expect(fromRows(toRows(value))).toEqual(value);
  });

  it('keep leading zeros and phone numbers as text', () => {
    expect(
      fromRows([
        { path: 'zip', text: '04524' },
        { path: 'phone', text: '+49151' },
        { path: 'seats', text: '4' },
        { path: 'long', text: '12345678901234567890' },
      ]),
    ).toEqual({ zip: '04524', phone: '+49151', seats: 4, long: '12345678901234567890' });
  });

  it('leave out what was not filled in', () => {
    expect(
      fromRows([
        { path: 'plan', text: '' },
        { path: '  ', text: 'x' },
        { path: 'a.b', text: 'y' },
      ]),
    ).toEqual({ a: { b: 'y' } });
  });

  it('reach into lists, and keys that have dots', () => {
    const rows = [
      { path: 'items.0', text: 'shoe' },
      { path: 'items.1.name', text: 'hat' },
      { path: '["order.id"]', text: 'o1' },
      { path: 'cart["a.b"]', text: '2' },
    ];
    expect(fromRows(rows)).toEqual({ items: ['shoe', { name: 'hat' }], 'order.id': 'o1', cart: { 'a.b': 2 } });
    expect(fromRows(toRows({ 'order.id': 'o1', cart: { 'a.b': 2 } }))).toEqual({
      'order.id': 'o1',
      cart: { 'a.b': 2 },
    });
    for (const { path, text } of rows) expect(String(valueAt(fromRows(rows), path))).toBe(text);
  });

  it('make no holes, and reach no prototype', () => {
    expect(
      fromRows([
        { path: 'a.5', text: 'x' },
        { path: 'b.0', text: 'y' },
        { path: 'b.7', text: 'z' },
      ]),
    ).toEqual({ a: { 5: 'x' }, b: { 0: 'y', 7: 'z' } });
    expect(
      fromRows([
        { path: 'toString.name', text: 'x' },
        { path: '__proto__.admin', text: 'true' },
      ]),
    ).toEqual(JSON.parse('{"toString":{"name":"x"},"__proto__":{"admin":true}}'));
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });
});
