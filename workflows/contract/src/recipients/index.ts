import { z } from 'zod';
import { list } from './list.js';
import { relation } from './relation.js';
import { segment } from './segment.js';

/** How the people are found for each of whom a step starts a journey, with the settings of each way filled in. */
export const recipients = z.discriminatedUnion('kind', [list, segment, relation]);
export type Recipients = z.infer<typeof recipients>;
export type RecipientKind = Recipients['kind'];
export type RecipientsOf<Kind extends RecipientKind> = Extract<Recipients, { kind: Kind }>;

/** For so many people a step starts a journey when nobody says how many, and for no more than so many. */
export const usualRecipients = 1_000;
export const mostRecipients = 100_000;

/**
 * What was found of the people whom a step reaches. `unknown`: ids that are nobody's; `self`: the person of the run;
 * `before`: had it already, as the step's rule counts; `beyond`: more than the step reaches.
 */
export const recipientCounts = z.object({
  found: z.number().int(),
  unknown: z.number().int(),
  self: z.number().int(),
  before: z.number().int(),
  beyond: z.number().int(),
});
export type RecipientCounts = z.infer<typeof recipientCounts>;
