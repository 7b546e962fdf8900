import type { JsonObject } from '@wend/contract';
import { durationSeconds, isDuration } from '@wend/contract/plain';

const sizes = [
  ['weeks', 604_800],
  ['days', 86_400],
  ['hours', 3_600],
  ['minutes', 60],
  ['seconds', 1],
] as const;

/** Seconds as an amount of the unit that was chosen, where it fits, else of the largest unit that divides them. */
export function spanFrom(seconds: number | null | undefined, chosen?: string): JsonObject {
  if (typeof seconds !== 'number') return { unit: chosen ?? 'days' };
  const [unit, size] =
    sizes.find(([name, each]) => name === chosen && seconds % each === 0) ??
    sizes.find(([, each]) => seconds % each === 0) ??
    sizes[4];
  return { amount: seconds / size, unit };
}

/** The seconds of an amount and a unit; undefined while the amount is missing. Longer than two years is two years. */
export function secondsOf(span: JsonObject | undefined): number | undefined {
  return isDuration(span) ? Math.min(Math.max(Math.round(durationSeconds(span)), 1), 63_072_000) : undefined;
}
