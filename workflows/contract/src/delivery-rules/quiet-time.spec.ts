import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayText, readDay } from '../clock-time.js';
import { offsetAt } from '../instant-in.js';
import { isPublicHoliday } from './public-holidays.js';
import { quietHours } from './quiet.js';
import { coversTheWeek, quietAt, quietUntil } from './quiet-time.js';
import type { ClockWindow } from '../when/clock-windows.js';
import type { QuietTimes } from './quiet-time.js';

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const night = { windows: [{ days: everyDay, from: '21:00', to: '08:00' }] };
const until = (times: QuietTimes, now: string, zone: string): string | null => {
  const at = quietUntil(times, Date.parse(now), zone);
  return at === null ? null : new Date(at).toISOString();
};

it.each([
  ['2026-05-01T20:59:59+09:00', null],
  ['2026-05-01T20:59:59.999+09:00', null],
  ['2026-05-01T21:00:00+09:00', '2026-05-01T23:00:00.000Z'],
  ['2026-05-02T00:00:00+09:00', '2026-05-01T23:00:00.000Z'],
  ['2026-05-02T07:59:59+09:00', '2026-05-01T23:00:00.000Z'],
  ['2026-05-02T08:00:00+09:00', null],
])('the Korean night: at %s until %s', (now, expected) => {
  expect(until(night, now, 'Asia/Seoul')).toBe(expected);
});

it.each([
  ['2026-03-28T23:00:00Z', 'Europe/Berlin', '22:00', '02:30', '2026-03-29T01:00:00.000Z', 'its end is jumped over'],
  ['2026-10-25T00:10:00Z', 'Europe/Berlin', '22:00', '02:30', '2026-10-25T00:30:00.000Z', 'its end comes twice'],
  ['2026-10-25T01:10:00Z', 'Europe/Berlin', '22:00', '02:30', '2026-10-25T01:30:00.000Z', 'and the second time'],
  ['2026-10-25T00:40:00Z', 'Europe/Berlin', '22:00', '02:30', null, 'between the two'],
  ['2026-10-25T00:50:00Z', 'Europe/Berlin', '02:30', '05:00', '2026-10-25T01:00:00.000Z', 'clocks go back out of it'],
  ['2026-03-29T01:00:00Z', 'Europe/Berlin', '02:15', '02:45', null, 'all of it is jumped over'],
  ['2026-09-06T03:30:00Z', 'America/Santiago', '22:00', '00:30', '2026-09-06T04:00:00.000Z', 'midnight is jumped over'],
])('%s in %s, %s to %s: until %s (%s)', (now, zone, from, to, expected) => {
  expect(until({ windows: [{ days: everyDay, from, to }] }, now, zone)).toBe(expected);
});

it('joins windows that follow each other, and days that are quiet as a whole', () => {
  const french: QuietTimes = {
    windows: [
      { days: everyDay, from: '20:00', to: '08:00' },
      { days: [7], from: '00:00', to: '00:00' },
    ],
    holidays: 'FR',
  };
  // Saturday evening before Easter: Sunday and Easter Monday follow.
  expect(until(french, '2026-04-04T20:00:00+02:00', 'Europe/Paris')).toBe('2026-04-07T06:00:00.000Z');
  expect(quietAt(french, Date.parse('2026-04-06T12:00:00+02:00'), 'Europe/Paris')).toBe('public holiday');
  expect(until({ windows: [], dates: ['2026-12-31', '2027-01-01'] }, '2026-12-31T12:00:00Z', 'UTC')).toBe(
    '2027-01-02T00:00:00.000Z',
  );
});

it('knows the public holidays of France', () => {
  const year = Array.from({ length: 365 }, (_, index) => readDay('2027-01-01')! + index);
  expect(year.filter((day) => isPublicHoliday('FR', day)).map(dayText)).toEqual([
    '2027-01-01',
    '2027-03-29',
    '2027-05-01',
    '2027-05-06',
    '2027-05-08',
    '2027-05-17',
    '2027-07-14',
    '2027-08-15',
    '2027-11-01',
    '2027-11-11',
    '2027-12-25',
  ]);
});

