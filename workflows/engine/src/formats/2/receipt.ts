import type { Mark } from '@wend/contract';

/**
 * How far the clocks of those who send events may be off before something counts as having happened earlier than it
 * did. Milliseconds.
 */
const clockTolerance = 10_000;

/** The earliest time at which something may have happened to count for what opened at `openedAt` (ms). */
export function notBefore(openedAt: number): number {
  return openedAt - clockTolerance;
}

/** Whether `a` was received after `b`. Positions are whole numbers as text; they may be larger than a number holds. */
export function isLater(a: Mark, b: Mark): boolean {
  return a.position.length === b.position.length ? a.position > b.position : a.position.length > b.position.length;
}
