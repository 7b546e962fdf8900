import { z } from 'zod';
import { catalogueEndpoints } from './endpoints.js';
import { id, isoTime, noContent, route } from './route.js';
import { catalogueKinds, eventKinds, ingestOutcomes, valueTypes } from './statuses.js';

/** What the catalogue of a workspace can hold; names and properties beyond it are stored with their events only. */
export const catalogueLimits = { names: 2_000, properties: 100, description: 500 } as const;

export const catalogueKind = z.enum(catalogueKinds);
export type CatalogueKind = z.infer<typeof catalogueKind>;
/** `empty`: null. Text in the form of an ISO 8601 date counts as a date. */
export const valueType = z.enum(valueTypes);
export type ValueType = z.infer<typeof valueType>;
/** What can be expected of a value. */
export const expectedType = valueType.exclude(['empty']);
export type ExpectedType = z.infer<typeof expectedType>;

const name = z.string().min(1).max(200);
/** A path of a property (`pathKeys`); left out or empty: the event or trait itself. */
const path = z.string().max(400);
const description = z.string().trim().max(catalogueLimits.description);

/** `share`: of the values that were looked at, between 0 and 1. */
export const typeShare = z.object({ type: valueType, share: z.number(), firstSeenAt: isoTime, lastSeenAt: isoTime });
export type TypeShare = z.infer<typeof typeShare>;

/** Why somebody should look at a name. */
export const catalogueFlags = z.object({
  /** Others of its kind are expected, and it is not. */
  unexpected: z.boolean(),
  /** First received in the last 7 days. */
  isNew: z.boolean(),
  /** What comes with another type than expected, or since the last 7 days: paths of properties; of a trait its name. */
  changed: z.array(z.string()),
  /** A name that this one is probably a slip of: it is close to it and came at least ten times as often. */
  typoOf: z.object({ name: z.string(), last30Days: z.number().int() }).nullable(),
});
export type CatalogueFlags = z.infer<typeof catalogueFlags>;

export const catalogueItem = z.object({
  kind: catalogueKind,
  name: z.string(),
  description: z.string(),
  hidden: z.boolean(),
  expected: z.boolean(),
  /** Of a trait. */
  expectedType: expectedType.nullable(),
  /** Wend makes it itself. */
  builtIn: z.boolean(),
  /** Null: before it was kept. */
  firstSeenAt: isoTime.nullable(),
  /** To ten minutes. Null: never received. */
  lastSeenAt: isoTime.nullable(),
  /** How often it came on each of the last 30 days (UTC), the oldest first. Of a trait: in how many identify calls. */
  days: z.array(z.number().int()),
  last30Days: z.number().int(),
  /** Of a trait, the most frequent first. */
  types: z.array(typeShare),
  /** By how many journeys and segments. */
  usedBy: z.number().int(),
  flags: catalogueFlags,
});
export type CatalogueItem = z.infer<typeof catalogueItem>;

export const catalogueList = z.object({
  /** All: there are never more than 2,000. By name. */
  items: z.array(catalogueItem),
  /** So many names as there can be are known: others are not listed. */
  full: z.boolean(),
  /** Until when events are counted; null: none are yet. */
  countedAt: isoTime.nullable(),
});
export type CatalogueList = z.infer<typeof catalogueList>;

export const catalogueProperty = z.object({
  path: z.string(),
  description: z.string(),
  hidden: z.boolean(),
  expectedType: expectedType.nullable(),
  types: z.array(typeShare),
  changed: z.boolean(),
  /** A few recent ones, each once, shortened. */
  values: z.array(z.string()),
  /** Values are not shown: they look like secrets. */
  secret: z.boolean(),
});
export type CatalogueProperty = z.infer<typeof catalogueProperty>;

export const catalogueUse = z.object({
  what: z.enum(['journey', 'segment']),
  id,
  name: z.string(),
  /** Of a journey: in which of its versions. */
  where: z.enum(['draft', 'live', 'both']).nullable(),
});
export type CatalogueUse = z.infer<typeof catalogueUse>;

export const catalogueDetail = catalogueItem.extend({
  /** Of an event its properties; of a trait one entry without a path. */
  properties: z.array(catalogueProperty),
  /** There are more than 100; these are the first. */
  propertiesFull: z.boolean(),
  uses: z.array(catalogueUse),
});
export type CatalogueDetail = z.infer<typeof catalogueDetail>;

export const ingestOutcome = z.enum(ingestOutcomes);
export type IngestOutcome = z.infer<typeof ingestOutcome>;

