import { expect, it } from 'vitest';
import { addressOf, isSame } from './doorway.js';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::FFFF:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
  [undefined, 'unknown'],
])('a caller from %s is counted as %s', (ip, counted) => {
  expect(addressOf({ ip } as never)).toBe(counted);
});

it('compares secrets of any length', () => {
  expect([
    isSame('abc', 'abc'),
    isSame('abd', 'abc'),
    isSame('ab', 'abc'),
    isSame('', 'abc'),
    isSame('ä', 'ab'),
  ]).toEqual([true, false, false, false, false]);
});
