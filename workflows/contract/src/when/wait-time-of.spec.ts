import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayText, readDay } from '../clock-time.js';
import { offsetAt } from '../instant-in.js';
import { dayAfter } from './calendar-steps.js';
import type { CalendarUnit } from './calendar-steps.js';
import { waitTimeOf } from './wait-time-of.js';
import type { DateShift, WaitTime, WhenAnswer } from './wait-time.js';

const at = (iso: string): number => Date.parse(iso);
const iso = (answer: WhenAnswer): string =>
  'at' in answer ? new Date(answer.at).toISOString() : `port ${answer.port}`;
const leapDay = 'february28' as const;

describe('so many days, weeks or months later', () => {
  const later = (amount: number, unit: CalendarUnit, time?: string): WaitTime => ({
    kind: 'after',
    amount,
    unit,
    ...(time === undefined ? {} : { time }),
    leapDay,
  });

  it.each([
    ['a day of 23 hours', '2026-03-28T08:15:30.500Z', 'Europe/Berlin', later(1, 'days'), '2026-03-29T07:15:30.500Z'],
    ['a day of 25 hours', '2026-10-24T07:15:00Z', 'Europe/Berlin', later(1, 'days'), '2026-10-25T08:15:00.000Z'],
    [
      'a time that is jumped over',
      '2026-03-28T01:30:00Z',
      'Europe/Berlin',
      later(1, 'days'),
      '2026-03-29T01:00:00.000Z',
    ],
    ['a time that comes twice', '2026-10-24T00:30:00Z', 'Europe/Berlin', later(1, 'days'), '2026-10-25T00:30:00.000Z'],
    ['from the second of two', '2026-10-25T01:30:00Z', 'Europe/Berlin', later(1, 'days'), '2026-10-26T01:30:00.000Z'],
    [
      'at another time of day',
      '2026-05-04T20:00:00Z',
      'Asia/Seoul',
      later(1, 'days', '09:00'),
      '2026-05-06T00:00:00.000Z',
    ],
    ['weeks', '2026-03-23T08:00:00Z', 'Europe/Berlin', later(1, 'weeks'), '2026-03-30T07:00:00.000Z'],
    ['a month', '2026-01-15T11:00:00Z', 'UTC', later(1, 'months'), '2026-02-15T11:00:00.000Z'],
    ['a month without that day', '2026-01-31T11:00:00Z', 'UTC', later(1, 'months'), '2026-02-28T11:00:00.000Z'],
    ['into a leap year', '2027-12-31T11:00:00Z', 'UTC', later(2, 'months'), '2028-02-29T11:00:00.000Z'],
    ['two years from 29 February', '2028-02-29T11:00:00Z', 'UTC', later(24, 'months'), '2030-02-28T11:00:00.000Z'],
    [
      'over a day that was left out',
      '2011-12-29T18:00:00Z',
      'Pacific/Apia',
      later(1, 'days'),
      '2011-12-30T10:00:00.000Z',
    ],
  ])('%s', (_, now, zone, time, expected) => {
    expect(iso(waitTimeOf({ time, now: at(now), zone }))).toBe(expected);
  });

  it('tells 29 February in other years by the policy of the step', () => {
    const time: WaitTime = { kind: 'after', amount: 12, unit: 'months', leapDay: 'march1' };
    expect(waitTimeOf({ time, now: at('2028-02-29T11:00:00Z'), zone: 'UTC' })).toEqual({
      of: 'after',
      zone: 'UTC',
      at: at('2029-03-01T11:00:00Z'),
      asked: '2029-03-01 11:00',
      adjusted: 'leapDay',
    });
  });

  it('says what was unusual about the time', () => {
    const now = at('2026-03-28T01:30:00Z');
    expect(waitTimeOf({ time: later(1, 'days'), now, zone: 'Europe/Berlin' })).toMatchObject({
      asked: '2026-03-29 02:30',
      adjusted: 'jumped',
    });
    expect(
      waitTimeOf({ time: later(1, 'days'), now: at('2026-10-24T00:30:00Z'), zone: 'Europe/Berlin' }),
    ).toMatchObject({
      adjusted: 'twice',
    });
    expect(waitTimeOf({ time: later(1, 'months'), now: at('2026-01-31T11:00:00Z'), zone: 'UTC' })).toMatchObject({
      adjusted: 'shortMonth',
    });
  });
});

