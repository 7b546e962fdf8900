import { dayFromNumber, instantOnClock, localDayAt, readClock } from '../clock-time.js';
import type { Json } from '../json.js';
import { dayNumber, readDate } from '../read-date.js';
import { dayInYear } from '../when/calendar-steps.js';
import type { LeapDay } from '../when/calendar-steps.js';

/**
 * When people are let in by a date of their own.
 * - `days`: how many days after the date; negative: before it; 0: on it.
 * - `time`: on the clock where the person lives.
 * - `repeats`: on that date alone, or each year from it on. `leapDay`: when 29 February comes in years without one.
 */
export type DateRule = {
  days: number;
  time: string;
  repeats: 'once' | 'yearly';
  leapDay: LeapDay;
};

/**
 * `day`: the date that it is for, counted from 1970-01-01; `years`: how many after the one that the trait holds;
 * `instant`: what the trait holds when that is an instant, ms since 1970: its day is another one in another zone; `at`:
 * when the person is let in, ms since 1970.
 */
export type DateDue = { day: number; years: number; instant: number | null; at: number };

/** Dates in a list that are looked at. */
const mostDates = 100;

/**
 * The next time, after an instant, for each date that a trait holds: a date, or a list of them. What is no date is left
 * out, and a date whose time has passed too. Days count where the person lives (`zone`, IANA): an instant is the day
 * that their calendar shows then, so that several may have one time. In the order of their times.
 */
export function datesDue({
  rule,
  value,
  zone,
  after,
}: {
  rule: DateRule;
  value: Json | undefined;
  zone: string;
  after: number;
}): DateDue[] {
  const minutes = readClock(rule.time);
  if (minutes === null) return [];
  const values = Array.isArray(value) ? value.slice(0, mostDates) : [value];
  const due = new Map<string, DateDue>();
  for (const each of values) {
    const read = dayIn(each, zone);
    if (read === null) continue;
    const next = nextOf({
      rule,
      day: read.day,
      after,
      at: (on) => instantOnClock({ day: on + rule.days, minutes, zone }),
    });
    // Two instants on one day here are on two days in another zone.
    const key = `${next?.day} ${read.instant}`;
    if (next && !due.has(key)) due.set(key, { ...next, instant: read.instant });
  }
  return [...due.values()].sort((a, b) => a.at - b.at || a.day - b.day);
}

/** The day that a value says, for somebody who lives in `zone`. */
function dayIn(value: Json | undefined, zone: string): Pick<DateDue, 'day' | 'instant'> | null {
  const read = readDate(value);
  if (read === null) return null;
  if (read.kind !== 'instant') return { day: dayNumber(read), instant: null };
  return Math.abs(read.at) > farthest ? null : { day: localDayAt(read.at, zone), instant: read.at };
}
const farthest = 8.6e15;

type NextOptions = { rule: DateRule; day: number; after: number; at: (day: number) => number };

function nextOf({ rule, day, after, at }: NextOptions): Omit<DateDue, 'instant'> | null {
  const own = at(day);
  if (own > after) return { day, years: 0, at: own };
  if (rule.repeats === 'once') return null;
  const { year } = dayFromNumber(Math.floor(after / 86_400_000) - rule.days);
  // Where the person lives it may be another year already, or still.
  for (const candidate of [year - 1, year, year + 1, year + 2]) {
    const anniversary = dayInYear(day, { year: candidate, leapDay: rule.leapDay });
    const instant = at(anniversary);
    if (anniversary > day && instant > after)
      return { day: anniversary, years: candidate - dayFromNumber(day).year, at: instant };
  }
  return null;
}

/** A rule as a phrase: `3 days before birthday at 09:00, every year`. */
export function dateRuleWords({ rule, trait }: { rule: DateRule; trait: string }): string {
  const count = Math.abs(rule.days);
  const distance =
    count === 0 ? 'on' : `${count} ${count === 1 ? 'day' : 'days'} ${rule.days < 0 ? 'before' : 'after'}`;
  return `${distance} ${trait} at ${rule.time}${rule.repeats === 'yearly' ? ', every year' : ''}`;
}
