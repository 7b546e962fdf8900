import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayFromNumber, dayText, readDay } from '../clock-time.js';
import { nextOccurrences, scheduledDays, scheduleProblems, scheduleWords } from './index.js';
import type { Schedule } from './index.js';

const base = { zone: 'workspace', time: '09:00' } as const;
const day = (text: string): number => readDay(text) ?? Number.NaN;

function first(schedule: Schedule, count: number, from?: string): string[] {
  const found: string[] = [];
  for (const each of scheduledDays(schedule, from === undefined ? undefined : day(from))) {
    if (found.length === count) break;
    found.push(dayText(each));
  }
  return found;
}

describe('days', () => {
  it('once is once', () => {
    const once: Schedule = { ...base, repeats: 'once', start: '2026-12-24' };
    expect(first(once, 5)).toEqual(['2026-12-24']);
    expect(first(once, 5, '2026-12-25')).toEqual([]);
  });

  it('every third day is counted from the start, wherever one looks', () => {
    const schedule: Schedule = { ...base, repeats: 'daily', every: 3, start: '2026-02-26' };
    expect(first(schedule, 3)).toEqual(['2026-02-26', '2026-03-01', '2026-03-04']);
    expect(first(schedule, 2, '2026-03-02')).toEqual(['2026-03-04', '2026-03-07']);
  });

  it('every second week, with the days of the first week that are still ahead', () => {
    // A Wednesday.
    const schedule: Schedule = { ...base, repeats: 'weekly', every: 2, weekdays: [1, 5], start: '2026-12-02' };
    expect(first(schedule, 4)).toEqual(['2026-12-04', '2026-12-14', '2026-12-18', '2026-12-28']);
  });

  it('days of the month: the last one, and what short months do', () => {
    const monthly = { ...base, repeats: 'monthly', every: 1, start: '2027-01-15' } as const;
    expect(first({ ...monthly, days: [31], shortMonths: 'lastDay' }, 4)).toEqual([
      '2027-01-31',
      '2027-02-28',
      '2027-03-31',
      '2027-04-30',
    ]);
    expect(first({ ...monthly, days: [31], shortMonths: 'skip' }, 3)).toEqual([
      '2027-01-31',
      '2027-03-31',
      '2027-05-31',
    ]);
    // Both fall on the last day of February: once.
    expect(first({ ...monthly, days: [0, 31, 30], shortMonths: 'lastDay' }, 4)).toEqual([
      '2027-01-30',
      '2027-01-31',
      '2027-02-28',
      '2027-03-30',
    ]);
    expect(first({ ...monthly, every: 12, days: [29], shortMonths: 'skip', start: '2096-02-29' }, 3)).toEqual([
      '2096-02-29',
      '2104-02-29',
      '2108-02-29',
    ]);
  });

  it('the second Tuesday and the last Friday', () => {
    const monthly = { ...base, repeats: 'monthlyWeekday', every: 1, start: '2026-12-01' } as const;
    expect(first({ ...monthly, nth: 2, weekday: 2 }, 3)).toEqual(['2026-12-08', '2027-01-12', '2027-02-09']);
    expect(first({ ...monthly, nth: 0, weekday: 5 }, 3)).toEqual(['2026-12-25', '2027-01-29', '2027-02-26']);
  });

  it('ends on a day, or after so many times from its start', () => {
    const daily = { ...base, repeats: 'daily', every: 1, start: '2026-12-30' } as const;
    expect(first({ ...daily, end: { kind: 'on', day: '2027-01-01' } }, 9)).toEqual([
      '2026-12-30',
      '2026-12-31',
      '2027-01-01',
    ]);
    expect(first({ ...daily, end: { kind: 'after', times: 3 } }, 9, '2027-01-01')).toEqual(['2027-01-01']);
    expect(first({ ...daily, end: { kind: 'after', times: 3 } }, 9, '2027-01-02')).toEqual([]);
  });
});

