import { z } from 'zod';
import { channel } from '../rule.js';

/** Lengths of a window that moves with the clock; minutes. */
export const capUnits = { minutes: 1, hours: 60, days: 1_440, weeks: 10_080 } as const;
export type CapUnit = keyof typeof capUnits;

/** The longest window, in days: what is older is not counted. */
export const longestCapDays = 30;
/** How many limits a workspace may have. */
export const mostCaps = 10;

const rolling = z
  .object({
    kind: z.literal('rolling'),
    amount: z.number().int().min(1),
    unit: z.enum(Object.keys(capUnits) as [CapUnit, ...CapUnit[]]),
  })
  .refine(({ amount, unit }) => amount * capUnits[unit] <= longestCapDays * capUnits.days, {
    message: `can be at most ${longestCapDays} days`,
    path: ['amount'],
  });
const calendar = z.object({ kind: z.literal('calendar'), unit: z.enum(['day', 'week']) });

/**
 * At most so many messages to a person within a window: the last n minutes to weeks, or the day or week (from Monday)
 * of the person's calendar. What is not said (`channels`, `topics`) is all.
 */
export const cap = z.object({
  most: z.number().int().min(1).max(1_000),
  per: z.union([rolling, calendar]),
  channels: z.array(channel).min(1).max(50).optional(),
  topics: z.array(z.string().trim().min(1).max(100)).min(1).max(100).optional(),
});
export type Cap = z.infer<typeof cap>;

/** The limits of a workspace; all of them hold. */
export const caps = z.object({
  limits: z.array(cap).max(mostCaps, `A workspace can have at most ${mostCaps} limits.`),
  /** Transactional messages are never held back by a limit; with this they count towards those of others. */
  countTransactional: z.boolean(),
});
export type Caps = z.infer<typeof caps>;

/**
 * What a journey says in place of its workspace. `counted`: its messages go out whatever the limits say, and count
 * towards them; `ignored`: they do neither; `own`: other limits hold for them.
 */
export const journeyCaps = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('workspace') }),
  z.object({ mode: z.literal('counted') }),
  z.object({ mode: z.literal('ignored') }),
  z.object({ mode: z.literal('own'), limits: z.array(cap).min(1).max(mostCaps) }),
]);
export type JourneyCaps = z.infer<typeof journeyCaps>;

const units: Record<CapUnit, [one: string, many: string]> = {
  minutes: ['minute', 'minutes'],
  hours: ['hour', 'hours'],
  days: ['day', 'days'],
  weeks: ['week', 'weeks'],
};

/** The window in words: `in 7 days`, `a day`. */
export function capWindowWords(per: Cap['per']): string {
  if (per.kind === 'calendar') return per.unit === 'day' ? 'a day' : 'a week';
  return `in ${per.amount} ${units[per.unit][per.amount === 1 ? 0 : 1]}`;
}

/** A limit in words, for those who read why a message waited: `at most 2 messages in 7 days`. */
export function capWords({ most, per }: Pick<Cap, 'most' | 'per'>): string {
  if (most === 1 && per.kind === 'rolling') {
    const span = `${per.amount} ${units[per.unit][per.amount === 1 ? 0 : 1]}`;
    return `at least ${span} between two messages`;
  }
  return `at most ${most === 1 ? 'one message' : `${most} messages`} ${capWindowWords(per)}`;
}
