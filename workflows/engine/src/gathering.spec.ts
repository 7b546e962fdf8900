import fc from 'fast-check';
import type { ArmCount, GatheredEvent } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { completionOf, Gathering } from './gathering.js';

const event = (id: string, arm: number): GatheredEvent => ({
  arm,
  event: { id, name: id, time: 0, properties: {}, mark: { position: id, snapshot: '', time: 0 } },
});
const all = (...counts: [number, number][]): ArmCount[] => counts.map(([arm, times]) => ({ arm, times }));

describe('Gathering', () => {
  it('is complete with the last of what must come together, in whatever order, and tells what it took', () => {
    const gathering = new Gathering([all([0, 2], [1, 1])]);
    const seen = [event('1', 0), event('2', 1), event('3', 0)];
    expect(seen.map((each) => gathering.add(each)?.gathered.map(({ event: { id } }) => id) ?? null)).toEqual([
      null,
      null,
      ['1', '2', '3'],
    ]);
  });

  it('counts an event once for an arm, however often it is told', () => {
    const gathering = new Gathering([all([0, 2])]);
    expect([event('1', 0), event('1', 0), event('2', 0)].map((each) => gathering.add(each) !== null)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('takes of two ways that are complete at once the first', () => {
    expect(new Gathering([all([0, 2]), all([0, 1])]).add(event('1', 0))?.way).toBe(1);
    expect(new Gathering([all([1, 1]), all([0, 1]), all([0, 1])]).add(event('1', 0))?.way).toBe(1);
  });
});

it('what was gathered for a way completes that way again, and nothing less does', () => {
  const count = fc.record({ arm: fc.nat(2), times: fc.integer({ min: 1, max: 3 }) });
  const ways = fc.array(fc.uniqueArray(count, { minLength: 1, maxLength: 3, selector: ({ arm }) => arm }), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(
    fc.property(ways, fc.array(fc.nat(2), { maxLength: 12 }), (asked, arms) => {
      const gathering = new Gathering(asked);
      const completion = arms.map((arm, at) => gathering.add(event(String(at), arm))).find((each) => each !== null);
      if (!completion) return;
      expect(completionOf(asked, completion.gathered)).toEqual(completion);
      expect(completionOf(asked, completion.gathered.slice(0, -1))).toBeNull();
    }),
  );
});
