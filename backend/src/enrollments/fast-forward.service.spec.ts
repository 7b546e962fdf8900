import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FastForwardRepository } from './fast-forward.repository.js';
import { FastForwardService } from './fast-forward.service.js';
import type { RunClock, SettledRun } from './run-clock.js';
import type { Runs } from './runs.js';

const scope = { workspaceId: 'w' };
const hour = 3_600_000;
const run = { id: 'e', ended_at: null, run_offset_ms: 0, skipped: 0, timer: null } as unknown as SettledRun;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: 0 }));
afterEach(() => void vi.useRealTimers());

type ServiceOptions = {
  waits: number;
  kept?: () => { cancelAsked: boolean } | null;
};

/**
 * A run that opens a wait of an hour each time the last one is over, `waits` times, then waits for nothing that ends by
 * itself.
 */
function service({ waits, kept = () => ({ cancelAsked: false }) }: ServiceOptions) {
  const ends: { state: string; waits: number; reached?: string; error?: { code: string; message: string } }[] = [];
  let passed = 0;
  let skipped = 0;
  const at = (): SettledRun => ({
    ...run,
    run_offset_ms: skipped,
    skipped,
    timer: passed < waits ? new Date(skipped + hour) : null,
  });
  const clock = {
    run: async () => at(),
    now: (each: SettledRun) => each.run_offset_ms,
    settle: async () => at(),
    setOffset: async () => undefined,
    passWait: async () => {
      passed += 1;
      skipped += hour;
      return at();
    },
    passUntil: async (_: unknown, { instant }: { instant: number }) => {
      skipped = instant;
      return at();
    },
  } as unknown as RunClock;
  const repository = {
    begin: async () => true,
    baseOffset: async (_: unknown, { otherwise }: { otherwise: number }) => otherwise,
    keep: async () => kept(),
    finish: async (_: unknown, end: (typeof ends)[number]) => void ends.push(end),
    find: async () => ({ state: ends.at(-1)?.state ?? 'running', error: ends.at(-1)?.error ?? null }),
  } as unknown as FastForwardRepository;
  return {
    forwards: new FastForwardService(repository, clock, { canSkip: async () => true } as unknown as Runs),
    ends,
  };
}

it.each([
  ['next' as const, { waits: 1, reached: 'target' }],
  ['end' as const, { waits: 3, reached: 'event' }],
  [{ seconds: 2 * 3_600 + 600 }, { waits: 2, reached: 'target' }],
  [{ seconds: 600 }, { waits: 0, reached: 'target' }],
  [{ until: 3 * hour }, { waits: 3, reached: 'target' }],
])('passes no more waits than lie before the target: %j', async (to, expected) => {
  const { forwards, ends } = service({ waits: 3 });
  await forwards.pass({ scope, enrollmentId: 'e', to });
  expect(ends).toMatchObject([{ state: 'done', ...expected }]);
});

it('does not follow a run for ever that goes round, and says what to do', async () => {
  const { forwards, ends } = service({ waits: Number.POSITIVE_INFINITY });
  await expect(forwards.pass({ scope, enrollmentId: 'e', to: 'end' })).rejects.toThrow('Skip to a time instead');
  expect(ends).toMatchObject([{ state: 'failed', waits: 5_000, error: { code: 'too-many-waits' } }]);
});

it('stops at a cancel that another process took, and keeps its hands off a row that is no longer its own', async () => {
  const cancelled = service({ waits: 3, kept: () => ({ cancelAsked: true }) });
  await expect(cancelled.forwards.pass({ scope, enrollmentId: 'e', to: 'end' })).rejects.toThrow('cancelled');
  expect(cancelled.ends).toMatchObject([{ state: 'cancelled', waits: 0 }]);
  const lost = service({ waits: 3, kept: () => null });
  await expect(lost.forwards.pass({ scope, enrollmentId: 'e', to: 'end' })).rejects.toThrow();
  expect(lost.ends).toEqual([]);
});
