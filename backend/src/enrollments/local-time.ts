import { DateTime } from 'luxon';

/** A zone that exists, or UTC: a wrong zone must not hold a run up. */
function inZone(at: number, zone: string): DateTime {
  const local = DateTime.fromMillis(at, { zone });
  return local.isValid ? local : DateTime.fromMillis(at, { zone: 'utc' });
}

type LocalTimePartOptions = {
  at: number;
  zone: string;
  part: 'weekday' | 'hour' | 'date';
};

/** Weekday (1 = Monday), hour (0-23) or date (YYYY-MM-DD) where the person lives. */
export function localTimePart({ at, zone, part }: LocalTimePartOptions): number | string {
  const local = inZone(at, zone);
  if (part === 'weekday') return local.weekday;
  return part === 'hour' ? local.hour : (local.toISODate() ?? '');
}

type NextLocalTimeOptions = {
  at: number;
  zone: string;
  time: string;
  weekdays: number[];
};

/**
 * The next instant (ms) after `at` at which it is `time` (HH:MM) on one of `weekdays` (1 = Monday; none = any day). The
 * offset is that of the target day. A time that the clocks jump over is taken at the first instant after the gap; one
 * that comes twice, the first time.
 */
export function nextLocalTime({ at, zone, time, weekdays }: NextLocalTimeOptions): number {
  const local = inZone(at, zone);
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  for (let days = 0; days <= 14; days += 1) {
    const day = local.startOf('day').plus({ days });
    if (weekdays.length > 0 && !weekdays.includes(day.weekday)) continue;
    const target = atLocalTime(day, hour, minute);
    if (target > at) return target;
  }
  throw new Error(`There is no ${time} on the weekdays ${weekdays.join()}.`);
}

function atLocalTime(day: DateTime, hour: number, minute: number): number {
  const target = DateTime.fromObject(
    { year: day.year, month: day.month, day: day.day, hour, minute },
    { zone: day.zone },
  );
  if (target.hour !== hour || target.minute !== minute) return firstInstantAfterGap(target);
  const [earlier] = target
    .getPossibleOffsets()
    .map((each) => each.toMillis())
    .sort((a, b) => a - b);
  return earlier ?? target.toMillis();
}

/** Luxon moves a time inside a gap forward by the gap's length; the gap ends where the offset changes. */
function firstInstantAfterGap(target: DateTime): number {
  let low = target.minus({ hours: 3 }).toMillis();
  let high = target.toMillis();
  const after = target.offset;
  while (high - low > 1_000) {
    const middle = Math.floor((low + high) / 2 / 1_000) * 1_000;
    if (DateTime.fromMillis(middle, { zone: target.zone }).offset === after) high = middle;
    else low = middle;
  }
  return high;
}
