import { DateTime } from 'luxon';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestTime } from './best-time.js';
import type { Learned } from './best-time.js';
import { noHours } from './habits.js';

const hoursAt = (weights: Record<number, number>) => noHours.map((_, hour) => weights[hour] ?? 0);
const nothing: Learned = { hours: noHours, opens: 0, clicks: 0, visits: 0 };
const opens = (weights: Record<number, number>): Learned => ({ ...nothing, hours: hoursAt(weights), opens: 14 });
const ask = (options: Partial<Parameters<typeof bestTime>[0]> & { from: string }) => {
  const { from, ...rest } = options;
  const found = bestTime({
    own: nothing,
    everybody: noHours,
    at: Date.parse(from),
    withinHours: 24,
    zone: 'UTC',
    otherwise: null,
    ...rest,
  });
  return { ...found, at: new Date(found.at).toISOString() };
};

describe('the best time', () => {
  it('is the full hour that the person uses most, where they live', () => {
    expect(ask({ from: '2026-05-01T00:10:00Z', zone: 'Asia/Seoul', own: opens({ 20: 40, 8: 10 }) })).toMatchObject({
      at: '2026-05-01T11:00:00.000Z',
      hour: 20,
      from: 'own',
      confidence: 50 / 60,
      opens: 14,
    });
  });

  it('is a full hour of the clock also where that is at half past', () => {
    expect(ask({ from: '2026-05-01T00:10:00Z', zone: 'Asia/Kolkata', own: opens({ 20: 40 }) }).at).toBe(
      '2026-05-01T14:30:00.000Z',
    );
  });

  it('is the best of the hours that come in time, not of all', () => {
    const own = opens({ 20: 40, 11: 10 });
    expect(ask({ from: '2026-05-01T09:30:00Z', withinHours: 3, own }).at).toBe('2026-05-01T11:00:00.000Z');
    expect(ask({ from: '2026-05-01T18:00:00Z', withinHours: 2, own }).at).toBe('2026-05-01T20:00:00.000Z');
  });

  it('comes tomorrow when this hour has begun, so that a loop never goes round at once', () => {
    const own = opens({ 20: 40 });
    expect(ask({ from: '2026-05-01T20:00:00Z', own }).at).toBe('2026-05-02T20:00:00.000Z');
    expect(ask({ from: '2026-05-01T20:00:00.001Z', own }).at).toBe('2026-05-02T20:00:00.000Z');
    expect(ask({ from: '2026-05-01T19:59:59.999Z', own }).at).toBe('2026-05-01T20:00:00.000Z');
  });

  it('is the first of hours that are alike', () => {
    expect(ask({ from: '2026-05-01T10:00:00Z', own: opens({ 8: 20, 14: 20 }) }).hour).toBe(14);
    expect(ask({ from: '2026-05-01T15:00:00Z', own: opens({ 8: 20, 14: 20 }) }).hour).toBe(8);
  });

  it('is everybody’s for whom nothing is known, and says so', () => {
    expect(ask({ from: '2026-05-01T10:00:00Z', everybody: hoursAt({ 19: 800 }) })).toMatchObject({
      at: '2026-05-01T19:00:00.000Z',
      from: 'everybody',
      confidence: 0,
      opens: 0,
    });
  });

  it('is the time of day that was chosen for whom nothing is known, and never later than allowed', () => {
    const everybody = hoursAt({ 19: 800 });
    const otherwise = Date.parse('2026-05-01T18:30:00Z');
    expect(ask({ from: '2026-05-01T10:00:00Z', everybody, otherwise })).toMatchObject({
      at: '2026-05-01T18:30:00.000Z',
      hour: 18,
      from: 'fallback',
    });
    expect(ask({ from: '2026-05-01T10:00:00Z', everybody, otherwise, withinHours: 6 }).at).toBe(
      '2026-05-01T16:00:00.000Z',
    );
    expect(ask({ from: '2026-05-01T10:00:00Z', everybody, otherwise, own: opens({ 12: 5 }) }).from).toBe('own');
  });

  it('is the next full hour where nobody did anything yet', () => {
    expect(ask({ from: '2026-05-01T10:20:00Z' })).toMatchObject({ at: '2026-05-01T11:00:00.000Z', from: 'fallback' });
  });
});

describe('where the clocks are moved', () => {
  it('leaves out the hour that does not come, and takes the next best', () => {
    expect(
      ask({ from: '2026-03-29T00:30:00Z', withinHours: 6, zone: 'Europe/Berlin', own: opens({ 2: 40, 5: 30 }) }),
    ).toMatchObject({ hour: 5, at: '2026-03-29T03:00:00.000Z' });
  });

  it('takes an hour that comes twice the first time', () => {
    const own = opens({ 2: 40 });
    expect(ask({ from: '2026-10-24T23:30:00Z', zone: 'Europe/Berlin', own }).at).toBe('2026-10-25T00:00:00.000Z');
  });

  it('finds the hour of a day of 25 hours within 24', () => {
    expect(ask({ from: '2026-10-24T21:30:00Z', zone: 'Europe/Berlin', own: opens({ 22: 40 }) }).at).toBe(
      '2026-10-25T21:00:00.000Z',
    );
  });

  it('begins the hour where the clock lands on Lord Howe Island, which moves it by half of one', () => {
    expect(ask({ from: '2026-10-03T14:45:00Z', zone: 'Australia/Lord_Howe', own: opens({ 2: 40 }) })).toMatchObject({
      hour: 2,
      at: '2026-10-03T15:30:00.000Z',
    });
  });

  it('is always later, in time, and at the hour that it says, whenever and wherever', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 0) }),
        fc.integer({ min: 1, max: 24 }),
        fc.constantFrom('Asia/Kathmandu', 'America/Havana', 'Europe/Berlin', 'Australia/Lord_Howe', 'Mars/Olympus'),
        fc.array(fc.nat(20), { minLength: 24, maxLength: 24 }),
        (at, withinHours, zone, hours) => {
          const found = bestTime({
            own: { ...nothing, hours },
            everybody: noHours,
            at,
            withinHours,
            zone,
            otherwise: null,
          });
          const local = DateTime.fromMillis(found.at, { zone: zone.startsWith('Mars') ? 'utc' : zone });
          expect(found.at).toBeGreaterThan(at);
          // Where the clocks go back, an hour may take two: then the next one is later than allowed.
          expect(found.at).toBeLessThanOrEqual(at + Math.max(withinHours, 2) * 3_600_000);
          expect(local.hour).toBe(found.hour);
        },
      ),
      { numRuns: 300 },
    );
  });
});
