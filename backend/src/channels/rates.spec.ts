import { expect, it } from 'vitest';
import { Rates } from './rates.js';

it('lets through what was asked for, evenly, with a second saved at most', () => {
  let now = 5_000;
  const rates = new Rates(() => now);
  // A second's worth at once, then one each tenth.
  const waits = Array.from({ length: 14 }, () => Math.round(rates.reserve('a', 10)));
  expect(waits).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 200, 300, 400]);
  expect(rates.reserve('b', 10)).toBe(0);
  now += 3_600_000;
  expect(
    Array.from({ length: 12 }, () => Math.round(rates.reserve('a', 10))).filter((wait) => wait === 0),
  ).toHaveLength(10);
});

it('is slower than one a second too, and takes back what nobody waits for', () => {
  const rates = new Rates(() => 0);
  expect([rates.reserve('a', 0.1), rates.reserve('a', 0.1), rates.reserve('a', 0.1)]).toEqual([0, 10_000, 20_000]);
  rates.giveBack('a', 0.1);
  expect(rates.reserve('a', 0.1)).toBe(20_000);
});
