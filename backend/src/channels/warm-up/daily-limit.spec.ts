import { describe, expect, it } from 'vitest';
import { fullOn, limitOn } from './daily-limit.js';

const plan = { startPerDay: 50, growthPercent: 100, mostPerDay: 1_000 };

describe('the daily limit', () => {
  it('grows from day to day up to the last one', () => {
    expect([0, 1, 2, 3, 4, 5, 400].map((day) => limitOn(plan, day))).toEqual([50, 100, 200, 400, 800, 1_000, 1_000]);
    // A clock that was put back.
    expect(limitOn(plan, -3)).toBe(50);
    expect(limitOn({ ...plan, startPerDay: 10, growthPercent: 10 }, 1)).toBe(11);
  });
  it.each([
    [plan, 5],
    [{ ...plan, growthPercent: 0 }, null],
    [{ ...plan, startPerDay: 1_000 }, 0],
    [{ ...plan, growthPercent: 1, startPerDay: 1, mostPerDay: 2 }, 70],
  ])('of %j is full after %s days', (given, days) => {
    expect(fullOn(given)).toBe(days);
    if (days !== null && days > 0) expect(limitOn(given, days - 1)).toBeLessThan(given.mostPerDay);
  });
});
