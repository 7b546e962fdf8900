import { z } from 'zod';
import { channel } from '../rule.js';
import { suppressionEndpoints } from './endpoints.js';
import { id, idParams, isoTime, page, pageQuery, route } from './route.js';
import { suppressionReasons, suppressionSources } from './statuses.js';

export const suppressionReason = z.enum(suppressionReasons);
export type SuppressionReason = z.infer<typeof suppressionReason>;
export const suppressionSource = z.enum(suppressionSources);
export type SuppressionSource = z.infer<typeof suppressionSource>;

/** An address that gets no messages on a channel, whoever has it; one that was released is history. */
export const suppression = z.object({
  id,
  channel,
  /** Null once its person was erased: it stays suppressed, and nobody can read it any more. */
  address: z.string().nullable(),
  reason: suppressionReason,
  /** What the provider or the report said. */
  detail: z.string().nullable(),
  source: suppressionSource,
  /** The message that caused it. */
  messageId: id.nullable(),
  addedBy: z.string().nullable(),
  createdAt: isoTime,
  released: z.object({ at: isoTime, by: z.string(), reason: z.string() }).nullable(),
});
export type Suppression = z.infer<typeof suppression>;

export const suppressionDetail = suppression.extend({
  /** Everything that is known of this address on any channel, newest first. */
  history: z.array(suppression),
});
export type SuppressionDetail = z.infer<typeof suppressionDetail>;

/** Active ones by channel and reason. */
export const suppressionCounts = z.object({
  items: z.array(z.object({ channel, reason: suppressionReason, count: z.number().int() })),
});
export type SuppressionCounts = z.infer<typeof suppressionCounts>;

export const suppressionImport = z.object({
  /** Rows with an address, good or bad. */
  rows: z.number().int(),
  added: z.number().int(),
  /** Active already. */
  known: z.number().int(),
  /** The same address again within the file. */
  repeated: z.number().int(),
  bad: z.number().int(),
  /** The first hundred. */
  problems: z.array(z.object({ line: z.number().int(), value: z.string(), problem: z.string() })),
});
export type SuppressionImport = z.infer<typeof suppressionImport>;

/** So many soft bounces within so many days, and no delivery between, suppress an address. */
export const suppressionSettings = z.object({
  softBounces: z.number().int().min(1).max(100),
  softBounceDays: z.number().int().min(1).max(60),
});
export type SuppressionSettings = z.infer<typeof suppressionSettings>;

export const suppressionFilter = z.object({
  channel: channel.optional(),
  reason: suppressionReason.optional(),
  state: z.enum(['active', 'released']).default('active'),
  /** The beginning of an address; the whole one also finds those whose person was erased. */
  search: z.string().max(320).optional(),
});

const address = z.string().trim().min(1).max(320);

export const suppressionsApi = {
  suppressions: route({
    ...suppressionEndpoints.suppressions,
    summary: 'List suppressed addresses, newest first',
    query: pageQuery.extend(suppressionFilter.shape),
    response: page(suppression),
  }),
  suppressionCounts: route({
    ...suppressionEndpoints.suppressionCounts,
    summary: 'Count suppressed addresses by channel and reason',
    response: suppressionCounts,
  }),
  suppressionSettings: route({
    ...suppressionEndpoints.suppressionSettings,
    summary: 'Read when soft bounces suppress an address',
    response: suppressionSettings,
  }),
  saveSuppressionSettings: route({
    ...suppressionEndpoints.saveSuppressionSettings,
    summary: 'Say when soft bounces suppress an address',
    body: suppressionSettings,
    response: suppressionSettings,
  }),
  suppression: route({
    ...suppressionEndpoints.suppression,
    summary: 'Read a suppressed address and its history',
    params: idParams,
    response: suppressionDetail,
  }),
  suppress: route({
    ...suppressionEndpoints.suppress,
    summary: 'Suppress an address',
    body: z.object({ channel, address, detail: z.string().trim().max(500).optional() }),
    response: suppression,
  }),
  importSuppressions: route({
    ...suppressionEndpoints.importSuppressions,
    summary: 'Suppress the addresses of a CSV file',
    status: 200,
    bodyBytes: 12 * 1024 * 1024,
    body: z.object({
      channel,
      csv: z.string().max(12_000_000),
      /** Only count: nothing is suppressed. */
      dryRun: z.boolean().default(false),
    }),
    response: suppressionImport,
  }),
  releaseSuppression: route({
    ...suppressionEndpoints.releaseSuppression,
    summary: 'Release a suppressed address, so that messages go to it again',
    status: 200,
    params: idParams,
    body: z.object({ reason: z.string().trim().min(3, 'say why, in a few words').max(500) }),
    response: suppression,
  }),
};
