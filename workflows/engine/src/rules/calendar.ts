import { asNumber, dayFromNumber, dayNumber, readDay } from '@wend/contract/values';
import type { CalendarValue, Json } from '@wend/contract';
import type { Operator } from './operators/operator.js';

/** A day and today, counted from 1970-01-01, and the number of days on the right side. */
export type Days = { day: number; today: number; days: number };

/** Holds where the left side is a day, the right one a whole number of days, and it passes. */
export function onCalendar(passes: (days: Days) => boolean): Operator {
  return ({ left, right }) => {
    const days = daysOf(left, right);
    return days !== null && passes(days);
  };
}

/** What the two sides of an operator with `calendar` say; null where one of them says nothing. */
export function daysOf(left: Json | undefined, right: Json | undefined): Days | null {
  if (left === null || typeof left !== 'object' || Array.isArray(left)) return null;
  const value = left as Partial<CalendarValue>;
  const day = readDay(value.day);
  const today = readDay(value.today);
  const days = typeof right === 'number' ? asNumber(right) : null;
  return day === null || today === null || days === null || !Number.isInteger(days) ? null : { day, today, days };
}

/**
 * The anniversary of a day in a year, counted from 1970-01-01: 29 February is on 28 February in years that have none.
 */
export function anniversaryOf(day: number, year: number): number {
  const { month, day: ofMonth } = dayFromNumber(day);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return dayNumber({ year, month, day: month === 2 && ofMonth === 29 && !leap ? 28 : ofMonth });
}
