import { dayText, readClock } from '../clock-time.js';
import { offsetAt } from '../instant-in.js';
import { isPublicHoliday } from './public-holidays.js';
import type { HolidayCountry } from './public-holidays.js';

/**
 * From a time on the clock to another one, on the days on which it begins (1 is Monday). With a `to` that is not after
 * `from` it ends on the day after; the same time is a whole day.
 */
export type QuietWindow = { days: readonly number[]; from: string; to: string };
/** When nothing is sent: within the windows, and all day on `dates` (`YYYY-MM-DD`) and the public holidays of a country. */
export type QuietTimes = {
  windows: readonly QuietWindow[];
  dates?: readonly string[] | undefined;
  holidays?: HolidayCountry | undefined;
};

const msPerDay = 86_400_000;
/** Longer than all that can be said lasts, so that nothing waits for ever. */
const longestDays = 500;

/**
 * What of the quiet hours holds at an instant (ms since 1970) by the clocks of `zone` (IANA), in words: `21:00–08:00`,
 * `public holiday`; null where nothing does. An hour that the clocks show twice is quiet both times.
 */
export function quietAt(times: QuietTimes, now: number, zone: string): string | null {
  const wall = now + offsetAt(now, zone);
  const day = Math.floor(wall / msPerDay);
  if (times.dates?.includes(dayText(day))) return dayText(day);
  if (times.holidays && isPublicHoliday(times.holidays, day)) return 'public holiday';
  const minute = Math.floor((wall - day * msPerDay) / 60_000);
  const found = times.windows.find((window) => holdsAt(window, { weekday: weekdayOf(day), minute }));
  return found ? quietWindowWords(found) : null;
}

/**
 * Until when it is quiet, in ms since 1970: the first instant from `now` on at which the clocks of `zone` (IANA) show a
 * time that is not; null when it is not quiet now. Where the clocks jump over the end it is over when they land; an hour
 * that they show again is judged again.
 */
export function quietUntil(times: QuietTimes, now: number, zone: string): number | null {
  if (quietAt(times, now, zone) === null) return null;
  const marks = [0, ...times.windows.flatMap(({ from, to }) => [minutesOf(from), minutesOf(to)])];
  let at = now;
  while (at < now + longestDays * msPerDay) {
    at = nextMark(at, { zone, marks });
    if (quietAt(times, at, zone) === null) return at;
  }
  return at;
}

/** The next instant at which the answer can be another one: the clocks come to one of these minutes, or are changed. */
function nextMark(at: number, { zone, marks }: { zone: string; marks: readonly number[] }): number {
  const offset = offsetAt(at, zone);
  const wall = at + offset;
  const day = Math.floor(wall / msPerDay) * msPerDay;
  const later = marks.map((minute) => day + minute * 60_000).filter((mark) => mark > wall);
  const next = Math.min(day + msPerDay, ...later) - offset;
  return offsetAt(next, zone) === offset ? next : changeBetween({ low: at, high: next, offset, zone });
}

/** The first instant after `low` at which the clocks are not as far ahead any more. */
function changeBetween({
  low,
  high,
  offset,
  zone,
}: {
  low: number;
  high: number;
  offset: number;
  zone: string;
}): number {
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle, zone) === offset) low = middle;
    else high = middle;
  }
  return high;
}

/** Whether windows leave no minute of the week: what waits for their end would wait for ever. */
export function coversTheWeek(windows: readonly QuietWindow[]): boolean {
  // Between these nothing begins or ends.
  const minutes = [0, ...windows.flatMap(({ from, to }) => [minutesOf(from), minutesOf(to)])];
  return [1, 2, 3, 4, 5, 6, 7].every((weekday) =>
    minutes.every((minute) => windows.some((window) => holdsAt(window, { weekday, minute }))),
  );
}

/** `21:00–08:00`; a whole day is `all day`. */
export function quietWindowWords({ from, to }: Pick<QuietWindow, 'from' | 'to'>): string {
  return from === '00:00' && to === '00:00' ? 'all day' : `${from}–${to}`;
}

function holdsAt({ days, from, to }: QuietWindow, { weekday, minute }: { weekday: number; minute: number }): boolean {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const today = days.includes(weekday);
  if (start < end) return today && minute >= start && minute < end;
  const yesterday = days.includes(weekday === 1 ? 7 : weekday - 1);
  return (today && minute >= start) || (yesterday && minute < end);
}

function minutesOf(clock: string): number {
  return readClock(clock) ?? 0;
}

/** 1 is Monday. 1970-01-01 was a Thursday. */
function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}
