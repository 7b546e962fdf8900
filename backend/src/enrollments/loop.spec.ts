import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Loop, LoopGroup } from './loop.js';

let now = 0;
let turns: { loop: number; end: (more?: boolean) => void }[];
let loops: Loop[];
let group: LoopGroup;
const settled = async (count: number) => expect.poll(() => turns.length).toBe(count);

beforeEach(async () => {
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  now = 0;
  turns = [];
  loops = [0, 1, 2].map((loop) => new Loop({ name: `loop ${loop}`, idleMs: 1_000_000, work: () => new Promise((resolve) => turns.push({ loop, end: (more = false) => resolve(more) })), logger: { error: () => undefined } }));
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
