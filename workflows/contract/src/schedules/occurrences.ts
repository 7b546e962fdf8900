import { instantOnClock, localDayAt, readClock } from '../clock-time.js';
import { scheduledDays } from './schedule.js';
import type { Schedule } from './schedule.js';

/** One time at which a schedule happens. `day`: counted from 1970-01-01; `at`: ms since 1970. */
export type Occurrence = { day: number; at: number };

/**
 * When a schedule happens for those who live in `zone` (IANA), after an instant, in order; a generator, since it may go
 * on for ever. Two days whose time the clocks jump over together (Samoa left a whole day out) are one. Host clocks and
 * zones play no part. An unknown zone throws a RangeError.
 */
export function* occurrencesIn({
  schedule,
  zone,
  after,
}: {
  schedule: Schedule;
  zone: string;
  after: number;
}): Generator<Occurrence> {
  const minutes = readClock(schedule.time);
  if (minutes === null) return;
  let last = after;
  // A time that is jumped over may come as late as the next day.
  for (const day of scheduledDays(schedule, localDayAt(after, zone) - 1)) {
    const at = instantOnClock({ day, minutes, zone });
    if (at <= last) continue;
    last = at;
    yield { day, at };
  }
}

/** The next times after an instant: `limit` of them at most. */
export function nextOccurrences({
  limit,
  ...options
}: {
  schedule: Schedule;
  zone: string;
  after: number;
  limit: number;
}): Occurrence[] {
  const found: Occurrence[] = [];
  if (limit < 1) return found;
  for (const occurrence of occurrencesIn(options)) {
    found.push(occurrence);
    if (found.length >= limit) break;
  }
  return found;
}
