import { asNumber } from '../../as-number.js';
import { readDate } from '../../read-date.js';
import type { Scalar } from './operator.js';

/** Of all that look for a value: there is one. */
export function valueProblem(value: Scalar): string | null {
  return value === null ? 'Enter a value. “empty” only works with “is” and “is not”.' : null;
}

/** Of all that order numbers. */
export function numberProblem(value: Scalar): string | null {
  if (asNumber(value) !== null) return null;
  return readDate(value)
    ? 'This comparison needs a number. For dates, choose “is before” or “is after”.'
    : 'This comparison needs a number, such as 10.';
}

/** Of all that compare dates. Numbers that are no time of our days are something else. */
export function dateProblem(value: Scalar): string | null {
  return (typeof value !== 'number' || value >= 1e8) && readDate(value) !== null
    ? null
    : 'Enter a date, such as 2026-05-01 or 2026-05-01T09:00:00+02:00.';
}

/** Of all that count days from today. */
export function daysProblem(value: Scalar, { from, to }: { from: number; to: number }): string | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
    ? null
    : `Enter a whole number of days from ${from} to ${to}.`;
}
