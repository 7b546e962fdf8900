import { dayFromNumber } from '../clock-time.js';
import { dayNumber } from '../read-date.js';

/** Units that go by the calendar: a day is from one time of day to the same on the next, however long that is. */
export const calendarUnits = ['days', 'weeks', 'months'] as const;
export type CalendarUnit = (typeof calendarUnits)[number];

/** When what is of 29 February comes in years without one. */
export const leapDays = ['february28', 'march1'] as const;
export type LeapDay = (typeof leapDays)[number];

/**
 * The day so many days, weeks or months from another one; days are counted from 1970-01-01, `amount` may be negative. A
 * month later is the same day of it, or its last one where it has none such (31 January, 28 February). From 29 February
 * so many whole years on, `leapDay` decides.
 */
export function dayAfter(
  day: number,
  { amount, unit, leapDay }: { amount: number; unit: CalendarUnit; leapDay: LeapDay },
): number {
  if (unit !== 'months') return day + amount * (unit === 'weeks' ? 7 : 1);
  const from = dayFromNumber(day);
  const months = from.year * 12 + from.month - 1 + amount;
  const year = Math.floor(months / 12);
  const month = months - year * 12 + 1;
  if (amount % 12 === 0) return dayInYear(day, { year, leapDay });
  const first = dayNumber({ year, month, day: 1 });
  const next = dayNumber(month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 });
  return first + Math.min(from.day, next - first) - 1;
}

/** The anniversary of a day, counted from 1970-01-01, in a year. */
export function dayInYear(day: number, { year, leapDay }: { year: number; leapDay: LeapDay }): number {
  const { month, day: ofMonth } = dayFromNumber(day);
  const found = dayNumber({ year, month, day: ofMonth });
  const missing = month === 2 && ofMonth === 29 && dayFromNumber(found).month !== 2;
  // 29 February of a year without one counts on to 1 March.
  return missing && leapDay === 'february28' ? found - 1 : found;
}
