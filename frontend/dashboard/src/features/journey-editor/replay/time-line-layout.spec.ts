import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelledMarks, layoutTimeLine, smallestGap } from './time-line-layout';

describe('the time line', () => {
  it('spreads marks by time', () => {
    expect(layoutTimeLine({ times: [0, 50, 100], width: 1_000 }).positions).toEqual([0, 500, 1_000]);
  });

  it('keeps what happened at once apart and in order, and never leaves the line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1e12 }), { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 200, max: 1_600 }),
        (times, width) => {
          const layout = layoutTimeLine({ times: times.sort((a, b) => a - b), width });
          const gaps = layout.positions.slice(1).map((at, index) => at - (layout.positions[index] ?? 0));
          expect(gaps.every((gap) => gap >= smallestGap - 0.2)).toBe(true);
          expect(layout.positions.at(-1)).toBeLessThanOrEqual(layout.width + 0.2);
          expect(layout.width).toBeGreaterThanOrEqual(width);
        },
      ),
    );
  });

  it('puts words only where they have room, and always at the marks that matter', () => {
    const positions = [0, 22, 44, 300, 322, 600];
    expect([...labelledMarks({ positions, first: [4, 0, 5], room: 90 })].sort()).toEqual([0, 4, 5]);
  });
});
