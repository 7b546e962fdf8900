import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayText, instantOnClock, localDayAt, readClock, readDay } from './clock-time.js';
import { offsetAt } from './instant-in.js';

const day = (text: string): number => readDay(text) ?? Number.NaN;
const at = (date: string, time: string, zone: string): string =>
  new Date(instantOnClock({ day: day(date), minutes: readClock(time) ?? Number.NaN, zone })).toISOString();

it.each([
  ['2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T01:00:00.000Z', 'jumped over: 03:00'],
  ['2026-03-29', '03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z', 'where they land'],
  ['2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z', 'twice: the first'],
  ['2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30:00.000Z', 'twice: the first'],
  ['2026-03-08', '02:30', 'America/New_York', '2026-03-08T07:00:00.000Z', 'jumped over: 03:00'],
  ['2026-10-04', '02:15', 'Australia/Lord_Howe', '2026-10-03T15:30:00.000Z', 'half an hour is jumped over: 02:30'],
  ['2026-04-05', '01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z', 'half an hour twice: the first'],
  ['2026-12-01', '09:00', 'Pacific/Kiritimati', '2026-11-30T19:00:00.000Z', 'UTC+14'],
  ['2026-12-01', '09:00', 'Pacific/Pago_Pago', '2026-12-01T20:00:00.000Z', 'UTC−11'],
  ['2026-12-01', '09:00', 'Asia/Kathmandu', '2026-12-01T03:15:00.000Z', 'UTC+5:45'],
  ['2026-12-01', '00:00', 'Asia/Seoul', '2026-11-30T15:00:00.000Z', 'midnight'],
  ['2011-12-30', '09:00', 'Pacific/Apia', '2011-12-30T10:00:00.000Z', 'a day that was left out: the next begins'],
  ['2026-09-06', '00:30', 'America/Santiago', '2026-09-06T04:00:00.000Z', 'midnight is jumped over: 01:00'],
])('%s %s in %s is %s (%s)', (date, time, zone, expected) => {
  expect(at(date, time, zone)).toBe(expected);
});

const zones = Intl.supportedValuesOf('timeZone');
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks show, as text that sorts. */
function shown(instant: number, zone: string): string {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' });
  formats.set(zone, format);
  return format.format(instant);
}

/** The plain model: the first minute at which the clocks show that time or a later one. */
function model(date: string, time: string, zone: string): number {
  const target = `${date} ${time}:00`;
  const wall = Date.parse(`${date}T${time}:00Z`);
  for (let instant = wall - 15 * 3_600_000; ; instant += 60_000) if (shown(instant, zone) >= target) return instant;
}

/** Days around the changes of a zone's clocks, and others. */
const cases = fc
  .record({
    zone: fc.constantFrom(...zones),
    year: fc.integer({ min: 1990, max: 2045 }),
    change: fc.boolean(),
    pick: fc.nat(),
    shift: fc.integer({ min: -1, max: 1 }),
    minutes: fc.oneof(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 0, max: 240 })),
  })
  .map(({ zone, year, change, pick, shift, minutes }) => {
    const first = day(`${year}-01-01`);
    const days = Array.from({ length: 365 }, (_, index) => first + index);
    const changing = days.filter(
      (each) => offsetAt(each * 86_400_000, zone) !== offsetAt((each + 1) * 86_400_000, zone),
    );
    const from = change && changing.length > 0 ? changing : days;
    const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
    return { zone, date: dayText((from[pick % from.length] ?? first) + shift), time };
  });

it('is the first minute at which the clocks show the time or have passed it, in every zone', () => {
  fc.assert(
    fc.property(cases, ({ zone, date, time }) => {
      expect(instantOnClock({ day: day(date), minutes: readClock(time) ?? Number.NaN, zone })).toBe(
        model(date, time, zone),
      );
    }),
    { numRuns: Number(process.env['WEND_CLOCK_RUNS'] ?? 150), seed: 12 },
  );
}, 60_000);

it('knows the day where somebody lives', () => {
  const late = Date.parse('2026-05-01T15:30:00Z');
  expect(dayText(localDayAt(late, 'Asia/Seoul'))).toBe('2026-05-02');
  expect(dayText(localDayAt(late, 'America/New_York'))).toBe('2026-05-01');
  expect(() => localDayAt(late, 'Mars/Olympus')).toThrow(RangeError);
});

it('takes only days and times that exist', () => {
  expect(readDay('2026-02-30')).toBeNull();
  expect(readDay('2026-2-3')).toBeNull();
  expect(readDay('2026/02/03')).toBeNull();
  expect(readClock('24:00')).toBeNull();
  expect(readClock('9:00')).toBeNull();
  expect(dayText(day('2028-02-29'))).toBe('2028-02-29');
});