describe('a window of the clock', () => {
  const office: WaitTime = { kind: 'window', windows: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }] };
  const night: WaitTime = { kind: 'window', windows: [{ days: [5], from: '22:00', to: '02:00' }] };
  const gap: WaitTime = { kind: 'window', windows: [{ days: [7], from: '02:15', to: '04:00' }] };

  it.each([
    [
      'Saturday evening in Tokyo: Monday 09:00 there',
      '2026-05-02T10:00:00Z',
      'Asia/Tokyo',
      office,
      '2026-05-04T00:00:00.000Z',
    ],
    ['within it', '2026-05-04T00:00:00Z', 'Asia/Tokyo', office, 'port next'],
    ['at its last millisecond', '2026-05-04T08:59:59.999Z', 'Asia/Tokyo', office, 'port next'],
    ['when it has closed', '2026-05-04T09:00:00Z', 'Asia/Tokyo', office, '2026-05-05T00:00:00.000Z'],
    ['over midnight, of the day before', '2026-05-02T00:30:00Z', 'Europe/London', night, 'port next'],
    [
      'that begins in an hour that is jumped over',
      '2026-03-28T12:00:00Z',
      'Europe/Berlin',
      gap,
      '2026-03-29T01:00:00.000Z',
    ],
  ])('%s', (_, now, zone, time, expected) => {
    expect(iso(waitTimeOf({ time, now: at(now), zone }))).toBe(expected);
  });

  it('says which', () => {
    expect(waitTimeOf({ time: office, now: at('2026-05-04T01:00:00Z'), zone: 'Asia/Tokyo' })).toEqual({
      of: 'window',
      zone: 'Asia/Tokyo',
      port: 'next',
      window: '09:00–18:00',
    });
  });
});

