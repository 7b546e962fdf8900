import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartOf, nearest } from './growth-model';

const frame = { width: 600, height: 200 };
const dayOf = (size: number, index = 0) => ({
  day: `2026-01-${String(index + 1).padStart(2, '0')}`,
  size,
  entered: 0,
  left: 0,
});

describe('the growth chart', () => {
  it('stays in its frame, in order, and draws the largest highest', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 10_000_000 }), { minLength: 1, maxLength: 60 }), (sizes) => {
        const { points, ticks } = chartOf(sizes.map(dayOf), frame);
        const most = Math.max(...sizes);
        const highest = Math.min(...points.map(({ y }) => y));
        for (const [index, { x, y, day }] of points.entries()) {
          expect(x).toBeGreaterThanOrEqual(points[index - 1]?.x ?? 0);
          expect([x <= frame.width, y >= 0, y <= frame.height]).toEqual([true, true, true]);
          if (day.size === most) expect(y).toBe(highest);
        }
        expect(ticks[0]).toEqual({ value: 0, y: frame.height });
        // The scale is never more than two thirds more than what it shows.
        expect(ticks.at(-1)!.value).toBeLessThanOrEqual(Math.max(2, most * 1.7));
        expect(ticks.length).toBeLessThanOrEqual(5);
      }),
      { seed: 20_261_130, numRuns: 200 },
    );
  });

  it('has lines at numbers that are easy to read', () => {
    const valuesOf = (size: number) => chartOf([dayOf(size)], frame).ticks.map(({ value }) => value);
    expect(valuesOf(0)).toEqual([0, 1]);
    expect(valuesOf(5)).toEqual([0, 2, 4, 6]);
    expect(valuesOf(2_308)).toEqual([0, 1_000, 2_000, 3_000]);
  });

  it('draws a day alone in the middle, and nothing of no days', () => {
    expect(chartOf([dayOf(3)], frame).points.map(({ x }) => x)).toEqual([300]);
    expect(chartOf([], frame)).toMatchObject({ points: [], line: '', area: '' });
  });

  it('finds the day below the pointer', () => {
    const { points } = chartOf([1, 2, 3].map(dayOf), frame);
    expect([-50, 0, 149, 151, 599, 900].map((x) => nearest(points, x))).toEqual([0, 0, 0, 1, 2, 2]);
  });
});
