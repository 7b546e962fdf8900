import { dayFromNumber, dayText, readClock, readDay } from '../clock-time.js';
import { isObject } from '../is-object.js';
import { dayNumber } from '../read-date.js';

/**
 * When something recurs, in days of the calendar and a time on the clock. It is the same everywhere; a zone makes
 * instants of it.
 * - `start`: the day of `once`, the first possible day of the others, `YYYY-MM-DD`. Weeks and months are counted from it.
 * - `every`: each such day, week or month, or each n-th of them.
 * - `weekdays`: 1 is Monday; weeks begin on Monday.
 * - `days`: days of the month; 0 is its last day. In months that are too short for one `shortMonths` decides.
 * - `nth` and `weekday`: such as the second Tuesday; 0 is the last.
 * - `end`: the last possible day, or how often it happens; absent: it goes on.
 */
export type Schedule = {
  zone: 'workspace' | 'person';
  time: string;
  start: string;
  end?: { kind: 'on'; day: string } | { kind: 'after'; times: number };
} & (
  | { repeats: 'once' }
  | { repeats: 'daily'; every: number }
  | { repeats: 'weekly'; every: number; weekdays: number[] }
  | { repeats: 'monthly'; every: number; days: number[]; shortMonths: 'lastDay' | 'skip' }
  | { repeats: 'monthlyWeekday'; every: number; nth: number; weekday: number }
);
export type Repeats = Schedule['repeats'];

/** Longer than any schedule pauses: 29 February is eight years away around 2100, and months count by up to 99. */
const longestPauseDays = 366 * 100;

/**
 * The days on which a schedule happens, counted from 1970-01-01, in order, from `from` on. A generator: schedules may go
 * on for ever.
 */
export function* scheduledDays(schedule: Schedule, from = Number.NEGATIVE_INFINITY): Generator<number> {
  const start = readDay(schedule.start);
  if (start === null) return;
  if (schedule.repeats === 'once') {
    if (start >= from) yield start;
    return;
  }
  const { end } = schedule;
  const last = end?.kind === 'on' ? (readDay(end.day) ?? Number.NEGATIVE_INFINITY) : Number.POSITIVE_INFINITY;
  // What is counted is counted from the start.
  const limit = end?.kind === 'after' ? end.times : Number.POSITIVE_INFINITY;
  const step = Number.isFinite(limit) ? start : Math.max(start, from);
  let count = 0;
  for (const day of recurringDays({ schedule, start, from: step })) {
    if (day > last || count >= limit) return;
    count += 1;
    if (day >= from) yield day;
  }
}

type Recurring = { schedule: Exclude<Schedule, { repeats: 'once' }>; start: number; from: number };

/** All of them from `from` on, which is not before `start`. Ends when none comes for a hundred years. */
function* recurringDays({ schedule, start, from }: Recurring): Generator<number> {
  const period = periods[schedule.repeats];
  const first = period.numberOf(start);
  const every = Math.max(1, Math.trunc(schedule.every));
  let number = first + Math.ceil((period.numberOf(from) - first) / every) * every;
  // The period in which `from` lies may be one of them.
  if (number > first) number -= every;
  let idle = period.firstDay(number);
  for (; period.firstDay(number) - idle < longestPauseDays; number += every)
    for (const day of daysIn(schedule, number)) {
      if (day < from || day < start) continue;
      idle = day;
      yield day;
    }
}

type Period = { numberOf: (day: number) => number; firstDay: (number: number) => number };
const months: Period = {
  numberOf: (day) => {
    const { year, month } = dayFromNumber(day);
    return year * 12 + month - 1;
  },
  firstDay: (number) => dayNumber({ year: Math.floor(number / 12), month: (number % 12) + 1, day: 1 }),
};
/** Days since 1970, weeks from Monday (1970-01-01 was a Thursday), months since the year 0. */
const periods: Record<Exclude<Repeats, 'once'>, Period> = {
  daily: { numberOf: (day) => day, firstDay: (number) => number },
  weekly: { numberOf: (day) => Math.floor((day + 3) / 7), firstDay: (number) => number * 7 - 3 },
  monthly: months,
  monthlyWeekday: months,
};

