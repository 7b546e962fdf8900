import { z } from 'zod';
import { caps, journeyCaps } from '../delivery-rules/index.js';
import { deliveryEndpoints } from './endpoints.js';
import { idParams, route } from './route.js';

/** 1 wins over 5. */
export const journeyPriority = z.number().int().min(1).max(5);

/** How the messages of a journey stand beside those of others. */
export const journeyDelivery = z.object({ priority: journeyPriority, caps: journeyCaps });
export type JourneyDelivery = z.infer<typeof journeyDelivery>;

export const deliveryApi = {
  caps: route({ ...deliveryEndpoints.caps, summary: 'Read how many messages a person may get', response: caps }),
  saveCaps: route({
    ...deliveryEndpoints.saveCaps,
    summary: 'Set how many messages a person may get',
    body: caps,
    response: caps,
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
