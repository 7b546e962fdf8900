import { readDay } from '../../clock-time.js';
import { durationWords } from '../../manifest-words.js';
import type { ChangedBy, OperandField, OperandProblem } from './operand.js';
import { changedByZone } from './values.js';

/**
 * Since when something counts; without any field, ever. At most one kind of window is written.
 *
 * - `withinSeconds`: later than so many seconds before now, up to now.
 * - `withinDays`: today and the days before it, so many in all, where the person lives.
 * - `from`, `to`: from the beginning of one day (YYYY-MM-DD) to the end of another, where the person lives.
 */
export type Window = {
  withinSeconds?: number | undefined;
  withinDays?: number | undefined;
  from?: string | undefined;
  to?: string | undefined;
};

/** The fields of every operand that has a window. */
export const windowFields = {
  withinSeconds: { is: 'whole', most: 63_072_000, optional: true },
  withinDays: { is: 'whole', most: 3_660, optional: true },
  from: { is: 'day', optional: true },
  to: { is: 'day', optional: true },
} as const satisfies Record<string, OperandField>;

/** ` in the last 7 days`, to follow what happened; empty for ever. */
export function windowWords({ withinSeconds, withinDays, from, to }: Window): string {
  if (withinSeconds !== undefined) return ` in the last ${durationWords(withinSeconds)}`;
  if (withinDays !== undefined) return withinDays === 1 ? ' today' : ` in the last ${withinDays} calendar days`;
  return `${from === undefined ? '' : ` from ${from}`}${to === undefined ? '' : ` to ${to}`}`;
}

/** What a window adds to what changes an answer. */
export function windowChanges({ withinSeconds, withinDays, from, to }: Window): ChangedBy {
  return {
    ...(withinSeconds === undefined && withinDays === undefined ? {} : { time: true }),
    ...(withinDays === undefined && from === undefined && to === undefined ? {} : changedByZone),
  };
}

export function windowProblem({ withinSeconds, withinDays, from, to }: Window): OperandProblem | null {
  const kinds = [withinSeconds, withinDays, from ?? to].filter((each) => each !== undefined);
  if (kinds.length > 1)
    return {
      field: 'withinSeconds',
      message: 'Choose one window: the last hours or days, calendar days, or two dates.',
    };
  if (from !== undefined && to !== undefined && (readDay(from) ?? 0) > (readDay(to) ?? 0))
    return { field: 'to', message: 'The last day must not come before the first.' };
  return null;
}
