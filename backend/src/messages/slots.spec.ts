import { describe, expect, it } from 'vitest';
import { classOf, laneIn, laneOf } from './lanes.js';
import { keyOf, slotLimits, Slots } from './slots.js';
import type { LaneKey, Place } from './slots.js';

const key = (workspaceId: string, lane = 0, channel = 'webhook'): LaneKey => ({ workspaceId, channel, lane });
const classRoom = (slots: Slots, lane = 0) => slots.room().classes.find(({ of }) => of === classOf(lane))!;
const roomOf = (slots: Slots, at: LaneKey) =>
  slots.room().lanes.find((each) => keyOf(each) === keyOf(at))?.room ?? classRoom(slots, at.lane).lane;

describe('places', () => {
  it('are left for whoever comes next, however much those before could use', () => {
    const slots = new Slots();
    for (let workspace = 0; workspace < 16; workspace += 1) {
      const { workspace: room, total } = classRoom(slots);
      expect(Math.min(room, total)).toBeGreaterThan(0);
      for (let place = 0; place < Math.min(room, total); place += 1) slots.take(key(`w${workspace}`, place % 2));
    }
  });

  it('of a receiver are its own: another one of the same workspace has others', async () => {
    const slots = new Slots();
    const slow = Array.from({ length: slotLimits.single.lane }, () => slots.take(key('a', 7)));
    expect(roomOf(slots, key('a', 7))).toBe(0);
    expect(roomOf(slots, key('a', 8))).toBe(slotLimits.single.lane);
    const next = slots.take(key('a'));
    expect(await next.move(8)).toBe(true);
    for (const place of [...slow, next]) place.free();
    expect(classRoom(slots).total).toBe(slotLimits.single.total);
    expect(slots.room()).toMatchObject({ lanes: [], workspaces: [] });
  });

  it('are waited for where they come free all the time, and not where nothing moves', async () => {
    let now = 0;
    const slots = new Slots(() => now);
    const busy = Array.from({ length: slotLimits.single.lane }, () => slots.take(key('a', 7)));
    const waiting = slots.take(key('a')).move(7);
    busy[0]!.free();
    expect(await waiting).toBe(true);
    now += 5_000;
    expect(await slots.take(key('a')).move(7)).toBe(false);
  });

  it('of a class are its own, and its messages keep it wherever they go', async () => {
    const slots = new Slots();
    const bulk = key('a', laneIn('bulk', 7));
    for (let count = 0; count < slotLimits.bulk.lane; count += 1) slots.take(bulk);
    for (let lane = 10; lane < 30; lane += 1)
      for (let count = 0; count < 32; count += 1) slots.take(key(`w${lane}`, laneIn('bulk', lane)));
    expect(classRoom(slots, bulk.lane)).toMatchObject({ total: 0, workspace: 0 });
    expect(roomOf(slots, key('a', 7))).toBe(slotLimits.single.lane);
    expect(classRoom(slots, laneIn('transactional', 0))).toMatchObject(
      Object.fromEntries(
        (['total', 'workspace', 'lane'] as const).map((what) => [what, slotLimits.transactional[what]]),
      ),
    );
    const urgent = slots.take(key('a', laneIn('transactional', 0)));
    expect(await urgent.move(7)).toBe(true);
    expect(urgent.lane).toBe(laneIn('transactional', 7));
    expect(await slots.take(key('a', laneIn('bulk', 0))).move(laneOf('elsewhere'))).toBe(true);
  });

  it('never exceed their number, and all come back, whatever happens in whatever order', async () => {
    const slots = new Slots();
    let under: Place[] = [];
    const all: Promise<unknown>[] = [];
    for (let turn = 0; turn < 2_000; turn += 1) {
      const at = key(`w${turn % 3}`, 0);
      if (roomOf(slots, at) > 0 && Math.random() < 0.6) {
        const place = slots.take(at);
        all.push(place.move(1 + (turn % 2)).then((moved) => (moved ? under.push(place) : place.free())));
      } else if (under.length > 0) {
        const place = under.splice(Math.floor(Math.random() * under.length), 1)[0]!;
        if (Math.random() < 0.2) place.away();
        else if (Math.random() < 0.5) place.reached();
        place.free();
      }
      if (turn % 10 === 0) await Promise.resolve();
      for (const { room } of slots.room().lanes) expect(room).toBeGreaterThanOrEqual(0);
    }
    await Promise.all(all);
    for (const place of under) place.free();
    under = [];
    expect(classRoom(slots).total).toBe(slotLimits.single.total);
    expect(slots.room().workspaces).toEqual([]);
  });
});

describe('a receiver that is away', () => {
  it('is tried with one message at a time, after a quarter of the time that it has been away', () => {
    let now = 0;
    const slots = new Slots(() => now);
    const at = key('a', 7);
    const first = [slots.take(at), slots.take(at)];
    for (const place of first) {
      place.away();
      place.free();
    }
    const pauses: number[] = [];
    while (now < 200_000) {
      const closed = now;
      while (roomOf(slots, at) === 0) now += 10;
      pauses.push(now - closed);
      expect(roomOf(slots, at)).toBe(1);
      const probe = slots.take(at);
      expect(roomOf(slots, at)).toBe(0);
      probe.away();
      probe.free();
    }
    expect(pauses[0]).toBe(500);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(30_010);
    let sum = 0;
    for (const pause of pauses) {
      expect(pause).toBeLessThanOrEqual(Math.max(510, sum / 4 + 10));
      sum += pause;
    }
    while (roomOf(slots, at) === 0) now += 10;
    const back = slots.take(at);
    back.reached();
    expect(roomOf(slots, at)).toBe(slotLimits.single.lane - 1);
  });
});

it('receivers have lanes from 1 on, always the same', () => {
  expect(laneOf(null)).toBe(0);
  const found = Array.from({ length: 2_000 }, (_, index) => laneOf(`host-${index}:443`));
  expect([Math.min(...found), Math.max(...found)]).toSatisfy(
    ([least, most]: number[]) => least! >= 1 && least! < 40 && most! > 4_050 && most! <= 4_095,
  );
  expect(laneOf('host-1:443')).toBe(found[1]);
});