describe('a date', () => {
  const on = (
    shift: DateShift,
    more: Partial<Extract<WaitTime, { kind: 'date' }>> = {},
  ): Extract<WaitTime, { kind: 'date' }> => ({
    kind: 'date',
    of: { source: 'trait', path: 'renewal' },
    shift,
    repeats: 'once',
    leapDay,
    ...more,
  });
  const now = at('2026-05-01T12:00:00Z');
  const asked = (
    value: Parameters<typeof waitTimeOf>[0]['value'],
    time: WaitTime,
    zone = 'Europe/Berlin',
    from = now,
  ) => waitTimeOf({ time, value, now: from, zone });

  it.each([
    ['a day begins at midnight there', '2026-06-01', on({ amount: 0, unit: 'days' }), '2026-05-31T22:00:00.000Z'],
    ['a day at a time', '2026-06-01', on({ amount: 0, unit: 'days' }, { time: '09:00' }), '2026-06-01T07:00:00.000Z'],
    ['days before it', '2026-06-01', on({ amount: -3, unit: 'days' }, { time: '09:00' }), '2026-05-29T07:00:00.000Z'],
    [
      'a month before it',
      '2026-07-31',
      on({ amount: -1, unit: 'months' }, { time: '09:00' }),
      '2026-06-30T07:00:00.000Z',
    ],
    [
      'an hour before a moment',
      '2026-06-01T18:00:00+02:00',
      on({ amount: -1, unit: 'hours' }),
      '2026-06-01T15:00:00.000Z',
    ],
    ['a moment', 1_780_329_600, on({ amount: 0, unit: 'days' }), '2026-06-01T16:00:00.000Z'],
    [
      'a day after a moment, over a change',
      '2026-10-24T18:00:00+02:00',
      on({ amount: 1, unit: 'days' }),
      '2026-10-25T17:00:00.000Z',
    ],
    ['24 hours after it', '2026-10-24T18:00:00+02:00', on({ amount: 24, unit: 'hours' }), '2026-10-25T16:00:00.000Z'],
    ['a time without a zone', '2026-06-01T09:30', on({ amount: -30, unit: 'minutes' }), '2026-06-01T07:00:00.000Z'],
    ['the second of two hours', '2026-10-25T01:30:00Z', on({ amount: 0, unit: 'days' }), '2026-10-25T01:30:00.000Z'],
    [
      'the next of a list',
      ['2026-04-01', 'soon', '2026-08-01', '2026-06-01'],
      on({ amount: 0, unit: 'days' }),
      '2026-05-31T22:00:00.000Z',
    ],
  ])('%s', (_, value, time, expected) => {
    expect(iso(asked(value, time))).toBe(expected);
  });

  it('counts days by the calendar of the person, also at 00:30 at UTC+9', () => {
    const time = on({ amount: -1, unit: 'days' }, { time: '09:00' });
    expect(iso(asked('2026-06-02T00:30:00+09:00', time, 'Asia/Seoul'))).toBe('2026-06-01T00:00:00.000Z');
  });

  it.each([
    ['is past', '2026-04-30', { port: 'past', due: at('2026-04-29T22:00:00Z'), value: '2026-04-30' }],
    ['is no date', 'next week', { port: 'unreadable', why: 'noDate', value: 'next week' }],
    ['does not exist', '2026-02-30', { port: 'unreadable', why: 'noDate' }],
    ['is not there', undefined, { port: 'unreadable', why: 'missing' }],
    ['is empty', '', { port: 'unreadable', why: 'missing' }],
    ['is a yes', true, { port: 'unreadable', why: 'noDate' }],
    ['is beyond ten years', '9999-12-31', { port: 'unreadable', why: 'far' }],
    ['are all past', ['2025-01-01', '2026-04-30'], { port: 'past', value: '2026-04-30' }],
    ['is an empty list', [], { port: 'unreadable', why: 'noDate' }],
  ])('leaves by a way of its own when it %s', (_, value, expected) => {
    expect(asked(value, on({ amount: 0, unit: 'days' }))).toMatchObject(expected);
  });

  it.each([
    ['a birthday ahead', '1990-06-01', {}, '2026-06-01T07:00:00.000Z'],
    ['one of this year that was', '1990-04-30', {}, '2027-04-30T07:00:00.000Z'],
    ['one of today, before its time', '1990-05-01', { time: '16:00' }, '2026-05-01T14:00:00.000Z'],
    ['one of today, after it', '1990-05-01', {}, '2027-05-01T07:00:00.000Z'],
    ['a week before the next', '1990-05-05', { shift: { amount: -1, unit: 'weeks' } }, '2027-04-28T07:00:00.000Z'],
    ['a date that is still to come', '2029-03-01', {}, '2029-03-01T08:00:00.000Z'],
  ] as const)('%s, by the year', (_, value, more, expected) => {
    const time = on({ amount: 0, unit: 'days' }, { time: '09:00', repeats: 'yearly', ...more });
    expect(iso(asked(value, time))).toBe(expected);
  });

  it.each([
    ['february28', '2027-02-28T08:00:00.000Z'],
    ['march1', '2027-03-01T08:00:00.000Z'],
  ] as const)('a birthday on 29 February by the policy %s', (policy, expected) => {
    const time = on({ amount: 0, unit: 'days' }, { time: '09:00', repeats: 'yearly', leapDay: policy });
    const answer = asked('2000-02-29', time);
    expect(iso(answer)).toBe(expected);
    expect(answer.adjusted).toBe('leapDay');
    expect(iso(asked('2000-02-29', time, 'Europe/Berlin', at('2028-01-01T00:00:00Z')))).toBe(
      '2028-02-29T08:00:00.000Z',
    );
  });
});

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Africa/Casablanca',
  'UTC',
];
const formats = new Map<string, Intl.DateTimeFormat>();
/** What the clocks show, as text that sorts. */
function shown(instant: number, zone: string): string {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' });
  formats.set(zone, format);
  return format.format(instant);
}

const msPerDay = 86_400_000;
const years = { min: Date.UTC(2009, 0, 1) / msPerDay, max: Date.UTC(2037, 0, 1) / msPerDay };
/** The days on which the clocks of each zone are changed. */
const changes = new Map(
  zones.map((zone) => {
    const days = Array.from({ length: years.max - years.min }, (_, index) => (years.min + index) * msPerDay);
    return [zone, days.filter((day) => offsetAt(day, zone) !== offsetAt(day + msPerDay, zone))];
  }),
);
/** Any moment, and more often one within the days before a change of the clocks. */
const moments = fc
  .record({
    zone: fc.constantFrom(...zones),
    any: fc.integer(years),
    near: fc.boolean(),
    pick: fc.nat(),
    back: fc.integer({ min: 0, max: 3 }),
    minute: fc.integer({ min: 0, max: 1_439 }),
  })
  .map(({ zone, any, near, pick, back, minute }) => {
    const changing = changes.get(zone) ?? [];
    const day = near && changing.length > 0 ? changing[pick % changing.length]! - back * msPerDay : any * msPerDay;
    return { zone, now: day + minute * 60_000 };
  });

