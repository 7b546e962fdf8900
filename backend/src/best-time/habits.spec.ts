import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { added, confidenceOf, decayed, halfLifeDays, landmark, likelihood, noHours, total } from './habits.js';

const at = (hour: number, weight: number) => noHours.map((_, index) => (index === hour ? weight : 0));
const day = 86_400_000;

describe('what happened', () => {
  it('weighs half after its half-life, whenever it is asked', () => {
    const stored = at(9, 2 ** (100 / halfLifeDays));
    expect(decayed(stored, landmark + 100 * day)[9]).toBeCloseTo(1);
    expect(decayed(stored, landmark + (100 + halfLifeDays) * day)[9]).toBeCloseTo(0.5);
  });

  it('still counts after many years', () => {
    const stored = at(9, 2 ** ((365 * 100) / halfLifeDays));
    expect(decayed(stored, landmark + 365 * 100 * day)[9]).toBeCloseTo(1);
  });
});

describe('how likely somebody looks', () => {
  it('is the same at all hours where nobody did anything', () => {
    for (const share of likelihood({ own: noHours, everybody: noHours })) expect(share).toBeCloseTo(1 / 24);
  });

  it('is what everybody does for whom nothing is known', () => {
    const shares = likelihood({ own: noHours, everybody: at(20, 5_000) });
    expect(shares.indexOf(Math.max(...shares))).toBe(20);
  });

  it('goes from everybody’s hour to the person’s with what is known of them', () => {
    const best = (opens: number) => {
      const shares = likelihood({ own: at(7, opens), everybody: added(at(20, 5_000), at(12, 2_000)) });
      return shares.indexOf(Math.max(...shares));
    };
    expect(best(1)).toBe(20);
    expect(best(30)).toBe(7);
  });

  it('knows that midnight follows eleven', () => {
    const shares = likelihood({ own: at(0, 100), everybody: noHours });
    expect(shares[23]).toBeCloseTo(shares[1]!);
    expect(shares[23]).toBeGreaterThan(shares[12]!);
  });

  it('is shares of one whole, whatever was done', () => {
    const hours = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(hours, hours, (own, everybody) => {
        const shares = likelihood({ own, everybody });
        expect(total(shares)).toBeCloseTo(1);
        expect(Math.min(...shares)).toBeGreaterThan(0);
      }),
    );
  });
});

it('is as sure as the person’s own habits weigh', () => {
  expect(confidenceOf(noHours)).toBe(0);
  expect(confidenceOf(at(3, 10), 10)).toBe(0.5);
  expect(confidenceOf(at(3, 1e9), 10)).toBeCloseTo(1);
});
