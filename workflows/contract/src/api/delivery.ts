import { z } from 'zod';
import { caps, globalHoldout, journeyCaps, quietSettings } from '../delivery-rules/index.js';
import { deliveryEndpoints } from './endpoints.js';
import { idParams, isoTime, route } from './route.js';

/** 1 wins over 5. */
export const journeyPriority = z.number().int().min(1).max(5);

/** How the messages of a journey stand beside those of others. */
export const journeyDelivery = z.object({ priority: journeyPriority, caps: journeyCaps });
export type JourneyDelivery = z.infer<typeof journeyDelivery>;

/** The global holdout, with how many people are in it and how it came to be. */
export const holdoutState = globalHoldout.extend({
  /** People in it, and of how many; counted at most a minute ago. */
  people: z.number().int(),
  ofPeople: z.number().int(),
  /** The last hundred changes of share or topics, the newest first: people with a bucket below share × 100 were in it. */
  changes: z.array(
    z.object({
      at: isoTime,
      share: z.number(),
      shareBefore: z.number(),
      exceptTopics: z.array(z.string()),
      by: z.string(),
    }),
  ),
});
export type HoldoutState = z.infer<typeof holdoutState>;

export const deliveryApi = {
  holdout: route({
    ...deliveryEndpoints.holdout,
    summary: 'Read the global holdout, and how it has changed',
    response: holdoutState,
  }),
  saveHoldout: route({
    ...deliveryEndpoints.saveHoldout,
    summary: 'Set the global holdout: the share of people who get no marketing',
    body: globalHoldout,
    response: holdoutState,
  }),
  caps: route({ ...deliveryEndpoints.caps, summary: 'Read how many messages a person may get', response: caps }),
  saveCaps: route({
    ...deliveryEndpoints.saveCaps,
    summary: 'Set how many messages a person may get',
    body: caps,
    response: caps,
  }),
  quietHours: route({
    ...deliveryEndpoints.quietHours,
    summary: 'Read when nothing is sent, and how fast what waited goes out',
    response: quietSettings,
  }),
  saveQuietHours: route({
    ...deliveryEndpoints.saveQuietHours,
    summary: 'Set when nothing is sent, and how fast what waited goes out',
    body: quietSettings,
    response: quietSettings,
  }),
  journeyDelivery: route({
    ...deliveryEndpoints.journeyDelivery,
    summary: 'Read the priority of a journey and its limits',
    params: idParams,
    response: journeyDelivery,
  }),
  saveJourneyDelivery: route({
    ...deliveryEndpoints.saveJourneyDelivery,
    summary: 'Set the priority of a journey and its limits',
    params: idParams,
    body: journeyDelivery,
    response: journeyDelivery,
  }),
} as const;