it('refuses hours that never end', () => {
  const halves = [
    { days: everyDay, from: '08:00', to: '20:00' },
    { days: everyDay, from: '20:00', to: '08:00' },
  ];
  expect(quietHours.safeParse({ windows: halves }).error?.issues[0]?.message).toMatch(/never end/);
  expect(quietHours.safeParse({ windows: [halves[0], { ...halves[1], to: '07:59' }] }).success).toBe(true);
  expect(quietHours.safeParse({ windows: [{ days: everyDay, from: '00:00', to: '00:00' }] }).success).toBe(false);
  expect(quietHours.safeParse({ windows: [{ days: [1], from: '25:00', to: '08:00' }] }).success).toBe(false);
});

/** The plain model: what the clocks show, read as text. */
const formats = new Map<string, Intl.DateTimeFormat>();
function shown(at: number, zone: string): { day: string; weekday: number; time: string } {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' });
  formats.set(zone, format);
  const [day = '', time = ''] = format.format(at).split(' ');
  return { day, time, weekday: new Date(`${day}T00:00:00Z`).getUTCDay() || 7 };
}
function modelQuiet({ windows, dates = [] }: QuietTimes, at: number, zone: string): boolean {
  const { day, weekday, time } = shown(at, zone);
  const before = weekday === 1 ? 7 : weekday - 1;
  return (
    dates.includes(day) ||
    windows.some(({ days, from, to }) =>
      from < to
        ? days.includes(weekday) && time >= from && time < to
        : (days.includes(weekday) && time >= from) || (days.includes(before) && time < to),
    )
  );
}

const zones = Intl.supportedValuesOf('timeZone');
const clock = fc
  .oneof(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 0, max: 240 }), fc.constantFrom(0, 60, 120, 150, 180))
  .map((at) => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`);
const window: fc.Arbitrary<ClockWindow> = fc.record({
  days: fc.oneof(fc.constant(everyDay), fc.subarray(everyDay, { minLength: 1 })),
  from: clock,
  to: clock,
});
/** Instants around the changes of a zone's clocks, and others. */
const cases = fc
  .record({
    zone: fc.constantFrom(...zones),
    year: fc.integer({ min: 2005, max: 2035 }),
    change: fc.boolean(),
    pick: fc.nat(),
    shift: fc.integer({ min: -36 * 60, max: 12 * 60 }),
    second: fc.integer({ min: 0, max: 59 }),
    windows: fc.array(window, { minLength: 1, maxLength: 4 }),
    dated: fc.boolean(),
  })
  .map(({ zone, year, change, pick, shift, second, windows, dated }) => {
    const first = Date.UTC(year, 0, 1);
    const days = Array.from({ length: 365 }, (_, index) => first + index * 86_400_000);
    const changing = days.filter((at) => offsetAt(at, zone) !== offsetAt(at + 86_400_000, zone));
    const from = change && changing.length > 0 ? changing : days;
    const now = from[pick % from.length]! + shift * 60_000 + second * 1_000;
    return { zone, now, times: { windows, ...(dated && { dates: [shown(now + 43_200_000, zone).day] }) } };
  })
  .filter(({ times }) => !coversTheWeek(times.windows));

it('is the first minute at which the clocks show a time that is not quiet, in every zone', () => {
  fc.assert(
    fc.property(cases, ({ zone, now, times }) => {
      let at = now;
      while (modelQuiet(times, at, zone)) at = at === now ? Math.floor(now / 60_000) * 60_000 + 60_000 : at + 60_000;
      expect(quietUntil(times, now, zone)).toBe(at === now ? null : at);
    }),
    { numRuns: Number(process.env['WEND_CLOCK_RUNS'] ?? 200), seed: 13 },
  );
}, 60_000);
