import { z } from 'zod';
import { jsonObject } from '../json.js';
import { businessEventEndpoints } from './endpoints.js';
import { id, isoTime, page, pageQuery, route } from './route.js';
import { entryBatch, entryData } from './ways-in.js';

/** How old a business event may be when it arrives: what its people did since would not count as what it was sent for. */
export const businessEventAgeMs = 24 * 3_600_000;

export const businessEventBody = z
  .object({
    name: z.string().trim().min(1).max(200),
    properties: entryData.default({}),
    /** Its own, for ever: sent again with it, nothing happens and the answer is the same. Only a dry run needs none. */
    messageId: z.string().min(1).max(200).optional(),
    /** When it happened; now when absent. At most 24 hours ago. */
    time: isoTime.optional(),
    /** How many people a dry run counted; 409 when it is no longer about as many. */
    expectedCount: z.number().int().min(0).optional(),
    /** Nobody comes in: only says how many would. */
    dryRun: z.boolean().default(false),
  })
  .refine(({ messageId, dryRun }) => dryRun || messageId !== undefined, {
    path: ['messageId'],
    message: 'needs an id of the event’s own, so that sending it again lets nobody in twice',
  });

/**
 * entering: whoever matches comes in, some at a time. counted: how many would, and nobody does. nobody: the event does
 * not pass the entry’s filter, or lacks what its rule compares with.
 */
export const businessEventOutcomes = ['entering', 'counted', 'nobody'] as const;
/** What a business event means to an entry that waits for its name. */
export const businessEventEntry = z.object({
  journeyId: id,
  journeyName: z.string(),
  /** The id of the step. */
  entry: z.string(),
  outcome: z.enum(businessEventOutcomes),
  /** Known after a dry run, and where `expectedCount` was asked for. */
  count: z.number().int().nullable(),
  /** Why nobody comes in, and the property that it is about. */
  message: z.string().nullable(),
  property: z.string().nullable(),
  batch: entryBatch.nullable(),
});
export type BusinessEventEntry = z.infer<typeof businessEventEntry>;

export const businessEventAnswer = z.object({
  id: id.nullable(),
  dryRun: z.boolean(),
  /** Of all entries together; null where nobody was counted. */
  count: z.number().int().nullable(),
  entries: z.array(businessEventEntry),
});
export type BusinessEventAnswer = z.infer<typeof businessEventAnswer>;

const businessEvent = z.object({
  id,
  name: z.string(),
  messageId: z.string(),
  properties: jsonObject,
  time: isoTime,
  receivedAt: isoTime,
  sentBy: z.string().nullable(),
  entries: z.array(
    businessEventEntry.extend({
      batchId: id.nullable(),
      /** As it is now; null where nobody comes in, or the journey was deleted. */
      batch: entryBatch.nullable(),
    }),
  ),
});
export type BusinessEvent = z.infer<typeof businessEvent>;

/** A name that journeys let people in by. */
const awaitedName = z.object({
  name: z.string(),
  journeys: z.array(z.object({ id, name: z.string() })),
  /** Paths of the properties that their entries compare with. */
  properties: z.array(z.string()),
});
export type AwaitedBusinessEvent = z.infer<typeof awaitedName>;

export const businessEventsApi = {
  sendBusinessEvent: route({
    ...businessEventEndpoints.sendBusinessEvent,
    status: 200,
    summary: 'Tell of something that happened to a store, an item or a match',
    body: businessEventBody,
    response: businessEventAnswer,
  }),
  businessEvents: route({
    ...businessEventEndpoints.businessEvents,
    summary: 'Business events of the last 90 days, newest first',
    query: pageQuery.omit({ search: true }),
    response: page(businessEvent).extend({
      /** What journeys that are open wait for, by name. */
      awaited: z.array(awaitedName),
    }),
  }),
} as const;
