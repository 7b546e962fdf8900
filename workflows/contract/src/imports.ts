/** Data of imports without schemas: what browsers need to show and to ask. */

/** A gigabyte. */
export const importLimits = {
  bytes: 1024 ** 3,
  /** Columns of a file. */
  columns: 500,
  /** Characters of a cell. */
  cell: 10_000,
  /** Characters of a trait's name. */
  traitName: 100,
  /** Rows that are kept to be looked at: bad and repeated ones, and as many late and kept ones; what is beyond is only counted. */
  problems: 100_000,
  /** Files of a workspace that are not imported yet, or under way. */
  open: 20,
  /** Days that rows with a problem, and files nobody went on with, are kept. */
  keptDays: 7,
} as const;

/** What a column of a file is read as. `list`: several texts in one cell. */
export const importValueTypes = ['text', 'number', 'boolean', 'date', 'list'] as const;
export type ImportValueType = (typeof importValueTypes)[number];

/**
 * - `uploading`: bytes of the file are still missing
 * - `ready`: the file is there; nothing is under way
 * - `checking`: a dry run is under way, which changes nobody
 * - `checked`: the dry run is done
 * - `importing`, `done`: the real one
 * - `cancelled`: stopped midway; what was imported stays
 * - `failed`: the file cannot be read at all
 */
export const importStates = [
  'uploading',
  'ready',
  'checking',
  'checked',
  'importing',
  'done',
  'cancelled',
  'failed',
] as const;
export type ImportState = (typeof importStates)[number];

/**
 * What there is to say of a row.
 *
 * - `bad`: it cannot be used, and was left out
 * - `repeated`: its person stands in the file before
 * - `late`: some of its values are older than what is known
 * - `kept`: it would have brought back who has unsubscribed
 */
export const importProblemKinds = ['bad', 'repeated', 'late', 'kept'] as const;
export type ImportProblemKind = (typeof importProblemKinds)[number];

/** The order of day, month and year in dates that are not written as ISO 8601 has them. */
export const dateOrders = ['iso', 'dmy', 'mdy'] as const;
export type DateOrder = (typeof dateOrders)[number];
