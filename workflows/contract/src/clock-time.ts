import { offsetAt } from './instant-in.js';
import { dayNumber, readDate } from './read-date.js';
import type { Day } from './read-date.js';

const msPerDay = 86_400_000;

/** The day of the calendar that is `number` days after 1970-01-01. */
export function dayFromNumber(number: number): Day {
  const date = new Date(number * msPerDay);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Days since 1970-01-01 of `YYYY-MM-DD`; null for anything else, also for days that do not exist. */
export function readDay(text: unknown): number | null {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const read = readDate(text);
  return read?.kind === 'date' ? dayNumber(read) : null;
}

/** `YYYY-MM-DD` of a day counted from 1970-01-01. */
export function dayText(number: number): string {
  return new Date(number * msPerDay).toISOString().slice(0, 10);
}

/** The day, counted from 1970-01-01, that the calendar of `zone` (IANA) shows at an instant (ms since 1970). */
export function localDayAt(at: number, zone: string): number {
  return Math.floor((at + offsetAt(at, zone)) / msPerDay);
}

/** Minutes since midnight of `HH:MM`; null for anything else. */
export function readClock(text: unknown): number | null {
  const match = typeof text === 'string' ? /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) : null;
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}

/**
 * The instant (ms since 1970) at which the clocks of `zone` (IANA) come to `minutes` after midnight on a day, counted
 * from 1970-01-01. A time that the clocks jump over is taken where they land (02:30 → 03:00), one that comes twice the
 * first time. A zone that is not known throws a RangeError. Differs from `instantIn`, which reads what somebody wrote
 * down: here something has to happen once, and as soon as the time has passed.
 */
export function instantOnClock({ day, minutes, zone }: { day: number; minutes: number; zone: string }): number {
  return instantOfWall({ wall: day * msPerDay + minutes * 60_000, zone });
}

/** The same for what a clock shows to the millisecond: `wall`, as ms since 1970 as if it were one of UTC. */
export function instantOfWall({ wall, zone }: { wall: number; zone: string }): number {
  // Offsets change less than a day before and after: one of these two holds at the time itself, unless it is jumped over.
  const before = offsetAt(wall - msPerDay, zone);
  const after = offsetAt(wall + msPerDay, zone);
  const candidates = [wall - before, wall - after].filter((at) => at + offsetAt(at, zone) === wall);
  return candidates.length > 0 ? Math.min(...candidates) : endOfJump({ wall, before, after, zone });
}

/** 1 is Monday, of a day counted from 1970-01-01, which was a Thursday. */
export function weekdayOfDay(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** The zone (IANA), or UTC when it is not known: a wrong zone must not hold anybody up. */
export function zoneOrUtc(zone: string): string {
  try {
    offsetAt(0, zone);
    return zone;
  } catch {
    return 'UTC';
  }
}

/** Where the clocks change between the two readings of a time that they jump over. */
function endOfJump({
  wall,
  before,
  after,
  zone,
}: {
  wall: number;
  before: number;
  after: number;
  zone: string;
}): number {
  let low = wall - Math.max(before, after);
  let high = wall - Math.min(before, after);
  // Clocks change on whole seconds.
  while (high - low > 1_000) {
    const middle = Math.floor((low + high) / 2 / 1_000) * 1_000;
    if (offsetAt(middle, zone) === before) low = middle;
    else high = middle;
  }
  return high;
}
