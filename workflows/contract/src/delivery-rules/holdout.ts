import { z } from 'zod';

/** The largest share of people that a workspace can leave without marketing, in percent. */
export const largestHoldout = 20;

/**
 * The global holdout of a workspace: people who get no marketing, always the same ones. Transactional messages and
 * webhooks go out.
 */
export const globalHoldout = z.object({
  /** Percent of all people, in steps of 0.1; 0: nobody. */
  share: z
    .number()
    .min(0)
    .max(largestHoldout, `can be at most ${largestHoldout} percent`)
    .refine((share) => Math.abs(share * 10 - Math.round(share * 10)) < 1e-6, 'must be in steps of 0.1 percent'),
  /** Topics whose messages go to people in the holdout as well, such as receipts. */
  exceptTopics: z.array(z.string().trim().min(1).max(100)).max(100),
});
export type GlobalHoldout = z.infer<typeof globalHoldout>;

/** Buckets below this are in the holdout; they go from 0 to 9999. */
export function holdoutLimit({ share }: Pick<GlobalHoldout, 'share'>): number {
  return Math.round(share * 100);
}
