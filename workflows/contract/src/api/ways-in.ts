import { z } from 'zod';
import { entryRefusalReasons } from '../entries/refusals.js';
import { nodeId } from '../graph.js';
import { jsonObject } from '../json.js';
import { recipientCounts } from '../recipients/index.js';
import { waysInEndpoints } from './endpoints.js';
import { externalId, id, idParams, isoTime, route } from './route.js';

/** The largest `data` of a call, and of a person in it, as JSON. */
export const entryDataBytes = 50_000;
/** People whom one call may name. */
export const triggeredAtOnce = 1_000;

/** What people come with, as JSON of a limited size. */
export const entryData = jsonObject.refine((value) => bytesOf(JSON.stringify(value)) <= entryDataBytes, {
  message: 'is larger than 50 kB',
});

/** gathering: its people are being written down. */
export const entryBatchStates = ['gathering', 'running', 'done', 'stopped', 'failed'] as const;
/** Many people who come in by one cause, some at a time. */
export const entryBatch = z.object({
  id,
  node: z.string(),
  /** What they come in by, such as `API call`. */
  name: z.string(),
  segmentId: id.nullable(),
  state: z.enum(entryBatchStates),
  total: z.number().int(),
  entered: z.number().int(),
  /** Came in while the journey is paused: their runs begin when it is resumed. */
  held: z.number().int(),
  /** Kept out, by reason. */
  refused: z.record(z.string(), z.number().int()),
  /** Of those whom a step of a run reaches: what was found of them, once it is known. */
  recipients: recipientCounts.nullable(),
  requestedBy: z.string().nullable(),
  error: z.string().nullable(),
  createdAt: isoTime,
  finishedAt: isoTime.nullable(),
});
export type EntryBatch = z.infer<typeof entryBatch>;

/**
 * What became of a person who was named. `already`: the same call let the person in before; `unknown-person`: there is
 * none, and `createMissing` was not asked for. `invalid-person`: could not be created; `detail` says why.
 */
export const triggered = z.object({
  profileId: z.string().nullable(),
  externalId: z.string().nullable(),
  outcome: z.enum(['entered', 'held', 'refused', 'unknown-person', 'invalid-person']),
  reason: z.enum([...entryRefusalReasons, 'already']).optional(),
  detail: z.string().optional(),
  enrollmentId: id.optional(),
});
export type Triggered = z.infer<typeof triggered>;

const person = z
  .object({
    externalId: externalId.optional(),
    profileId: id.optional(),
    /** Laid over the data of the call. */
    data: entryData.optional(),
    /** For somebody who is created; whoever is known keeps the traits that they have. */
    traits: jsonObject.optional(),
  })
  .refine((value) => (value.externalId === undefined) !== (value.profileId === undefined), {
    message: 'needs either externalId or profileId',
  });

export const triggerBody = z
  .object({
    /** The API entry to come in by: the id of its step. The journey’s first when absent. */
    entry: nodeId.optional(),
    people: z.array(person).min(1).max(triggeredAtOnce).optional(),
    /** Everybody in a segment. `expectedCount`: how many were seen there; 409 when it is no longer about as many. */
    segment: z.object({ segmentId: id, expectedCount: z.number().int().min(0).optional() }).optional(),
    data: entryData.default({}),
    /** Asked again with the same key within 24 hours, nothing happens and the answer is the same. */
    idempotencyKey: z.string().trim().min(1).max(200).optional(),
    /** People whom nobody knows yet are created, with their traits. */
    createMissing: z.boolean().default(false),
    /** Nobody comes in: only says how many would be asked. */
    dryRun: z.boolean().default(false),
  })
  .refine((value) => (value.people === undefined) !== (value.segment === undefined), {
    message: 'needs either people or segment',
  })
  .superRefine(({ data: common, people = [] }, context) => {
    const bytes = bytesOf(JSON.stringify(common));
    if (bytes <= 2) return;
    for (const [at, { data: own }] of people.entries())
      if (
        own &&
        bytes + bytesOf(JSON.stringify(own)) > entryDataBytes &&
        bytesOf(JSON.stringify({ ...common, ...own })) > entryDataBytes
      )
        context.addIssue({
          code: 'custom',
          path: ['people', at, 'data'],
          message: 'is larger than 50 kB together with the data of the call',
        });
  });

/** One thing that somebody did, or that happened, held against an entry. */
const seenEvent = z.object({
  at: isoTime,
  fits: z.boolean(),
  /** What the filter saw. */
  trace: z.any().nullable(),
  /** What came, and why it did not let them in, as a sentence; null where the person did it. */
  words: z.string().nullable(),
});

export const whyVerdicts = ['in', 'held', 'coming', 'waiting', 'was', 'refused', 'never-came', 'not-open'] as const;
export const entryRefusal = z.object({
  reason: z.enum(entryRefusalReasons),
  node: z.string(),
  nodeName: z.string(),
  /** How often on that day. */
  count: z.number().int(),
  lastAt: isoTime,
  words: z.string(),
  /** What was seen: the trace of the audience, the last entry, the limit. */
  seen: z.any().nullable(),
});
export const whyNotIn = z.object({
  verdict: z.enum(whyVerdicts),
  /** The answer in words. */
  answer: z.string(),
  profile: z.object({ id, externalId: z.string().nullable(), name: z.string() }),
  runs: z.array(
    z.object({
      id,
      entryNode: z.string().nullable(),
      status: z.string(),
      held: z.boolean(),
      enteredAt: isoTime,
      endedAt: isoTime.nullable(),
      endReason: z.string().nullable(),
    }),
  ),
  refusals: z.array(entryRefusal),
  /** Entries that may let the person in later, the soonest first: until when that is open, and what they did. */
  waiting: z.array(z.object({ node: z.string(), nodeName: z.string(), until: isoTime, words: z.string() })),
  /** Each way in, and the last thing that the person did, or that happened, about it. */
  entries: z.array(
    z.object({ node: z.string(), name: z.string(), kind: z.string(), words: z.string(), seen: seenEvent.nullable() }),
  ),
});
export type WhyNotIn = z.infer<typeof whyNotIn>;

export const waysInApi = {
  triggerJourney: route({
    ...waysInEndpoints.triggerJourney,
    status: 200,
    summary: 'Let people into a journey by its API entry',
    params: idParams,
    body: triggerBody,
    bodyBytes: 10_000_000,
    response: z.object({
      dryRun: z.boolean(),
      /** People who were named, or are in the segment. */
      count: z.number().int(),
      /** In the order of `people`; empty for a segment. */
      results: z.array(triggered),
      /** Of a segment: they come in some at a time. */
      batch: entryBatch.nullable(),
    }),
  }),
  entryBatches: route({
    ...waysInEndpoints.entryBatches,
    summary: 'The last times that many people came into a journey at once',
    params: idParams,
    response: z.object({ items: z.array(entryBatch) }),
  }),
  stopEntryBatch: route({
    ...waysInEndpoints.stopEntryBatch,
    status: 200,
    summary: 'Stop letting people of a batch in; who is in stays in',
    params: idParams,
    response: entryBatch,
  }),
  whyNotIn: route({
    ...waysInEndpoints.whyNotIn,
    summary: 'Why a person is, or is not, in a journey',
    params: idParams,
    query: z.object({ profileId: id.optional(), externalId: externalId.optional() }),
    response: whyNotIn,
  }),
} as const;

/** How long a text is in UTF-8. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