const weekday = fc.integer({ min: 1, max: 7 });
const end = fc.option(
  fc.oneof(
    fc.record({ kind: fc.constant('after' as const), times: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ kind: fc.constant('on' as const), day: fc.integer({ min: 20_000, max: 22_000 }).map(dayText) }),
  ),
  { nil: undefined },
);
const common = fc.record({
  zone: fc.constant('workspace' as const),
  time: fc.constantFrom('00:00', '01:30', '02:30', '09:00', '23:59'),
  start: fc.integer({ min: 20_000, max: 21_500 }).map(dayText),
  end,
  every: fc.integer({ min: 1, max: 5 }),
});
const repeats = fc.oneof(
  fc.record({ repeats: fc.constant('daily' as const) }),
  fc.record({
    repeats: fc.constant('weekly' as const),
    weekdays: fc.uniqueArray(weekday, { minLength: 1 }),
  }),
  fc.record({
    repeats: fc.constant('monthly' as const),
    days: fc.uniqueArray(fc.integer({ min: 0, max: 31 }), { minLength: 1, maxLength: 5 }),
    shortMonths: fc.constantFrom('skip' as const, 'lastDay' as const),
  }),
  fc.record({ repeats: fc.constant('monthlyWeekday' as const), nth: fc.integer({ min: 0, max: 4 }), weekday }),
);
const schedules = fc.tuple(common, repeats).map(([one, other]) => {
  const { end: last, ...rest } = { ...one, ...other };
  return (last === undefined ? rest : { ...rest, end: last }) as Exclude<Schedule, { repeats: 'once' }>;
});

/** The plain model: asks every day of some years whether it is one, and counts. */
function modelDays(schedule: Exclude<Schedule, { repeats: 'once' }>, until: number): number[] {
  const start = day(schedule.start);
  const found: number[] = [];
  const monthOf = (each: number): number => dayFromNumber(each).year * 12 + dayFromNumber(each).month;
  const mondayOf = (each: number): number => each - ((new Date(each * 86_400_000).getUTCDay() + 6) % 7);
  const isOne = (each: number): boolean => {
    const { month, day: ofMonth } = dayFromNumber(each);
    const isLast = dayFromNumber(each + 1).month !== month;
    const dayOfWeek = new Date(each * 86_400_000).getUTCDay() || 7;
    switch (schedule.repeats) {
      case 'daily':
        return (each - start) % schedule.every === 0;
      case 'weekly':
        return ((mondayOf(each) - mondayOf(start)) / 7) % schedule.every === 0 && schedule.weekdays.includes(dayOfWeek);
      case 'monthly':
        return (
          (monthOf(each) - monthOf(start)) % schedule.every === 0 &&
          (schedule.days.includes(ofMonth) ||
            (isLast && schedule.days.includes(0)) ||
            (isLast && schedule.shortMonths === 'lastDay' && schedule.days.some((wanted) => wanted > ofMonth)))
        );
      case 'monthlyWeekday':
        return (
          (monthOf(each) - monthOf(start)) % schedule.every === 0 &&
          dayOfWeek === schedule.weekday &&
          (schedule.nth === 0 ? dayFromNumber(each + 7).month !== month : Math.ceil(ofMonth / 7) === schedule.nth)
        );
    }
  };
  for (let each = start; each <= until; each += 1) {
    if (schedule.end?.kind === 'on' && each > day(schedule.end.day)) break;
    if (schedule.end?.kind === 'after' && found.length >= schedule.end.times) break;
    if (isOne(each)) found.push(each);
  }
  return found;
}

it('has the days that a look at every day of the calendar finds, from wherever one looks', () => {
  fc.assert(
    fc.property(schedules, fc.integer({ min: 19_900, max: 22_400 }), (schedule, from) => {
      const until = 22_500;
      const found: number[] = [];
      for (const each of scheduledDays(schedule, from)) {
        if (each > until) break;
        found.push(each);
      }
      expect(found).toEqual(modelDays(schedule, until).filter((each) => each >= from));
    }),
    { numRuns: 400, seed: 12 },
  );
});

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Seoul', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'];