/** One item of a request to the ingestion API, or a whole request that could not be read, and what became of it. */
export const ingestItem = z.object({
  id: z.string(),
  receivedAt: isoTime,
  outcome: ingestOutcome,
  /** Why it was rejected, and which field is meant. */
  reason: z.string().nullable(),
  path: z.string().nullable(),
  /** Null where it could not be read so far. */
  kind: z.enum(eventKinds).nullable(),
  name: z.string().nullable(),
  userId: z.string().nullable(),
  anonymousId: z.string().nullable(),
  messageId: z.string().nullable(),
  /** The answer of the whole request. */
  status: z.number().int(),
  route: z.string(),
  key: z.object({ id, name: z.string() }).nullable(),
  /** Of the SDK, as the context says. */
  library: z.string().nullable(),
  /** From when it happened, as the event says, until it was received. */
  lagMs: z.number().nullable(),
  /** The item as it came, shortened; write keys and what looks secret is blotted out. */
  raw: z.string().nullable(),
  truncated: z.boolean(),
});
export type IngestItem = z.infer<typeof ingestItem>;

export const ingestSummary = z.object({
  /** The last 30 days (UTC), the oldest first. */
  days: z.array(
    z.object({
      day: z.iso.date(),
      accepted: z.number().int(),
      duplicate: z.number().int(),
      rejected: z.number().int(),
    }),
  ),
  /** Of the last 7 days, the most frequent first. */
  reasons: z.array(z.object({ reason: z.string(), count: z.number().int() })),
  /** The last hundred of 30 days, the newest first. */
  rejections: z.array(ingestItem),
});
export type IngestSummary = z.infer<typeof ingestSummary>;

/** Which items a stream is to bring. Text is looked for without regard to case. */
export const ingestFilter = z.object({
  name: z.string().max(200).optional(),
  /** The beginning of a user id or an anonymous id. */
  person: z.string().max(255).optional(),
  kind: z.enum(eventKinds).optional(),
  outcome: ingestOutcome.optional(),
  key: id.optional(),
});
export type IngestFilter = z.infer<typeof ingestFilter>;

/** What a stream says at once: items, the oldest first, and how many more came than were kept for showing. */
export type IngestNews = { items: IngestItem[]; skipped: number };

const fact = z.object({
  description: z.string(),
  /** As expected, else as it comes most often; null: not known yet. */
  type: expectedType.nullable(),
});
/** What pickers offer: names that are not hidden. */
export const knownEventNames = z.object({
  events: z.array(
    z.object({
      name: z.string(),
      properties: z.array(z.string()),
      description: z.string(),
      last30Days: z.number().int(),
      /** By path; only what something is known of. */
      facts: z.record(z.string(), fact),
    }),
  ),
  traits: z.array(z.string()),
  /** By name; only what something is known of. */
  traitFacts: z.record(z.string(), fact),
});
export type KnownEventNames = z.infer<typeof knownEventNames>;

const entry = z.object({ kind: catalogueKind, name });

export const catalogueApi = {
  catalogue: route({
    ...catalogueEndpoints.catalogue,
    summary: 'List events or traits with volume, types and what is wrong with them',
    query: z.object({ kind: catalogueKind.default('event') }),
    response: catalogueList,
  }),
  catalogueEntry: route({
    ...catalogueEndpoints.catalogueEntry,
    summary: 'Read an event or a trait: properties, types, recent values, and what uses it',
    query: entry,
    response: catalogueDetail,
  }),
  describeEntry: route({
    ...catalogueEndpoints.describeEntry,
    summary: 'Describe, hide or expect an event, a trait or a property',
    body: entry.extend({
      path: path.default(''),
      description: description.optional(),
      hidden: z.boolean().optional(),
      expected: z.boolean().optional(),
      expectedType: expectedType.nullable().optional(),
    }),
    response: noContent,
  }),
  removeEntry: route({
    ...catalogueEndpoints.removeEntry,
    summary: 'Forget an event or a trait until it is received again; no event is deleted',
    query: entry,
    response: noContent,
  }),
  expectEntries: route({
    ...catalogueEndpoints.expectEntries,
    summary: 'Mark many events or traits as expected',
    status: 200,
    body: z.object({ entries: z.array(entry).min(1).max(catalogueLimits.names) }),
    response: noContent,
  }),
  ingestion: route({
    ...catalogueEndpoints.ingestion,
    summary: 'Count accepted, duplicate and rejected events by day, and list the last that were rejected',
    response: ingestSummary,
  }),
};
