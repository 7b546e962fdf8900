import { describe, expect, it } from 'vitest';
import { statesPassed } from './message-states.js';
import { maximumAttempts, verdictOn } from './retry.js';
import type { Failure } from './retry.js';

const failure = (change: Partial<Failure> = {}): Failure => ({
  class: 'serverError',
  handedOver: false,
  retryAfterSeconds: null,
  ...change,
});
const verdict = (
  change: Partial<Failure> = {},
  more: { attempt?: number; idempotent?: boolean; random?: number; bound?: boolean } = {},
) => verdictOn({ failure: failure(change), attempt: 1, idempotent: true, random: 0, ...more });

describe('the retry table', () => {
  it('waits longer each time, then gives up', () => {
    const waits = Array.from({ length: maximumAttempts }, (_, index) => verdict({}, { attempt: index + 1 }));
    expect(waits).toEqual([
      ...[5, 30, 120, 600, 3_600].map((inSeconds) => ({ kind: 'retry', inSeconds })),
      { kind: 'final', status: 'failed' },
    ]);
  });
  it('never comes back sooner than it was asked to, nor all at once', () => {
    expect(verdict({ class: 'rateLimited', retryAfterSeconds: 90 })).toEqual({ kind: 'retry', inSeconds: 90 });
    expect(verdict({ class: 'rateLimited', retryAfterSeconds: 1 })).toEqual({ kind: 'retry', inSeconds: 5 });
    expect(verdict({ class: 'rateLimited', retryAfterSeconds: 90 }, { random: 1 })).toEqual({
      kind: 'retry',
      inSeconds: 108,
    });
  });
  it.each(['timeout', 'network', 'serverError', 'rateLimited', 'configuration'] as const)(
    'tries again after %s',
    (name) => {
      expect(verdict({ class: name })).toMatchObject({ kind: 'retry' });
    },
  );
  it('waits a day for a receiver that is away, however often it looked', () => {
    for (const attempt of [1, 6, 100])
      expect(
        verdictOn({
          failure: failure({ class: 'network', away: true }),
          attempt,
          idempotent: false,
          random: 0,
          awaySeconds: 80_000,
        }),
      ).toEqual({ kind: 'wait' });
    expect(
      verdictOn({ failure: failure({ away: true }), attempt: 1, idempotent: true, random: 0, awaySeconds: 86_401 }),
    ).toEqual({ kind: 'final', status: 'failed' });
  });
  it('does not try again what was refused', () => {
    expect(verdict({ class: 'rejected' })).toEqual({ kind: 'final', status: 'failed' });
    expect(verdict({ class: 'badAddress' })).toEqual({ kind: 'final', status: 'bounced' });
  });
  it('asks again without an answer only where the key makes it one delivery', () => {
    expect(verdict({ class: 'timeout', handedOver: true })).toMatchObject({ kind: 'retry' });
    expect(verdict({ class: 'timeout', handedOver: true }, { idempotent: false })).toEqual({
      kind: 'final',
      status: 'unknown',
    });
    expect(verdict({ class: 'timeout', handedOver: false }, { idempotent: false })).toMatchObject({ kind: 'retry' });
  });
  it('never says that one failed which may have gone out', () => {
    const unknown = { kind: 'final', status: 'unknown' };
    expect(verdict({ class: 'timeout', handedOver: true }, { attempt: maximumAttempts })).toEqual(unknown);
    expect(verdict({ class: 'rejected' }, { bound: true })).toEqual(unknown);
    expect(verdict({ class: 'badAddress' }, { bound: true })).toEqual({ kind: 'final', status: 'bounced' });
  });
  it('waits no longer than a day, whatever it was asked for', () => {
    expect(verdict({ retryAfterSeconds: 1e13 })).toEqual({ kind: 'retry', inSeconds: 86_400 });
    expect(verdict({ retryAfterSeconds: 'soon' as unknown as number })).toEqual({ kind: 'retry', inSeconds: 5 });
  });
});

describe('the states of a message', () => {
  it('only go forward, through all in between', () => {
    expect(statesPassed('sending', 'delivered')).toEqual(['sent', 'delivered']);
    expect(statesPassed('sent', 'clicked')).toEqual(['delivered', 'opened', 'clicked']);
    expect(statesPassed('unknown', 'opened')).toEqual(['sent', 'delivered', 'opened']);
    expect(statesPassed('queued', 'suppressed')).toEqual(['suppressed']);
    expect(statesPassed('delivered', 'bounced')).toEqual(['bounced']);
    for (const [from, to] of [
      ['clicked', 'opened'],
      ['delivered', 'sent'],
      ['bounced', 'delivered'],
      ['suppressed', 'sent'],
      ['opened', 'failed'],
      ['delivered', 'unknown'],
      ['sent', 'sent'],
      ['failed', 'bounced'],
    ] as const)
      expect(statesPassed(from, to)).toEqual([]);
  });
});
