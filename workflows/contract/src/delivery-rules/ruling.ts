import { z } from 'zod';

/** What can keep a message back, by the names of their settings. */
export const deliveryRuleKinds = ['caps', 'quiet', 'rates', 'holdout'] as const;
export type DeliveryRuleKind = (typeof deliveryRuleKinds)[number];

/**
 * What a rule said of a message, and its numbers: which rule, in words; how many it counted of how many; and when (ISO
 * 8601) the message would have been allowed, or goes out. Null where a rule has no such number.
 */
export const ruling = z.object({
  rule: z.enum(deliveryRuleKinds),
  /** A sentence. */
  says: z.string(),
  counted: z.number().int().nullable(),
  most: z.number().int().nullable(),
  allowedAt: z.string().nullable(),
  /** Which of the rule’s settings, in words, where there are several: `at most 2 messages in 7 days`. */
  what: z.string().optional(),
  /** The messages that it counted, the newest first. */
  messages: z.array(z.string()).optional(),
  /** caps: the limit as it was then, so that a change of it is seen. */
  limit: z.string().optional(),
  /** quiet: the hours that hold, in words. */
  window: z.string().optional(),
  /** rates: how many messages may go, per second. */
  perSecond: z.number().optional(),
  /** The zone (IANA) by whose clocks it holds, where it goes by clocks. */
  zone: z.string().optional(),
});
export type Ruling = z.infer<typeof ruling>;
