import { dayFromNumber, dayText, instantOfWall, localDayAt, readClock } from '../clock-time.js';
import { offsetAt } from '../instant-in.js';
import type { Json } from '../json.js';
import { dayNumber, readDate, wallTimeAsUtc } from '../read-date.js';
import { dayAfter, dayInYear } from './calendar-steps.js';
import { clockWindowWords, nextWindow } from './clock-windows.js';
import type { Adjusted, WaitTime, WhenAnswer } from './wait-time.js';

const msPerDay = 86_400_000;
const exactMs = { minutes: 60_000, hours: 3_600_000 } as const;
/** Nobody means a date that is further away; and the clock of the machine ends somewhere. */
const longestMs = 3_653 * msPerDay;
/** Dates in a list that are looked at. */
const mostDates = 100;

type Asked = { now: number; zone: string };
/** A time on a clock, as ms since 1970 as if it were one of UTC. */
type Wall = { wall: number; adjusted?: Adjusted | undefined };

/**
 * When a run goes on that waits from `now` on (ms since 1970) for somebody who lives in `zone` (IANA, known). `value`: of
 * a date, what holds it; of a list the next of its dates. The host's clock and zone play no part.
 */
export function waitTimeOf({
  time,
  value,
  ...asked
}: { time: WaitTime; value?: Json | undefined } & Asked): WhenAnswer {
  const { zone } = asked;
  switch (time.kind) {
    case 'after':
      return { of: 'after', zone, ...laterThan(after(time, asked), asked) };
    case 'window':
      return { of: 'window', zone, ...inWindow(time, asked) };
    case 'date':
      return { of: 'date', zone, ...ofDate(time, value, asked) };
  }
}

type Of<Kind extends WaitTime['kind']> = Extract<WaitTime, { kind: Kind }>;
type At = { at: number; asked: string; adjusted?: Adjusted };

function after({ amount, unit, time, leapDay }: Of<'after'>, { now, zone }: Asked): At {
  const wall = now + offsetAt(now, zone);
  const day = Math.floor(wall / msPerDay);
  const target = stepped({ day, amount, unit, leapDay });
  return onClock({ ...target, wall: target.wall + (clockMs(time) ?? wall - day * msPerDay) }, zone);
}

/** Where a calendar went over a day without saying so, later is never earlier. */
function laterThan(found: At, { now }: Asked): At {
  return found.at < now ? { ...found, at: now } : found;
}

function inWindow({ windows }: Of<'window'>, { now, zone }: Asked): Pick<WhenAnswer, 'window'> & Way {
  const next = nextWindow(windows, now, zone);
  if (!next) return { port: 'unreadable', why: 'far' };
  const window = clockWindowWords(next.window);
  return next.at === now ? { port: 'next', window } : { at: next.at, window };
}

type Way =
  | { at: number }
  | { port: 'next' }
  | { port: 'past'; due: number }
  | { port: 'unreadable'; why: 'missing' | 'noDate' | 'far' };

function ofDate(time: Of<'date'>, value: Json | undefined, asked: Asked): Way & Pick<WhenAnswer, 'value' | 'asked'> {
  if (value === undefined || value === null || value === '') return { port: 'unreadable', why: 'missing' };
  const values = Array.isArray(value) ? value.slice(0, mostDates) : [value];
  const found = values.flatMap((each) => {
    const due = dueOf(time, each, asked);
    return due ? [{ ...due, value: each }] : [];
  });
  if (found.length === 0) return { port: 'unreadable', why: 'noDate', ...shown(value) };
  const coming = found.filter(({ at }) => at >= asked.now).sort((a, b) => a.at - b.at)[0];
  if (!coming) {
    const { at: due, ...last } = found.sort((a, b) => b.at - a.at)[0]!;
    return { port: 'past', due, ...last };
  }
  return coming.at - asked.now > longestMs ? { port: 'unreadable', why: 'far', ...shown(coming.value) } : coming;
}

/** Long values say nothing in an explanation. */
function shown(value: Json): { value?: Json } {
  return typeof value === 'object' || (typeof value === 'string' && value.length > 100) ? {} : { value };
}

/** When one date is due; null for what is none. */
function dueOf(time: Of<'date'>, value: Json, asked: Asked): At | null {
  const base = baseOf(time, value, asked.zone);
  if (!base) return null;
  const own = shifted(time, base, asked.zone);
  if (time.repeats === 'once' || own.at >= asked.now) return own;
  return anniversary(time, { base, asked }) ?? own;
}

