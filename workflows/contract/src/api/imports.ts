import { z } from 'zod';
import { dateOrders, importLimits, importProblemKinds, importStates, importValueTypes } from '../imports.js';
import { channel, topicKey } from '../rule.js';
import { importEndpoints } from './endpoints.js';
import { profileFilter } from './profiles.js';
import { id, idParams, isoTime, noContent, page, pageQuery, route } from './route.js';

const traitName = z
  .string()
  .trim()
  .min(1)
  .max(importLimits.traitName)
  .refine((name) => !['__proto__', 'constructor', 'prototype'].includes(name), 'is a name that can’t be used');

/** What becomes of a column. */
export const importTarget = z.discriminatedUnion('to', [
  z.object({ to: z.literal('ignore') }),
  z.object({ to: z.literal('externalId') }),
  /** The traits `email` and `phone`, checked to be an address and a number. */
  z.object({ to: z.literal('email') }),
  z.object({ to: z.literal('phone') }),
  z.object({
    to: z.literal('trait'),
    name: traitName,
    type: z.enum(importValueTypes),
    /** Of dates. */
    order: z.enum(dateOrders).default('iso'),
    /** Of lists: what stands between two entries. */
    separator: z.enum([',', ';', '|']).default(','),
  }),
  /** Yes: subscribed to the channel, or to a topic on it. No: unsubscribed from it. */
  z.object({ to: z.literal('consent'), channel, topic: topicKey.optional() }),
  /** When what the row says was so. Facts that are known to be newer stay. */
  z.object({ to: z.literal('time'), order: z.enum(dateOrders).default('iso') }),
]);
export type ImportTarget = z.infer<typeof importTarget>;

export const importDelimiter = z.enum([',', ';', '\t', '|']);
export type ImportDelimiter = z.infer<typeof importDelimiter>;

/** How a file is read, and what becomes of its columns. */
export const importSettings = z.object({
  delimiter: importDelimiter,
  /** Whether the first row names the columns. */
  header: z.boolean(),
  /** The sign before the decimals of numbers. */
  decimal: z.enum(['.', ',']).default('.'),
  /** For each column of the file, in its order. */
  columns: z.array(importTarget).min(1).max(importLimits.columns),
  /** By what a row finds its person. Who is not found is created. */
  match: z.enum(['externalId', 'email']),
  /** Whether `Ann@Example.com` and `ann@example.com` are one address when people are found by it. */
  ignoreCase: z.boolean().default(true),
  /** What an empty cell does to a trait. */
  empty: z.enum(['keep', 'remove']).default('keep'),
  /** Whether a yes also brings back people who have unsubscribed since. */
  resubscribe: z.boolean().default(false),
  /** A manual segment that everybody in the file is added to. */
  segmentId: id.nullable().default(null),
  /** Whether journeys that people enter by that segment start for those who come in. */
  tell: z.boolean().default(false),
});
export type ImportSettings = z.infer<typeof importSettings>;

/** A column of the file as it was found, with what it seems to be. */
export const importColumn = z.object({
  name: z.string(),
  samples: z.array(z.string()),
  guess: importTarget,
});
export type ImportColumn = z.infer<typeof importColumn>;

/** Every row is counted once, but for `late` and `kept`, which say of rows more than what became of them. */
export const importCounts = z.object({
  rows: z.number().int(),
  created: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  /** The same person again within the file: the later row counts. */
  repeated: z.number().int(),
  bad: z.number().int(),
  /** Rows with values that are older than what is known: those changed nothing. */
  late: z.number().int(),
  /** Rows with a yes that did not bring back who has unsubscribed. */
  kept: z.number().int(),
});
export type ImportCounts = z.infer<typeof importCounts>;

