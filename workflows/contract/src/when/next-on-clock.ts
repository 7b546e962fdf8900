import { instantOnClock, localDayAt, readClock, weekdayOfDay } from '../clock-time.js';

/**
 * The next instant (ms since 1970) after `at` at which the clocks of `zone` (IANA) come to `time` (HH:MM) on one of
 * `weekdays` (1 = Monday; none = any day). A time that they jump over is where they land; one that comes twice, the first
 * time. Throws when there is no such time.
 */
export function nextOnClock({
  at,
  zone,
  time,
  weekdays,
}: {
  at: number;
  zone: string;
  time: string;
  weekdays: readonly number[];
}): number {
  const minutes = readClock(time);
  const today = localDayAt(at, zone);
  // A time of yesterday that was jumped over may come today.
  for (let day = today - 1; minutes !== null && day <= today + 15; day += 1) {
    if (weekdays.length > 0 && !weekdays.includes(weekdayOfDay(day))) continue;
    const found = instantOnClock({ day, minutes, zone });
    if (found > at) return found;
  }
  throw new Error(`There is no ${time} on the weekdays ${weekdays.join()}.`);
}