describe('in every zone', () => {
  it('so many days later the clocks show the same, or it is where they land', () => {
    fc.assert(
      fc.property(
        moments,
        fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 400 })),
        ({ zone, now }, amount) => {
          const answer = waitTimeOf({ time: { kind: 'after', amount, unit: 'days', leapDay }, now, zone });
          if (!('at' in answer)) throw new Error('It has a time.');
          const day = dayText((readDay(shown(now, zone).slice(0, 10)) ?? Number.NaN) + amount);
          const target = `${day} ${shown(now, zone).slice(11)}`;
          // The first minute at which the clocks show it or something later; no later one within the day before it.
          expect(shown(answer.at, zone) >= target).toBe(true);
          expect(shown(answer.at - 60_000, zone) < target).toBe(true);
          for (let hours = 1; hours < 24; hours += 1)
            expect(shown(answer.at - hours * 3_600_000, zone) < target).toBe(true);
          expect(answer.at).toBeGreaterThan(now);
        },
      ),
      { numRuns: 500 },
    );
  }, 60_000);

  it('a window is open when it says so, and was not before', () => {
    const clock = fc
      .integer({ min: 0, max: 95 })
      .map(
        (quarter) =>
          `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`,
      );
    const window = fc.record({
      days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      from: clock,
      to: clock,
    });
    fc.assert(
      fc.property(moments, window, ({ zone, now }, { days, from, to }) => {
        const open = (instant: number): boolean => {
          const text = shown(instant, zone);
          const time = text.slice(11, 16);
          const weekday = ((new Date(`${text.slice(0, 10)}T00:00Z`).getUTCDay() + 6) % 7) + 1;
          const before = weekday === 1 ? 7 : weekday - 1;
          if (from < to) return days.includes(weekday) && time >= from && time < to;
          return (days.includes(weekday) && time >= from) || (days.includes(before) && time < to);
        };
        const answer = waitTimeOf({ time: { kind: 'window', windows: [{ days, from, to }] }, now, zone });
        expect('port' in answer ? answer.port : 'wait').toBe(open(now) ? 'next' : 'wait');
        if ('port' in answer) return;
        expect(open(answer.at)).toBe(true);
        for (let instant = now; instant < answer.at; instant += 15 * 60_000) expect(open(instant)).toBe(false);
        expect(open(answer.at - 1)).toBe(false);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('a month later is the same day of it or its last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30_000 }), fc.integer({ min: -30, max: 30 }), (day, amount) => {
        const [year = 0, month = 0, ofMonth = 0] = dayText(day).split('-').map(Number);
        const first = new Date(Date.UTC(year, month - 1 + amount, 1));
        const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
        expect(dayText(dayAfter(day, { amount, unit: 'months', leapDay }))).toBe(
          `${first.toISOString().slice(0, 8)}${String(Math.min(ofMonth, length)).padStart(2, '0')}`,
        );
      }),
    );
  });
});

it.each(['Asia/Seoul', 'America/New_York', 'Pacific/Apia'])(
  'the zone of the machine changes nothing: TZ=%s',
  (TZ) => {
    const dist = new URL('../../dist/when/index.js', import.meta.url).href;
    const script = `
    const { waitTimeOf, nextOnClock } = await import(${JSON.stringify(dist)});
    const answers = [];
    for (const now of [Date.UTC(2026, 2, 28, 20, 30), Date.UTC(2026, 9, 24, 22, 30), Date.UTC(2028, 1, 29, 3)])
      for (const zone of ${JSON.stringify(zones)}) {
        answers.push(nextOnClock({ at: now, zone, time: '02:30', weekdays: [] }));
        for (const unit of ['days', 'months'])
          answers.push(waitTimeOf({ time: { kind: 'after', amount: 1, unit, leapDay: 'march1' }, now, zone }));
        answers.push(waitTimeOf({ time: { kind: 'window', windows: [{ days: [7], from: '01:00', to: '02:30' }] }, now, zone }));
        for (const value of ['2029-02-28', '2029-02-28T23:30', 1900000000, '1992-02-29T23:30:00Z'])
          answers.push(waitTimeOf({ time: { kind: 'date', of: { source: 'trait', path: 'x' }, shift: { amount: -1, unit: 'days' }, repeats: 'yearly', leapDay: 'march1' }, value, now, zone }));
      }
    process.stdout.write(JSON.stringify(answers));`;
    const answersIn = (zone: string): string =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        env: { ...process.env, TZ: zone },
        encoding: 'utf8',
      });
    expect(answersIn(TZ)).toBe(answersIn('UTC'));
  },
  60_000,
);