const summary = z.object({
  id,
  fileName: z.string(),
  bytes: z.number().int(),
  /** Bytes of the file that have arrived. An upload that was cut goes on from here. */
  received: z.number().int(),
  state: z.enum(importStates),
  /** What keeps the file from being read. */
  error: z.string().nullable(),
  /** From 0 to 1, of the dry run or the import that is under way. */
  progress: z.number(),
  counts: importCounts,
  createdBy: z.string(),
  createdAt: isoTime,
  startedAt: isoTime.nullable(),
  finishedAt: isoTime.nullable(),
});
export const importSummary = summary;
export type ImportSummary = z.infer<typeof importSummary>;

export const importProblem = z.object({
  /** The line of the file where the row begins, counted from 1. */
  line: z.number().int(),
  kind: z.enum(importProblemKinds),
  reason: z.string(),
  /** The row as it stands there. */
  row: z.array(z.string()),
});
export type ImportProblem = z.infer<typeof importProblem>;

export const importDetail = summary.extend({
  /** Null until all of the file is there. */
  found: z
    .object({
      delimiter: importDelimiter,
      header: z.boolean(),
      decimal: z.enum(['.', ',']),
      match: z.enum(['externalId', 'email']),
      columns: z.array(importColumn),
      /** The first rows, the header among them. */
      rows: z.array(z.array(z.string())),
    })
    .nullable(),
  settings: importSettings.nullable(),
  /** What the last dry run counted; null before it was done, and once the settings changed. */
  checked: importCounts.nullable(),
  /** The first rows with a problem, of the last run. */
  problems: z.array(importProblem),
  /** Until when rows with a problem can be downloaded. */
  keptUntil: isoTime.nullable(),
});
export type ImportDetail = z.infer<typeof importDetail>;

/** Which people, and which columns: names separated by commas, or as a JSON list. */
export const peopleExportQuery = profileFilter.extend({
  columns: z.string().min(1).max(20_000).optional(),
  bom: z.enum(['true', 'false']).default('true'),
});
export type PeopleExportQuery = z.infer<typeof peopleExportQuery>;

export const importsApi = {
  imports: route({
    ...importEndpoints.imports,
    summary: 'Imports of people, newest first',
    query: pageQuery.omit({ search: true }),
    response: page(importSummary),
  }),
  createImport: route({
    ...importEndpoints.createImport,
    summary: 'Begin an import: say which file comes',
    body: z.object({
      fileName: z.string().trim().min(1).max(255),
      bytes: z
        .number()
        .int()
        .min(1, 'must not be 0: the file is empty')
        .max(importLimits.bytes, 'must be at most 1 GB: split the file'),
    }),
    response: importSummary,
  }),
  uploadImport: route({
    ...importEndpoints.uploadImport,
    summary: 'Send bytes of the file, from `offset` on; what has arrived stays when the request is cut',
    raw: true,
    params: idParams,
    query: z.object({ offset: z.coerce.number().int().min(0).max(importLimits.bytes).default(0) }),
    response: importSummary,
  }),
  import: route({
    ...importEndpoints.import,
    summary: 'An import with the columns of its file, its progress and its first bad rows',
    params: idParams,
    response: importDetail,
  }),
  readImport: route({
    ...importEndpoints.readImport,
    summary: 'Read the columns of the file anew, with another separator or without a header',
    status: 200,
    params: idParams,
    body: z.object({ delimiter: importDelimiter, header: z.boolean() }),
    response: importDetail,
  }),
  checkImport: route({
    ...importEndpoints.checkImport,
    summary: 'Dry run: count what the import would do, and change nobody',
    status: 200,
    params: idParams,
    body: importSettings,
    response: importDetail,
  }),
  startImport: route({
    ...importEndpoints.startImport,
    summary: 'Import the people of the file',
    status: 200,
    params: idParams,
    body: importSettings,
    response: importDetail,
  }),
  cancelImport: route({
    ...importEndpoints.cancelImport,
    summary: 'Stop an import or a dry run; what was imported stays',
    status: 200,
    params: idParams,
    response: importDetail,
  }),
  removeImport: route({
    ...importEndpoints.removeImport,
    summary: 'Delete an import with its file and its bad rows; the people stay',
    params: idParams,
    response: noContent,
  }),
};
