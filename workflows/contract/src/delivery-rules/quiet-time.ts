import { dayText } from '../clock-time.js';
import { offsetAt } from '../instant-in.js';
import { clockWindowWords, holdsAt, marksOf, nextMark, windowAt } from '../when/clock-windows.js';
import type { ClockWindow } from '../when/clock-windows.js';
import { isPublicHoliday } from './public-holidays.js';
import type { HolidayCountry } from './public-holidays.js';

/** When nothing is sent: within the windows, and all day on `dates` (`YYYY-MM-DD`) and the public holidays of a country. */
export type QuietTimes = {
  windows: readonly ClockWindow[];
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
  const day = Math.floor((now + offsetAt(now, zone)) / msPerDay);
  if (times.dates?.includes(dayText(day))) return dayText(day);
  if (times.holidays && isPublicHoliday(times.holidays, day)) return 'public holiday';
  const found = windowAt(times.windows, now, zone);
  return found ? clockWindowWords(found) : null;
}

/**
 * Until when it is quiet, in ms since 1970: the first instant from `now` on at which the clocks of `zone` (IANA) show a
 * time that is not; null when it is not quiet now. Where the clocks jump over the end it is over when they land; an hour
 * that they show again is judged again.
 */
export function quietUntil(times: QuietTimes, now: number, zone: string): number | null {
  if (quietAt(times, now, zone) === null) return null;
  const marks = marksOf(times.windows);
  let at = now;
  while (at < now + longestDays * msPerDay) {
    at = nextMark(at, { zone, marks });
    if (quietAt(times, at, zone) === null) return at;
  }
  return at;
}

/** Whether windows leave no minute of the week: what waits for their end would wait for ever. */
export function coversTheWeek(windows: readonly ClockWindow[]): boolean {
  // Between these nothing begins or ends.
  const minutes = marksOf(windows);
  return [1, 2, 3, 4, 5, 6, 7].every((weekday) =>
    minutes.every((minute) => windows.some((window) => holdsAt(window, { weekday, minute }))),
  );
}
