import { instantInUtc } from './read-date.js';
import type { ReadDate } from './read-date.js';

const formatters = new Map<string, Intl.DateTimeFormat>();

/**
 * Milliseconds since 1970 of what `readDate` read, for somebody who lives in `zone` (IANA): local times and days are
 * theirs, a day begins at midnight. A time that the clocks jump over is taken with the offset from before, one that
 * comes twice the first time. A zone that is not known throws a RangeError.
 */
export function instantIn(read: ReadDate, zone: string): number {
  const wall = instantInUtc(read);
  if (read.kind === 'instant') return wall;
  // Offsets change less than a day before and after: one of these two holds at the time itself.
  const before = offsetAt(wall - 86_400_000, zone);
  const after = offsetAt(wall + 86_400_000, zone);
  const candidates = [wall - before, wall - after].filter((at) => at + offsetAt(at, zone) === wall);
  return candidates.length > 0 ? Math.min(...candidates) : wall - before;
}

/** How far a zone's clocks are ahead of UTC at an instant, in milliseconds. Throws a RangeError for an unknown zone. */
export function offsetAt(at: number, zone: string): number {
  let format = formatters.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    if (formatters.size < 1_000) formatters.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const year = parts['era'] === 'BC' ? 1 - Number(parts['year']) : Number(parts['year']);
  const shown =
    new Date(0).setUTCFullYear(year, Number(parts['month']) - 1, Number(parts['day'])) +
    ((Number(parts['hour']) * 60 + Number(parts['minute'])) * 60 + Number(parts['second'])) * 1_000;
  return shown - Math.floor(at / 1_000) * 1_000;
}
