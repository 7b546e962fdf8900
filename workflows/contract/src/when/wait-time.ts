import type { Json } from '../json.js';
import type { CalendarUnit, LeapDay } from './calendar-steps.js';
import type { ClockWindow } from './clock-windows.js';

/** What holds the date that a wait goes by. `value`: put in when it is asked, from the entry or the run. */
export type DateSource =
  | { source: 'trait'; path: string }
  | { source: 'entry'; path: string }
  | { source: 'run'; path: string }
  | { source: 'value'; value: Json };

/** So much later, or with a negative amount earlier. Minutes and hours are exact, the others go by the calendar. */
export type DateShift = { amount: number; unit: 'minutes' | 'hours' | CalendarUnit };

/**
 * Until when a run waits, where the person lives. `time` is one of the clock (HH:MM).
 * - `after`: so many days, weeks or months later, at the time of day of now unless `time` says another one.
 * - `window`: at once while it holds, else when it begins.
 * - `date`: a date that somebody has, shifted; on its day at `time`, or at the time that it has itself (a day alone begins
 * at midnight). `yearly`: the next anniversary.
 */
export type WaitTime =
  | { kind: 'after'; amount: number; unit: CalendarUnit; time?: string; leapDay: LeapDay }
  | { kind: 'window'; windows: ClockWindow[] }
  | {
      kind: 'date';
      of: DateSource;
      shift: DateShift;
      time?: string;
      repeats: 'once' | 'yearly';
      leapDay: LeapDay;
    };

/**
 * Something about the time that surprises: the clocks jump over it (it is where they land) or show it twice (it is the
 * first); the month has no such day (it is the last one); it is 29 February of a year without one.
 */
export type Adjusted = 'jumped' | 'twice' | 'shortMonth' | 'leapDay';

/**
 * The answer to a `WaitTime`. `at`: when to go on, ms since 1970. `port`: by which way to go on at once instead: `next`
 * (now is right), `past`, `unreadable`. The rest says what it was worked out from: the zone, the value that was read, the
 * window, and the time of the clock that was meant (`asked`: `2026-03-29 02:30`).
 */
export type WhenAnswer = (
  | { at: number }
  | { port: 'next' }
  | { port: 'past'; due: number }
  | { port: 'unreadable'; why: 'missing' | 'noDate' | 'far' }
) & {
  of: WaitTime['kind'];
  zone: string;
  value?: Json;
  window?: string;
  asked?: string;
  adjusted?: Adjusted;
};
