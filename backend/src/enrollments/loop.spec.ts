import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Loop, LoopGroup } from './loop.js';

it('rests no longer than until there is something to do, and longer while that is in other hands', async () => {
  const rested: number[] = [];
  const timers = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((done: () => void, ms: number) => {
    rested.push(ms);
    setImmediate(done);
    return 0;
  }) as never);
  const next = [null, 5_000, 300, -40, -5_000];
  const loop = new Loop({
    name: 'loop',
    idleMs: 2_000,
    work: () => Promise.resolve(false),
    nextIn: () => Promise.resolve(next.shift() ?? null),
    logger: { error: () => undefined },
  });
  loop.start();
  while (rested.length < 5) await new Promise(setImmediate);
  await loop.stop();
  timers.mockRestore();
  expect(rested.slice(0, 5)).toEqual([2_000, 2_000, 300, 25, 1_000]);
});

it('rests between two calls where it may take its time, however much there is to do', async () => {
  const rested: number[] = [];
  const timers = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((done: () => void, ms: number) => {
    rested.push(ms);
    setImmediate(done);
    return 0;
  }) as never);
  const found = [true, true, false];
  const loop = new Loop({
    name: 'loop',
    idleMs: 3_000,
    betweenMs: 100,
    work: () => Promise.resolve(found.shift() ?? false),
    logger: { error: () => undefined },
  });
  loop.start();
  while (rested.length < 3) await new Promise(setImmediate);
  await loop.stop();
  timers.mockRestore();
  expect(rested.slice(0, 3)).toEqual([100, 100, 3_000]);
});

describe('loops that share work', () => {
  let now = 0;
  let turns: { loop: number; end: (more?: boolean) => void }[];
  let loops: Loop[];
  let group: LoopGroup;
  const settled = async (count: number) => expect.poll(() => turns.length).toBe(count);

  beforeEach(async () => {
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    now = 0;
    turns = [];
    loops = [0, 1, 2].map(
      (loop) =>
        new Loop({
          name: `loop ${loop}`,
          idleMs: 1_000_000,
          work: () => new Promise((resolve) => turns.push({ loop, end: (more = false) => resolve(more) })),
          logger: { error: () => undefined },
        }),
    );
    group = new LoopGroup(loops);
    for (const loop of loops) loop.start();
    await settled(3);
    for (const turn of turns) turn.end();
    await expect.poll(() => loops.every((loop) => loop.idle)).toBe(true);
    turns = [];
  });
  afterEach(async () => {
    const stopped = loops.map((loop) => loop.stop());
    for (const turn of turns) turn.end();
    await Promise.all(stopped);
    vi.restoreAllMocks();
  });

  it('one loop works while it is quick, and looks again after what came meanwhile', async () => {
    group.nudge();
    await settled(1);
    for (let times = 0; times < 3; times += 1) group.nudge();
    expect(turns).toHaveLength(1);
    turns[0]!.end();
    await settled(2);
    expect(turns[1]!.loop).toBe(turns[0]!.loop);
    turns[1]!.end();
    await expect.poll(() => loops.every((loop) => loop.idle)).toBe(true);
    expect(turns).toHaveLength(2);
  });

  it('another one starts when the first takes long, and both look again', async () => {
    group.nudge();
    await settled(1);
    now = 150;
    group.nudge();
    await settled(2);
    expect(turns[1]!.loop).not.toBe(turns[0]!.loop);
    group.nudge();
    for (const turn of [...turns]) turn.end();
    await settled(4);
  });

  it('wakes another one when there is more than one takes at once', async () => {
    group.nudge();
    await settled(1);
    group.nudgeIdle();
    await settled(2);
  });
});

describe('one loop', () => {
  type Outcome = boolean | Error;
  let calls: number;
  let logged: string[];
  let loop: Loop;
  /** A loop whose turns come to these, one after the other, and then find nothing. */
  function begin(outcomes: Outcome[], during?: (call: number) => void): void {
    calls = 0;
    logged = [];
    loop = new Loop({
      name: 'letters',
      idleMs: 1_000,
      work: async () => {
        const outcome = outcomes[calls] ?? false;
        calls += 1;
        during?.(calls);
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
      logger: { error: (_: unknown, message: string) => void logged.push(message) } as never,
    });
    loop.start();
  }
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(async () => {
    vi.useRealTimers();
    await loop.stop();
  });
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it('goes on while there is something to do, then looks again after a while, or when it is told', async () => {
    begin([true, true]);
    await pass(0);
    expect(calls).toBe(3);
    await pass(999);
    expect(calls).toBe(3);
    await pass(1);
    expect(calls).toBe(4);
    loop.nudge();
    await pass(0);
    expect(calls).toBe(5);
  });

  it('looks again when it was told while it worked', async () => {
    begin([], (call) => {
      if (call === 1) loop.nudge();
    });
    await pass(0);
    expect(calls).toBe(2);
  });

  it('looks again when it was told while it asked for how long to rest', async () => {
    calls = 0;
    let answer: (ms: number | null) => void = () => undefined;
    loop = new Loop({
      name: 'letters',
      idleMs: 1_000,
      work: () => Promise.resolve(((calls += 1), false)),
      nextIn: () => new Promise((resolve) => (answer = resolve)),
      logger: { error: () => undefined },
    });
    loop.start();
    await pass(0);
    loop.nudge();
    answer(null);
    await pass(0);
    expect(calls).toBe(2);
    answer(null);
    await pass(0);
    expect(calls).toBe(2);
  });

  it('says what fails, tries again after a pause that grows up to ten seconds, and begins anew once it succeeds', async () => {
    begin([...Array.from({ length: 7 }, () => new Error('down')), true, new Error('down')]);
    const pauses: number[] = [];
    for (let ms = 0, last = 0, seen = 1; pauses.length < 8; ms += 50) {
      await pass(ms === 0 ? 0 : 50);
      if (calls > seen) {
        pauses.push(ms - last);
        last = ms;
        seen = calls;
      }
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 500]);
    expect(new Set(logged)).toEqual(new Set(['letters failed; trying again']));
    expect(logged).toHaveLength(8);
  });

  it('ends its turn before it stops, and takes no other', async () => {
    let end: (more: boolean) => void = () => undefined;
    calls = 0;
    loop = new Loop({
      name: 'letters',
      idleMs: 1_000,
      work: () => ((calls += 1), new Promise<boolean>((resolve) => (end = resolve))),
      logger: { error: () => undefined },
    });
    loop.start();
    let stopped = false;
    const stopping = loop.stop().then(() => (stopped = true));
    await pass(5_000);
    expect(stopped).toBe(false);
    end(true);
    await stopping;
    expect(calls).toBe(1);
  });
});
