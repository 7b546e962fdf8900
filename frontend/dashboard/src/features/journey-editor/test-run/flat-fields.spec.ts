import { describe, expect, it } from 'vitest';
import { fromRows, toRows } from './flat-fields';

describe('fields of a made-up person', () => {
  it('come back as they were', () => {
    const value = { address: { city: 'Seoul', zip: '04524' }, plan: 'free', seats: 3, vip: true, tags: ['a', 'b'], nothing: null };
    expect(fromRows(toRows(value))).toEqual(value);
  });

  it('keep leading zeros and phone numbers as text', () => {
    expect(fromRows([{ path: 'zip', text: '04524' }, { path: 'phone', text: '+49151' }, { path: 'seats', text: '4' }, { path: 'long', text: '12345678901234567890' }])).toEqual({ zip: '04524', phone: '+49151', seats: 4, long: '12345678901234567890' });
  });

  it('leave out what was not filled in', () => {
    expect(fromRows([{ path: 'plan', text: '' }, { path: '  ', text: 'x' }, { path: 'a.b', text: 'y' }])).toEqual({ a: { b: 'y' } });
  });
});
