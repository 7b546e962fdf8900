import fc from 'fast-check';
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
    // Midnight comes twice on this day.
    ['day', 'America/Havana', '2026-11-01T10:00Z', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
    ['day', 'America/Havana', '2026-10-31T10:00Z', '2026-10-31T04:00:00.000Z', '2026-11-01T04:00:00.000Z'],
    // Sunday still belongs to the week before.
    ['week', 'Asia/Seoul', '2026-03-15T14:59Z', '2026-03-08T15:00:00.000Z', '2026-03-15T15:00:00.000Z'],
  ] as const)('is the %s of the calendar in %s at %s', (unit, zone, now, start, end) => {
    const per = { kind: 'calendar', unit } as const;
    expect(iso(windowStart(per, { now: at(now), zone }))).toBe(start);
    expect(iso(allowedAgain(per, { blocking: at(now), now: at(now), zone }))).toBe(end);
  });

  it('is what a calendar on the wall says, quarter by quarter of an hour, over changes of clocks', () => {
    const zones = [
      'UTC',
      'America/Havana',
      'Atlantic/Azores',
      'Africa/Cairo',
      'Asia/Beirut',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'America/Scoresbysund',
      'Pacific/Chatham',
    ];
    const minute = 60_000;
    // Offsets are whole quarters of an hour.
    const quarter = 15 * minute;
    const days = (zone: string) => {
      const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
      return (ms: number) => format.format(ms);
    };
    const monday = (day: string) => {
      const date = Date.parse(`${day}T00:00Z`);
      return date - ((new Date(date).getUTCDay() + 6) % 7) * 86_400_000;
    };
    // Near the changes of clocks of 2026, where days are not 24 hours.
    const changes = ['2026-03-08', '2026-03-29', '2026-04-05', '2026-04-24', '2026-09-27', '2026-10-04', '2026-10-25'];
    const near = fc
      .tuple(fc.constantFrom(...changes, '2026-10-30', '2026-11-01'), fc.integer({ min: -1_500, max: 2_900 }))
      .map(([day, minutes]) => at(`${day}T00:00Z`) + minutes * minute);
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom('day' as const, 'week' as const),
        near,
        (zone, unit, now) => {
          const dayOf = days(zone);
          const keyOf = (ms: number) => (unit === 'day' ? dayOf(ms) : monday(dayOf(ms)));
          const today = keyOf(now);
          let start = Math.floor(now / quarter) * quarter;
          let end = start;
          while (keyOf(start - quarter) === today) start -= quarter;
          while (keyOf(end) === today) end += quarter;
          const per = { kind: 'calendar', unit } as const;
          expect([
            zone,
            iso(now),
            iso(windowStart(per, { now, zone })),
            iso(allowedAgain(per, { blocking: now, now, zone })),
          ]).toEqual([zone, iso(now), iso(start), iso(end)]);
        },
      ),
      { numRuns: 100 },
    );
  });
});
