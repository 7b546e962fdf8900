import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayText, instantOnClock, readClock, readDay } from '../clock-time.js';
import { isDueAt, scheduledDays, zonedTimes } from './index.js';
import type { Schedule, ZonedTime } from './index.js';

const zones = [
  'Pacific/Kiritimati',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'Asia/Seoul',
  'Asia/Kathmandu',
  'Europe/Berlin',
  'UTC',
  'America/New_York',
  'America/St_Johns',
  'Pacific/Pago_Pago',
  'Etc/GMT+12',
];
const daily = { zone: 'person', repeats: 'daily', every: 1 } as const;

function take(schedule: Schedule, after: string, until: string): ZonedTime[] {
  const found: ZonedTime[] = [];
  for (const each of zonedTimes({ schedule, zones, after: Date.parse(after) })) {
    if (each.at > Date.parse(until)) break;
    found.push(each);
  }
  return found;
}

it('goes round the world from UTC+14 to UTC−12, with the days overlapping', () => {
  const found = take({ ...daily, time: '09:00', start: '2026-12-01' }, '2026-11-30T00:00Z', '2026-12-02T21:00Z');
  const of = (day: string) =>
    found.filter((each) => dayText(each.day) === day).map(({ at }) => new Date(at).toISOString());
  expect(of('2026-12-01')[0]).toBe('2026-11-30T19:00:00.000Z');
  expect(of('2026-12-01').at(-1)).toBe('2026-12-01T21:00:00.000Z');
  expect(of('2026-12-02')[0]).toBe('2026-12-01T19:00:00.000Z');
  expect(found.map(({ at }) => at)).toEqual([...found.map(({ at }) => at)].sort((a, b) => a - b));
});

it('has each zone due at exactly one time of each day, in time, also zones that nobody thought of', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 20_500, max: 20_900 }).map(dayText),
      fc.constantFrom('00:00', '01:30', '02:30', '09:00', '23:45'),
      fc.constantFrom(...zones, 'Asia/Kolkata', 'Pacific/Chatham', 'Pacific/Marquesas', 'America/Santiago'),
      fc.integer({ min: -48, max: 48 }),
      (start, time, zone, hours) => {
        const schedule: Schedule = { ...daily, time, start, end: { kind: 'after', times: 4 } };
        const minutes = readClock(time) ?? Number.NaN;
        const all = [...zonedTimes({ schedule, zones, after: Date.parse(`${start}T00:00Z`) - 3 * 86_400_000 })];
        for (const day of scheduledDays(schedule)) {
          const due = all.filter((each) => each.day === day && isDueAt(each, { schedule, zone }));
          expect(due).toHaveLength(1);
          const own = instantOnClock({ day, minutes, zone });
          if (zones.includes(zone)) expect(due[0]?.at).toBe(own);
          else expect((due[0]?.at ?? 0) - own).toBeLessThanOrEqual(7 * 3_600_000);
        }
        // Asked again from any time: what is left of it.
        const after = (readDay(start) ?? 0) * 86_400_000 + hours * 3_600_000;
        expect([...zonedTimes({ schedule, zones, after })]).toEqual(all.filter(({ at }) => at > after));
      },
    ),
    { numRuns: 120, seed: 12 },
  );
});
