import { z } from 'zod';
import { channel } from '../rule.js';
import { capUnits, longestCapDays, mostCaps } from './cap-words.js';
import type { CapUnit } from './cap-words.js';

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
  per: z.discriminatedUnion('kind', [rolling, calendar]),
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
