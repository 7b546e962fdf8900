import { asNumber, dayOf, instantInUtc, readDate } from '@wend/contract/values';
import type { Operator, Sides } from './operators/operator.js';

/** Holds where the sides have an order, and it is one of these: below, at or above 0. */
export function ordered(passes: (order: number) => boolean): Operator {
  return (sides) => {
    const order = orderOf(sides);
    return order !== null && passes(order);
  };
}

/** The same of dates: what `readDate` reads. All else fails. */
export function dated(passes: (order: number) => boolean): Operator {
  return (sides) => {
    const order = orderOfDates(sides);
    return order !== null && passes(order);
  };
}

/** Of numbers where both sides are numbers, else of text, which sorts ISO dates by time; other pairs have none. */
function orderOf({ left, right }: Sides): number | null {
  const a = asNumber(left);
  const b = asNumber(right);
  if (a !== null && b !== null) return a < b ? -1 : Number(a > b);
  return typeof left === 'string' && typeof right === 'string' ? orderOfText(left, right) : null;
}

/**
 * A day on the right is compared with the day on the left, anything else as points in time; what has no zone, and the
 * day of an instant, is that of UTC.
 */
function orderOfDates({ left, right }: Sides): number | null {
  const seen = readDate(left);
  const wanted = readDate(right);
  if (!seen || !wanted) return null;
  return wanted.kind === 'date' ? dayOf(seen) - dayOf(wanted) : instantInUtc(seen) - instantInUtc(wanted);
}

/** By code points, as UTF-8 sorts, where UTF-16 would put emoji before some letters. */
function orderOfText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    if (isSurrogate(a) === isSurrogate(b)) return a - b;
    return isSurrogate(a) ? 1 : -1;
  }
  return left.length - right.length;
}

/** Half of a character that UTF-16 writes in two: one of those that come after all others. */
function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
