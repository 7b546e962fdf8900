import { describe, expect, it } from 'vitest';
import { httpRefusal, retryAfterSeconds } from './http-refusal.js';

describe('Retry-After', () => {
  const now = Date.parse('2026-03-04T09:00:00Z');
  it.each([
    ['120', 120],
    ['0', 0],
    ['Wed, 04 Mar 2026 09:01:30 GMT', 90],
    ['Wed, 04 Mar 2026 08:00:00 GMT', 0],
    ['999999999', 86_400],
    ['soon', null],
    ['', null],
    [undefined, null],
    ['-5', null],
  ])('%s is %s', (header, expected) => {
    expect(retryAfterSeconds(header, now)).toBe(expected);
  });
});

it.each([
  [429, 'rateLimited'],
  [408, 'timeout'],
  [503, 'serverError'],
  [302, 'rejected'],
  [400, 'rejected'],
])('HTTP %s is %s, and was not taken', (status, expected) => {
  expect(httpRefusal({ status, headers: { 'retry-after': '7' }, body: ' no \n way ' })).toMatchObject({
    class: expected,
    handedOver: false,
    away: false,
  });
});