function daysIn(schedule: Recurring['schedule'], number: number): number[] {
  switch (schedule.repeats) {
    case 'daily':
      return [number];
    case 'weekly':
      return sorted(schedule.weekdays.map((weekday) => periods.weekly.firstDay(number) + weekday - 1));
    case 'monthly': {
      const first = months.firstDay(number);
      const length = months.firstDay(number + 1) - first;
      return sorted(
        schedule.days.flatMap((day) => {
          if (day >= 1 && day <= length) return [first + day - 1];
          return day === 0 || schedule.shortMonths === 'lastDay' ? [first + length - 1] : [];
        }),
      );
    }
    case 'monthlyWeekday': {
      const first = months.firstDay(number);
      const next = months.firstDay(number + 1);
      if (schedule.nth === 0) return [next - 1 - ((weekdayOf(next - 1) - schedule.weekday + 7) % 7)];
      const day = first + ((schedule.weekday - weekdayOf(first) + 7) % 7) + (schedule.nth - 1) * 7;
      return day < next ? [day] : [];
    }
  }
}

function sorted(days: number[]): number[] {
  return [...new Set(days)].sort((a, b) => a - b);
}

/** 1 is Monday. */
function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** The settings of a form as a schedule; null while they do not say one that can be. */
export function readSchedule(value: unknown): Schedule | null {
  if (!isObject(value)) return null;
  const { zone, repeats, time, start, end, every, nth, weekday, weekdays, days, shortMonths } = value;
  const whole = (number: unknown, least: number, most: number): boolean =>
    Number.isInteger(number) && Number(number) >= least && Number(number) <= most;
  const all = (list: unknown, least: number, most: number): boolean =>
    Array.isArray(list) && list.every((each) => whole(each, least, most));
  const fits: Record<Repeats, boolean> = {
    once: true,
    daily: whole(every, 1, mostEvery),
    weekly: whole(every, 1, mostEvery) && all(weekdays, 1, 7),
    monthly: whole(every, 1, mostEvery) && all(days, 0, 31) && (shortMonths === 'lastDay' || shortMonths === 'skip'),
    monthlyWeekday: whole(every, 1, mostEvery) && whole(nth, 0, 4) && whole(weekday, 1, 7),
  };
  const ends =
    end === undefined ||
    (isObject(end) && (end['kind'] === 'on' || (end['kind'] === 'after' && whole(end['times'], 1, mostTimes))));
  const shaped =
    (zone === 'workspace' || zone === 'person') &&
    typeof repeats === 'string' &&
    Object.hasOwn(fits, repeats) &&
    fits[repeats as Repeats] &&
    typeof time === 'string' &&
    typeof start === 'string' &&
    ends;
  const schedule = value as Schedule;
  return shaped && scheduleProblems(schedule).length === 0 ? schedule : null;
}

/** Each so many days, weeks or months at most. */
export const mostEvery = 99;
/** So often at most, where how often is said. */
export const mostTimes = 1_000;

/** What is wrong with a schedule that has the right shape, by field. */
export function scheduleProblems(schedule: Schedule): { path: string; message: string }[] {
  const problems: ReturnType<typeof scheduleProblems> = [];
  const start = readDay(schedule.start);
  if (start === null) problems.push({ path: 'start', message: 'Choose a day that exists.' });
  if (readClock(schedule.time) === null)
    problems.push({ path: 'time', message: 'Enter a time as HH:MM, from 00:00 to 23:59.' });
  if (schedule.repeats === 'weekly' && schedule.weekdays.length === 0)
    problems.push({ path: 'weekdays', message: 'Choose at least one weekday.' });
  if (schedule.repeats === 'monthly' && schedule.days.length === 0)
    problems.push({ path: 'days', message: 'Choose at least one day of the month.' });
  const end = schedule.repeats !== 'once' && schedule.end?.kind === 'on' ? readDay(schedule.end.day) : undefined;
  if (end === null) problems.push({ path: 'end', message: 'Choose a last day that exists.' });
  else if (end !== undefined && start !== null && end < start)
    problems.push({ path: 'end', message: 'The last day is before the first.' });
  if (problems.length === 0 && scheduledDays(schedule).next().done === true)
    problems.push({ path: 'end', message: 'No such day comes: change the days, the start or the end.' });
  return problems;
}

/** Names an occurrence where the zones differ: `2026-12-01T09:00`, the same for everybody. */
export function occurrenceName({ day, time }: { day: number; time: string }): string {
  return `${dayText(day)}T${time}`;
}
