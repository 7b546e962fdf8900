import { readClock, weekdayOfDay } from '../clock-time.js';
import { offsetAt } from '../instant-in.js';

/**
 * From a time on the clock to another one, on the days on which it begins (1 is Monday). With a `to` that is not after
 * `from` it ends on the day after; the same time is a whole day.
 */
export type ClockWindow = { days: readonly number[]; from: string; to: string };

const msPerDay = 86_400_000;
/** Longer than all that can be said lasts, so that nothing waits for ever. */
const longestDays = 500;

/**
 * The window that the clocks of `zone` (IANA) are in at an instant (ms since 1970); null when they are in none. An hour
 * that they show twice is in it both times, one that they jump over never.
 */
export function windowAt(windows: readonly ClockWindow[], now: number, zone: string): ClockWindow | null {
  const wall = now + offsetAt(now, zone);
  const day = Math.floor(wall / msPerDay);
  const minute = Math.floor((wall - day * msPerDay) / 60_000);
  return windows.find((window) => holdsAt(window, { weekday: weekdayOfDay(day), minute })) ?? null;
}

/**
 * The first instant from `now` on at which a window holds; null when none does within `longestDays`. Where the clocks
 * jump over its beginning it begins when they land.
 */
export function nextWindow(
  windows: readonly ClockWindow[],
  now: number,
  zone: string,
): { at: number; window: ClockWindow } | null {
  const marks = marksOf(windows);
  for (let at = now; at < now + longestDays * msPerDay; at = nextMark(at, { zone, marks })) {
    const window = windowAt(windows, at, zone);
    if (window) return { at, window };
  }
  return null;
}

/** The minutes of a day at which the answer of `windowAt` can become another one. */
export function marksOf(windows: readonly ClockWindow[]): number[] {
  return [0, ...windows.flatMap(({ from, to }) => [minutesOf(from), minutesOf(to)])];
}

/** The next instant at which the answer can be another one: the clocks come to one of these minutes, or are changed. */
export function nextMark(at: number, { zone, marks }: { zone: string; marks: readonly number[] }): number {
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

/** Whether a window holds at a minute of a weekday. */
export function holdsAt(
  { days, from, to }: ClockWindow,
  { weekday, minute }: { weekday: number; minute: number },
): boolean {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const today = days.includes(weekday);
  if (start < end) return today && minute >= start && minute < end;
  const yesterday = days.includes(weekday === 1 ? 7 : weekday - 1);
  return (today && minute >= start) || (yesterday && minute < end);
}

/** `21:00–08:00`; a whole day is `all day`. */
export function clockWindowWords({ from, to }: Pick<ClockWindow, 'from' | 'to'>): string {
  return from === '00:00' && to === '00:00' ? 'all day' : `${from}–${to}`;
}

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** `09:00–18:00 on Mon–Fri`; of every day the times alone. */
export function windowOnDaysWords(window: ClockWindow): string {
  const days = [...new Set(window.days)].sort((a, b) => a - b);
  if (days.length === 0 || days.length === 7) return clockWindowWords(window);
  const inOrder = days.length > 2 && days.at(-1)! - days[0]! === days.length - 1;
  const names = (inOrder ? [days[0]!, days.at(-1)!] : days).map((day) => dayNames[day - 1]);
  return `${clockWindowWords(window)} on ${names.join(inOrder ? '–' : ', ')}`;
}

function minutesOf(clock: string): number {
  return readClock(clock) ?? 0;
}
