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

/** A count that is cut where it would cost too much: `more` says that there are more than `count`. */
const cutCount = z.object({ count: z.number().int(), more: z.boolean() });
export type CutCount = z.infer<typeof cutCount>;

/** What waits to be sent, what keeps it, and what was kept back. */
export const deliveryOverview = z.object({
  at: isoTime,
  /** Channels that have anything to send. */
  queues: z.array(
    z.object({
      channel: z.string(),
      /** May go out now, and waits for its turn. */
      due: cutCount,
      /** Being handed to a provider at this moment. */
      sending: z.number().int(),
      /** To be tried again later. */
      later: cutCount,
      /** Since when the oldest of those that are due waits; null when none is. */
      oldestDue: isoTime.nullable(),
    }),
  ),
  /** Kept back by rules now. */
  held: z.array(z.object({ rule: z.string(), count: z.number().int() })),
  /** When the first of those goes out at the earliest; null when nothing is held. */
  nextRelease: isoTime.nullable(),
  /** How fast messages go and may go: the workspace, and whatever else has sent lately or has a limit. */
  rates: z.array(
    z.object({
      kind: z.enum(['workspace', 'channel', 'journey', 'connection']),
      /** The channel, or the id of the journey or connection; empty for the workspace. */
      of: z.string(),
      /** What that is called. */
      name: z.string(),
      /** Live messages that went out in the last whole minute of the clock. */
      lastMinute: z.number().int(),
      /** What somebody has set; null: nothing. */
      limit: z.object({ messages: z.number(), per: z.enum(['second', 'minute']) }).nullable(),
      /** What its provider lets a connection have now, per second, since it refused messages that came too fast. */
      slowedTo: z.number().nullable(),
      /** Its turns are given away beyond now, and messages wait. */
      busy: z.boolean(),
    }),
  ),
  /** How often which rule acted, the busiest first: within the last 24 hours, and 7 days. */
  acts: z.array(
    z.object({
      rule: z.string(),
      /** Which of its settings, in words; empty where it has one. */
      what: z.string(),
      lastDay: z.object({ held: z.number().int(), suppressed: z.number().int() }),
      lastWeek: z.object({ held: z.number().int(), suppressed: z.number().int() }),
    }),
  ),
});
export type DeliveryOverview = z.infer<typeof deliveryOverview>;

export const deliveryApi = {
  deliveryOverview: route({
    ...deliveryEndpoints.deliveryOverview,
    summary: 'What waits to be sent, what rules keep back, and how often each acted',
    response: deliveryOverview,
  }),
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
