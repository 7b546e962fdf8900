import { z } from 'zod';
import { rateLimit } from '../delivery-rules/index.js';
import { channel } from '../rule.js';
import { deliveryEndpoints } from './endpoints.js';
import { idParams, route } from './route.js';

/**
 * How fast messages may go of the workspace and of its channels; null and channels that are not named: as fast as can be.
 */
export const saveRates = z.object({
  workspace: rateLimit.nullable(),
  channels: z
    .array(z.object({ channel, limit: rateLimit }))
    .max(50)
    .refine((all) => new Set(all.map((each) => each.channel)).size === all.length, {
      message: 'Each channel can be named once.',
    }),
});
export type SaveRates = z.infer<typeof saveRates>;

/** The same of one journey. */
export const journeyRate = z.object({ limit: rateLimit.nullable() });
export type JourneyRate = z.infer<typeof journeyRate>;

/** With the journeys that have a limit of their own. Limits of connections stand with them. */
export const rateSettings = z.object({
  ...saveRates.shape,
  journeys: z.array(z.object({ id: z.uuid(), name: z.string(), limit: rateLimit })),
});
export type RateSettings = z.infer<typeof rateSettings>;

export const ratesApi = {
  rates: route({ ...deliveryEndpoints.rates, summary: 'Read how fast messages go', response: rateSettings }),
  saveRates: route({
    ...deliveryEndpoints.saveRates,
    summary: 'Set how fast messages go, of the workspace and of channels',
    body: saveRates,
    response: rateSettings,
  }),
  saveJourneyRate: route({
    ...deliveryEndpoints.saveJourneyRate,
    summary: 'Set how fast the messages of a journey go',
    params: idParams,
    body: journeyRate,
    response: journeyRate,
  }),
} as const;