/** What the value says on the person's clock, at the time that the step sets. */
function baseOf(
  { time }: Of<'date'>,
  value: Json,
  zone: string,
): { day: number; ofDay: number; exact?: number } | null {
  const read = readDate(value);
  if (!read || (read.kind === 'instant' && Math.abs(read.at) > 8.6e15)) return null;
  const own = clockMs(time);
  if (read.kind === 'date') return { day: dayNumber(read), ofDay: own ?? 0 };
  const wall = read.kind === 'local' ? wallTimeAsUtc(read) : read.at + offsetAt(read.at, zone);
  const day = Math.floor(wall / msPerDay);
  // Of the two hours that the clocks show alike, an instant knows which.
  const exact = read.kind === 'instant' && own === null ? { exact: read.at } : {};
  return { day, ofDay: own ?? wall - day * msPerDay, ...exact };
}

type Base = NonNullable<ReturnType<typeof baseOf>>;

function shifted({ shift, leapDay }: Of<'date'>, { day, ofDay, exact }: Base, zone: string): At {
  const { amount, unit } = shift;
  if (unit === 'minutes' || unit === 'hours') {
    const from = onClock({ wall: day * msPerDay + ofDay }, zone);
    return { ...from, at: (exact ?? from.at) + amount * exactMs[unit] };
  }
  if (amount === 0 && exact !== undefined) return { at: exact, asked: wallText(exact + offsetAt(exact, zone)) };
  const target = stepped({ day, amount, unit, leapDay });
  return onClock({ ...target, wall: target.wall + ofDay }, zone);
}

/** The first one that is not past; where the person lives it may be another year already, or still. */
function anniversary(time: Of<'date'>, { base, asked }: { base: Base; asked: Asked }): At | null {
  const { year } = dayFromNumber(localDayAt(asked.now, asked.zone));
  const { leapDay } = time;
  // A shift of up to two years, and a day of the calendar before or after.
  for (let candidate = year - 3; candidate <= year + 4; candidate += 1) {
    const day = dayInYear(base.day, { year: candidate, leapDay });
    if (day <= base.day) continue;
    const { day: _day, exact: _exact, ...rest } = base;
    const found = shifted(time, { ...rest, day }, asked.zone);
    const moved = isLeapDay(base.day) && !isLeapDay(day) ? { adjusted: 'leapDay' as const } : {};
    if (found.at >= asked.now) return { ...moved, ...found };
  }
  return null;
}

function stepped({ day, ...step }: { day: number } & Parameters<typeof dayAfter>[1]): Wall {
  const target = dayAfter(day, step);
  const kept = step.unit !== 'months' || dayFromNumber(target).day === dayFromNumber(day).day;
  return {
    wall: target * msPerDay,
    adjusted: kept ? undefined : isLeapDay(day) && step.amount % 12 === 0 ? 'leapDay' : 'shortMonth',
  };
}

/** A time on the clock as an instant, and whether the clocks jump over it or show it twice. */
function onClock({ wall, adjusted }: Wall, zone: string): At {
  const at = instantOfWall({ wall, zone });
  const clocks = at + offsetAt(at, zone) !== wall ? 'jumped' : isShownAgain({ at, wall, zone }) ? 'twice' : undefined;
  const told = clocks ?? adjusted;
  return { at, asked: wallText(wall), ...(told ? { adjusted: told } : {}) };
}

/** Whether the clocks show the same once more, within the day. */
function isShownAgain({ at, wall, zone }: { at: number; wall: number; zone: string }): boolean {
  const again = wall - offsetAt(wall + msPerDay, zone);
  return again > at && again + offsetAt(again, zone) === wall;
}

function isLeapDay(day: number): boolean {
  const { month, day: ofMonth } = dayFromNumber(day);
  return month === 2 && ofMonth === 29;
}

function clockMs(time: string | undefined): number | null {
  const minutes = readClock(time);
  return minutes === null ? null : minutes * 60_000;
}

/** `2026-03-29 02:30`. */
function wallText(wall: number): string {
  const day = Math.floor(wall / msPerDay);
  return `${dayText(day)} ${new Date(wall).toISOString().slice(11, 16)}`;
}
