import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newEventId } from './event.js';
import { sanitize, weigh } from './safe-json.js';
import { WriteBatcher } from './write-batcher.js';
import type { NewEvent } from './event.js';

describe('weigh', () => {
  const clone = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  it('is never below the bytes of the JSON, and without end whenever there is something to mend or to refuse', () => {
    fc.assert(
      fc.property(
        fc.jsonValue().chain((value) => fc.tuple(fc.constant(value), fc.string({ unit: 'binary' }))),
        ([value, text]) => {
          const item = clone({ value, text, [text]: 1 });
          const before = JSON.stringify(item);
          const weight = weigh(item);
          const problem = sanitize(item, '');
          if (problem !== null || JSON.stringify(item) !== before) expect(weight).toBe(Number.POSITIVE_INFINITY);
          else expect(weight).toBeGreaterThanOrEqual(Buffer.byteLength(before));
        },
      ),
    );
  });

  it.each([
    ['NUL', '{"a":["x\\u0000"]}'],
    ['NUL in a key', '{"a\\u0000":1}'],
    ['half a character', '{"a":"\\ud83d"}'],
    ['half a character in a key', '{"\\ud83d":1}'],
    ['a reserved key', '{"a":{"__proto__":1}}'],
    ['depth', `${'['.repeat(40)}${']'.repeat(40)}`],
  ])('sees %s', (_, json) => expect(weigh(JSON.parse(json))).toBe(Number.POSITIVE_INFINITY));

  it('counts control characters and long numbers', () => {
    for (const value of ['\u0001'.repeat(1_000), -1.7976931348623157e308, { ['\u0002'.repeat(50)]: [] }])
      expect(weigh(value)).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify(value)));
  });
});

describe('newEventId', () => {
  it('is a UUID of version 7 that sorts by time', () => {
    const times = [0, 1, 1_763_800_000_123, 1_763_800_000_124, 2 ** 47];
    const ids = times.map((time) => newEventId(time));
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...ids].sort()).toEqual(ids);
    expect(Number.parseInt(ids[2]!.replace('-', '').slice(0, 12), 16)).toBe(times[2]);
    expect(new Set(Array.from({ length: 1_000 }, () => newEventId(5))).size).toBe(1_000);
  });
});

describe('WriteBatcher', () => {
  const scope = { workspaceId: 'w' };
  const some = (count: number) => Array.from({ length: count }, () => ({}) as NewEvent);

  function held() {
    const writes: { events: number; done: () => void }[] = [];
    const batcher = new WriteBatcher<number>({
      write: (_, events) =>
        new Promise((resolve) => writes.push({ events: events.length, done: () => resolve(events.length) })),
      isOutage: () => false,
    });
    return { writes, batcher };
  }

  it('lets the first request go at once, and a second transaction beside it once there is enough for one', async () => {
    const { writes, batcher } = held();
    const first = batcher.submit(scope, some(1));
    await expect.poll(() => writes.map(({ events }) => events)).toEqual([1]);
    const others = Array.from({ length: 3 }, () => batcher.submit(scope, some(100)));
    await expect.poll(() => writes.map(({ events }) => events)).toEqual([1, 300]);
    for (const { done } of writes) done();
    expect(await Promise.all([first, ...others])).toEqual([1, 300, 300, 300]);
  });

  it('lets a small request wait for a transaction that is stuck only a moment', async () => {
    const { writes, batcher } = held();
    void batcher.submit(scope, some(1));
    await expect.poll(() => writes).toHaveLength(1);
    const second = batcher.submit(scope, some(1));
    await expect.poll(() => writes).toHaveLength(2);
    writes[1]!.done();
    expect(await second).toBe(1);
  });
});
