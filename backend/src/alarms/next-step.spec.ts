import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Verdict } from './kind.js';
import { judgeShare, shareOf } from './kinds/share.js';
import { calmForSeconds, nextStep } from './next-step.js';

const everySeconds = 30;
type Open = { calmSince: number | null; raisedAt: number };

/** What a run of looks makes of an alarm: when it was raised and cleared. */
function run(verdicts: readonly { verdict: Verdict; held: boolean }[]): { raised: number[]; cleared: number[] } {
  let open: Open | null = null;
  const raised: number[] = [];
  const cleared: number[] = [];
  for (const [index, { verdict, held }] of verdicts.entries()) {
    const now = index * everySeconds;
    const calmSeconds: number | null = open?.calmSince == null ? null : now - open.calmSince;
    const step = nextStep({ open: open && { calmSeconds, held }, verdict });
    if (step === 'raise') open = { calmSince: null, raisedAt: raised.push(now) };
    if (step === 'seen' || step === 'restless') open!.calmSince = null;
    if (step === 'calming') open!.calmSince = now;
    if (step === 'clear') {
      cleared.push(now);
      open = null;
    }
  }
  return { raised, cleared };
}

it('raises at once, and clears only after a while in which nothing was wrong, whatever comes', () => {
  const look = fc.record({
    verdict: fc.constantFrom<Verdict>('over', 'near', 'calm', 'calm', 'calm'),
    held: fc.boolean().map((held) => held),
  });
  fc.assert(
    fc.property(fc.array(look, { maxLength: 200 }), (looks) => {
      const { raised, cleared } = run(looks);
      expect([0, 1]).toContain(raised.length - cleared.length);
      for (const [index, at] of raised.entries()) {
        expect(looks[at / everySeconds]!.verdict).toBe('over');
        // One after the other, never two at once.
        if (index > 0) expect(at).toBeGreaterThan(cleared[index - 1]!);
      }
      for (const at of cleared) {
        const before = looks.slice((at - calmForSeconds) / everySeconds, at / everySeconds + 1);
        expect(before.map(({ verdict }) => verdict)).toEqual(before.map(() => 'calm'));
        expect(before.some(({ held }) => held)).toBe(false);
      }
    }),
  );
});

it('does not flap where a share swings around its limit', () => {
  const { judge } = judgeShare({ least: 3 });
  const settings = { percent: 5, messages: 100 };
  const swing = fc.integer({ min: 41, max: 60 }).map((bad) => judge({ total: 1_000, bad, channels: [] }, settings));
  fc.assert(
    fc.property(fc.array(swing, { maxLength: 300 }), (verdicts) => {
      const { raised, cleared } = run(verdicts.map((verdict) => ({ verdict, held: false })));
      expect(raised.length).toBeLessThanOrEqual(1);
      expect(cleared).toEqual([]);
    }),
  );
});

it('is over where a share stays well below its limit', () => {
  const { judge } = judgeShare({ least: 3 });
  const verdict = judge({ total: 1_000, bad: 40, channels: [] }, { percent: 5, messages: 100 });
  const looks = [
    { verdict: 'over' as const, held: false },
    ...Array.from({ length: 12 }, () => ({ verdict, held: false })),
  ];
  expect(run(looks).cleared).toEqual([everySeconds + calmForSeconds]);
});

it('has shares of at most a hundred, also where what failed had gone out before', () => {
  expect(shareOf({ total: 10, bad: 30 })).toBe(100);
  expect(shareOf({ total: 0, bad: 0 })).toBe(0);
});
