import { beforeEach, describe, expect, it } from 'vitest';
import { Circuits } from './circuits.js';
import type { CircuitFailure } from './circuits.js';

let now: number;
let circuits: Circuits;
beforeEach(() => {
  now = 1_000_000;
  circuits = new Circuits(() => now);
});

const failure = (over: Partial<CircuitFailure>): CircuitFailure => ({
  class: 'serverError',
  away: false,
  retryAfterSeconds: null,
  ...over,
});
const fail = (over: Partial<CircuitFailure> = {}, times = 1) => {
  for (let n = 0; n < times; n += 1) circuits.failed('a', failure(over));
};

describe('a connection', () => {
  it('is asked until several in a row failed, whatever they failed of', () => {
    fail({}, 4);
    expect(circuits.lets('a')).toBe(true);
    circuits.ok('a');
    fail({ class: 'timeout' }, 4);
    expect([circuits.lets('a'), circuits.state('a')]).toEqual([true, 'up']);
    fail({ class: 'network' });
    expect([circuits.lets('a'), circuits.state('a')]).toEqual([false, 'down']);
    expect(circuits.lets('b')).toBe(true);
  });

  it.each([{ away: true, class: 'network' as const }, { class: 'configuration' as const }])(
    'is down at once when it says so by itself: %o',
    (over) => {
      fail(over);
      expect(circuits.lets('a')).toBe(false);
    },
  );

  it('that refuses a message has answered', () => {
    fail({}, 4);
    fail({ class: 'rejected' });
    fail({}, 4);
    expect(circuits.lets('a')).toBe(true);
  });

  it('that is down is tried by one message at a time, and less often the longer it is down', () => {
    fail({ away: true });
    const pauses: number[] = [];
    for (let n = 0; n < 40; n += 1) {
      const before = now;
      while (!circuits.lets('a')) now += 50;
      pauses.push(now - before);
      circuits.begin('a');
      expect(circuits.lets('a')).toBe(false);
      fail({ away: true });
    }
    expect(pauses[0]).toBeLessThanOrEqual(500);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses.at(-1)).toBeLessThanOrEqual(30_050);
    now += 30_000;
    circuits.begin('a');
    circuits.ok('a');
    expect([circuits.lets('a'), circuits.state('a')]).toEqual([true, 'up']);
  });

  it('whose trial came to nothing that says anything is tried by the next', () => {
    fail({ away: true });
    now += 1_000;
    circuits.begin('a');
    circuits.drop('a');
    expect(circuits.lets('a')).toBe(true);
  });

  it('that asks to wait is left alone for so long, also when another message gets through meanwhile', () => {
    fail({ class: 'rateLimited', retryAfterSeconds: 7 });
    expect([circuits.lets('a'), circuits.state('a'), circuits.slowedFor('a')]).toEqual([false, 'slowed', 7_000]);
    circuits.ok('a');
    now += 6_999;
    expect(circuits.lets('a')).toBe(false);
    now += 1;
    expect([circuits.lets('a'), circuits.state('a'), circuits.slowedFor('a')]).toEqual([true, 'up', 0]);
  });
});
