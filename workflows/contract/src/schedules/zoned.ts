import { instantOnClock, readClock } from '../clock-time.js';
import { scheduledDays } from './schedule.js';
import type { Schedule } from './schedule.js';

/**
 * A time at which people of some zones are due, of a schedule that goes by each person's. `day`: counted from
 * 1970-01-01; `at`: ms since 1970; `after`: the time of the same day before this one, null for its first; `last`: the
 * last of its day.
 */
export type ZonedTime = { day: number; at: number; after: number | null; last: boolean };

const msPerDay = 86_400_000;
/** No clock is further from UTC. */
const widest = 15 * 3_600_000;

/**
 * The times, after an instant and in order, at which somebody of these zones (IANA) is due by a schedule of each person's
 * zone. A day's times may lie among those of the next. Whoever is due between two of them is due at the later one, or at
 * the last.
 */
export function* zonedTimes({
  schedule,
  zones,
  after,
}: {
  schedule: Schedule;
  zones: readonly string[];
  after: number;
}): Generator<ZonedTime> {
  const minutes = readClock(schedule.time);
  if (minutes === null || zones.length === 0) return;
  let waiting: ZonedTime[] = [];
  const utc = Math.floor(after / msPerDay);
  for (const day of scheduledDays(schedule, utc - 2)) {
    // What comes before the earliest of this day is complete.
    const earliest = day * msPerDay + minutes * 60_000 - widest;
    yield* waiting.filter(({ at }) => at < earliest);
    waiting = [...waiting.filter(({ at }) => at >= earliest), ...timesOf({ day, minutes, zones })]
      .filter(({ at }) => at > after)
      .sort((a, b) => a.at - b.at || a.day - b.day);
  }
  yield* waiting;
}

function timesOf({ day, minutes, zones }: { day: number; minutes: number; zones: readonly string[] }): ZonedTime[] {
  const instants = [...new Set(zones.map((zone) => instantOnClock({ day, minutes, zone })))].sort((a, b) => a - b);
  return instants.map((at, index) => ({
    day,
    at,
    after: instants[index - 1] ?? null,
    last: index === instants.length - 1,
  }));
}

/** Whether somebody who lives in `zone` is due at one of the times of a day. */
export function isDueAt(
  { day, at, after, last }: ZonedTime,
  { schedule, zone }: { schedule: Schedule; zone: string },
): boolean {
  const minutes = readClock(schedule.time);
  if (minutes === null) return false;
  const own = instantOnClock({ day, minutes, zone });
  return own > (after ?? Number.NEGATIVE_INFINITY) && (last || own <= at);
}
