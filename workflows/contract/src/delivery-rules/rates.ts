import { z } from 'zod';

/** At most so many messages each second or minute, spread evenly over it. */
export const rateLimit = z.object({
  messages: z.number().int().min(1, 'Enter a number from 1.').max(1_000_000, 'Enter a number up to 1,000,000.'),
  per: z.enum(['second', 'minute']),
});
export type RateLimit = z.infer<typeof rateLimit>;
