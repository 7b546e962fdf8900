import { describe, expect, it } from 'vitest';
import { allowedAgain, windowStart } from './cap-window.js';

const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString();

describe('the window of a limit', () => {
  it('moves with the clock', () => {
    const per = { kind: 'rolling', amount: 2, unit: 'days' } as const;
    expect(iso(windowStart(per, { now: at('2026-03-10T10:00Z'), zone: 'Asia/Seoul' }))).toBe(
      '2026-03-08T10:00:00.000Z',
    );
    expect(
      iso(allowedAgain(per, { blocking: at('2026-03-09T07:00Z'), now: at('2026-03-10T10:00Z'), zone: 'UTC' })),
    ).toBe('2026-03-11T07:00:00.000Z');
  });

  it.each([
    // 01:30 on the 10th where she lives.
    ['day', 'Asia/Seoul', '2026-03-09T16:30Z', '2026-03-09T15:00:00.000Z', '2026-03-10T15:00:00.000Z'],
    ['day', 'UTC', '2026-03-09T16:30Z', '2026-03-09T00:00:00.000Z', '2026-03-10T00:00:00.000Z'],
    // A day of 23 hours, and one of 25.
    ['day', 'Europe/Berlin', '2026-03-29T10:00Z', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['day', 'Europe/Berlin', '2026-10-25T10:00Z', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    // Midnight does not exist on this day.
    ['day', 'Africa/Cairo', '2026-04-24T10:00Z', '2026-04-23T22:00:00.000Z', '2026-04-24T21:00:00.000Z'],
    // Sunday still belongs to the week before.
    ['week', 'Asia/Seoul', '2026-03-15T14:59Z', '2026-03-08T15:00:00.000Z', '2026-03-15T15:00:00.000Z'],
  ] as const)('is the %s of the calendar in %s at %s', (unit, zone, now, start, end) => {
    const per = { kind: 'calendar', unit } as const;
    expect(iso(windowStart(per, { now: at(now), zone }))).toBe(start);
    expect(iso(allowedAgain(per, { blocking: at(now), now: at(now), zone }))).toBe(end);
  });
});
