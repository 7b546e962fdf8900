import { z } from 'zod';

/** Seconds of what a limit may be said for. */
export const ratePeriods = { second: 1, minute: 60 } as const;

/** At most so many messages each second or minute, spread evenly over it. */
export const rateLimit = z.object({
  messages: z.number().int().min(1, 'Enter a number from 1.').max(1_000_000, 'Enter a number up to 1,000,000.'),
  per: z.enum(Object.keys(ratePeriods) as [keyof typeof ratePeriods, ...(keyof typeof ratePeriods)[]]),
});
export type RateLimit = z.infer<typeof rateLimit>;