it('happens once per day of its own, in order, whenever one asks', () => {
  fc.assert(
    fc.property(
      schedules,
      fc.constantFrom(...zones, 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Santiago'),
      fc.integer({ min: 19_990, max: 22_400 }),
      (schedule, zone, from) => {
        const all = nextOccurrences({ schedule, zone, after: from * 86_400_000, limit: 40 });
        expect(new Set(all.map((each) => each.day)).size).toBe(all.length);
        expect(all.map(({ at }) => at)).toEqual([...all.map(({ at }) => at)].sort((a, b) => a - b));
        // Asked again from each of them: what is left, and nothing twice.
        const third = all[2];
        if (third)
          expect(nextOccurrences({ schedule, zone, after: third.at, limit: all.length - 3 })).toEqual(all.slice(3));
      },
    ),
    { numRuns: 200, seed: 12 },
  );
});

it('fires once on days of a clock change', () => {
  const daily = { ...base, repeats: 'daily', every: 1 } as const;
  const at = (schedule: Schedule, zone: string): string[] =>
    nextOccurrences({ schedule, zone, after: Date.parse(`${schedule.start}T00:00Z`) - 86_400_000, limit: 3 }).map(
      (each) => new Date(each.at).toISOString(),
    );
  expect(at({ ...daily, time: '02:30', start: '2026-03-28' }, 'Europe/Berlin')).toEqual([
    '2026-03-28T01:30:00.000Z',
    '2026-03-29T01:00:00.000Z',
    '2026-03-30T00:30:00.000Z',
  ]);
  expect(at({ ...daily, time: '01:30', start: '2026-10-31' }, 'America/New_York')).toEqual([
    '2026-10-31T05:30:00.000Z',
    '2026-11-01T05:30:00.000Z',
    '2026-11-02T06:30:00.000Z',
  ]);
  // Samoa had no 30 December 2011: its midnight and the next are one instant.
  expect(at({ ...daily, time: '00:00', start: '2011-12-29' }, 'Pacific/Apia')).toEqual([
    '2011-12-29T10:00:00.000Z',
    '2011-12-30T10:00:00.000Z',
    '2011-12-31T10:00:00.000Z',
  ]);
});

it('says what cannot be', () => {
  expect(scheduleProblems({ ...base, repeats: 'once', start: '2026-02-30' })).toMatchObject([{ path: 'start' }]);
  expect(
    scheduleProblems({
      ...base,
      repeats: 'daily',
      every: 1,
      start: '2026-05-01',
      end: { kind: 'on', day: '2026-04-30' },
    }),
  ).toEqual([{ path: 'end', message: 'The last day is before the first.' }]);
  // 31 February, looked for in each February.
  expect(
    scheduleProblems({
      ...base,
      repeats: 'monthly',
      every: 12,
      days: [31],
      shortMonths: 'skip',
      start: '2026-02-01',
    }),
  ).toMatchObject([{ message: 'No such day comes: change the days, the start or the end.' }]);
  expect(scheduleProblems({ ...base, repeats: 'weekly', every: 1, weekdays: [], start: '2026-02-01' })).toMatchObject([
    { path: 'weekdays' },
  ]);
});

it.each<[Schedule, string]>([
  [{ ...base, repeats: 'once', start: '2026-12-01' }, 'on 1 Dec 2026 at 09:00'],
  [{ ...base, repeats: 'daily', every: 1, start: '2026-12-01' }, 'every day at 09:00'],
  [
    { ...base, repeats: 'weekly', every: 2, weekdays: [1, 5], start: '2026-12-01', end: { kind: 'after', times: 4 } },
    'every 2 weeks on Monday and Friday at 09:00, 4 times',
  ],
  [
    { ...base, repeats: 'weekly', every: 1, weekdays: [5, 4, 3, 2, 1], start: '2026-12-01' },
    'Monday to Friday at 09:00',
  ],
  [
    { ...base, repeats: 'monthly', every: 1, days: [0, 1, 22], shortMonths: 'skip', start: '2026-12-01' },
    'every month on the 1st, 22nd and last day at 09:00',
  ],
  [
    {
      ...base,
      repeats: 'monthlyWeekday',
      every: 1,
      nth: 0,
      weekday: 5,
      start: '2026-12-01',
      end: { kind: 'on', day: '2027-05-31' },
    },
    'every month on the last Friday at 09:00, until 31 May 2027',
  ],
])('says %j in words', (schedule, words) => {
  expect(scheduleWords(schedule)).toBe(words);
});
