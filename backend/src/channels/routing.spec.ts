import type { ConnectionRule } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import type { ConnectionRow } from './connection.repository.js';
import { inOrder } from './routing.js';
import type { Routed } from './routing.js';

const row = (id: string, rule: ConnectionRule | null = null, enabled = true) =>
  ({ id, rule, enabled }) as ConnectionRow;
const routed = (over: Partial<Routed> = {}): Routed => ({
  channel: 'sms',
  origin: 'live',
  recipient: null,
  country: null,
  messageClass: 'marketing',
  topic: null,
  ...over,
});
const ids = (rows: ConnectionRow[], over: Partial<Routed> = {}) => inOrder(rows, routed(over)).map(({ id }) => id);

describe('the ways of a message', () => {
  it('are those whose rule fits, then those without one, each in their order; never those that are off', () => {
    const rows = [
      row('first'),
      row('korea', { countries: ['KR'] }),
      row('second'),
      row('orders', { topics: ['orders'] }),
      row('off', null, false),
    ];
    expect(ids(rows)).toEqual(['first', 'second']);
    expect(ids(rows, { country: 'KR', topic: 'orders' })).toEqual(['korea', 'orders', 'first', 'second']);
    expect(ids([row('off', { countries: ['KR'] }, false)], { country: 'KR' })).toEqual([]);
  });

  it('ask for all that a rule says', () => {
    const rows = [row('both', { countries: ['KR', 'JP'], classes: ['transactional'] })];
    expect(ids(rows, { country: 'KR' })).toEqual([]);
    expect(ids(rows, { messageClass: 'transactional' })).toEqual([]);
    expect(ids(rows, { country: 'JP', messageClass: 'transactional' })).toEqual(['both']);
  });

  it.each([
    ['+82 10-1234-5678', 'DE', 'KR'],
    ['+1 416 555 0100', null, 'CA'],
    ['+1 212 555 0100', null, 'US'],
    ['010-1234-5678', 'KR', 'KR'],
    ['ann@example.com', 'JP', 'JP'],
  ])('know the country of %s (lives in %s): %s', (recipient, country, expected) => {
    const rows = ['KR', 'CA', 'US', 'JP', 'DE'].map((code) => row(code, { countries: [code] }));
    expect(ids(rows, { recipient, country })).toEqual([expected]);
  });
});
