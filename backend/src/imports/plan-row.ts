import { createHash } from 'node:crypto';
import { importLimits, instantInUtc, readDate } from '@wend/contract';
import type { ImportSettings, ImportTarget, Json, JsonObject } from '@wend/contract';
import { storableText } from '../platform/text/index.js';
import { emailOf, isReservedId, phoneOf } from '../profiles/index.js';
import { consentOf, dateOf, isRounded, plainCell, shown, traitValue } from './cell-values.js';
import { consentKey } from './consent-key.js';
import type { FileRow, Unreadable } from './read-rows.js';

/** What a row says of whom. */
export type PlannedRow = {
  lineNumber: number;
  cells: string[];
  externalId: string | null;
  email: string | null;
  /** Null removes a trait. */
  traits: JsonObject;
  /** Channels and whether the person wants their messages. */
  /** By `consentKey`. */
  consents: Record<string, boolean>;
  /** When it was so, ms since 1970. */
  at: number;
};
/** A row that is of no use, and why in one sentence. */
export type BadRow = {
  lineNumber: number;
  cells: string[];
  reason: string;
  externalId: string | null;
  email: string | null;
};

const longestId = 255;

class Refused extends Error {}

type PlanRowOptions = {
  row: FileRow;
  settings: ImportSettings;
  /** What the columns are called, in sentences. */
  names: string[];
  /** When the import began, ms since 1970: what rows say that do not say when. Never after it. */
  now: number;
};

/** Reads a row as the settings say; what is wrong with one cell keeps the whole row out. */
export function planRow({ row, settings, names, now }: PlanRowOptions): { row: PlannedRow } | { bad: BadRow } {
  const planned: PlannedRow = {
    lineNumber: row.lineNumber,
    cells: row.cells.map(storableText),
    externalId: null,
    email: null,
    traits: {},
    consents: {},
    at: now,
  };
  try {
    if (row.unreadable !== null) throw new Refused(unreadableWords(row, settings));
    for (const [index, target] of settings.columns.entries()) {
      const cell = plainCell(row.cells[index]);
      const problem = read({ planned, cell, target, settings, now });
      if (problem !== null) throw new Refused(`“${names[index] ?? index + 1}” ${problem}.`);
    }
    if (settings.match === 'externalId' && planned.externalId === null)
      throw new Refused('There is no external ID in this row.');
    if (settings.match === 'email' && planned.email === null) throw new Refused('There is no email in this row.');
    return { row: planned };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return {
      bad: {
        lineNumber: row.lineNumber,
        cells: planned.cells,
        reason: error.message,
        externalId: planned.externalId ?? named(row, { settings, by: 'externalId', most: longestId }),
        email: planned.email ?? named(row, { settings, by: 'email', most: 320 }),
      },
    };
  }
}

type ReadOptions = {
  planned: PlannedRow;
  cell: string;
  target: ImportTarget;
  settings: ImportSettings;
  now: number;
};

/** Adds what a cell says to the row; or says what is wrong with it. */
function read({ planned, cell, target, settings, now }: ReadOptions): string | null {
  if (target.to === 'ignore') return null;
  if (cell.length > importLimits.cell) return `is longer than ${importLimits.cell.toLocaleString('en')} characters`;
  if (cell.includes('\u0000')) return 'has a NUL character, which no text has';
  if (cell === '') {
    if (settings.empty === 'remove' && target.to === 'trait') planned.traits[target.name] = null;
    if (settings.empty === 'remove' && target.to === 'phone') planned.traits['phone'] = null;
    if (settings.empty === 'remove' && target.to === 'email' && settings.match !== 'email')
      planned.traits['email'] = null;
    return null;
  }
  switch (target.to) {
    case 'externalId':
      if (cell.length > longestId) return `is longer than ${longestId} characters`;
      if (isRounded(cell)) return roundedWords(cell);
      if (isReservedId(cell)) return `is “${shown(cell)}”, which names nobody`;
      planned.externalId = storableText(cell);
      return null;
    case 'email':
      if (emailOf({ email: cell }) === null) return `is no email address: “${shown(cell)}”`;
      planned.email = cell;
      planned.traits['email'] = cell;
      return null;
    case 'phone':
      if (isRounded(cell)) return roundedWords(cell);
      if (phoneOf({ phone: cell }) === null) return `is no phone number: “${shown(cell)}”`;
      planned.traits['phone'] = cell;
      return null;
    case 'trait': {
      const result = traitValue(storableText(cell), target, settings.decimal);
      if ('problem' in result) return result.problem;
      const wrong = contactProblem({ name: target.name, cell, value: result.value });
      if (wrong !== null) return wrong;
      planned.traits[target.name] = result.value;
      return null;
    }
    case 'consent': {
      const result = consentOf(cell);
      if ('problem' in result) return result.problem;
      planned.consents[consentKey(target)] = result.value;
      return null;
    }
    case 'time': {
      const result = dateOf(cell, target.order);
      if ('problem' in result) return result.problem;
      const at = instantInUtc(readDate(result.value)!);
      if (at < 0) return 'is before 1970';
      planned.at = Math.min(at, now);
      return null;
    }
  }
}

/** The traits `email` and `phone` are what they say, whatever the column was mapped to. */
function contactProblem({ name, cell, value }: { name: string; cell: string; value: Json }): string | null {
  if (name === 'email' && emailOf({ email: value }) === null) return `is no email address: “${shown(cell)}”`;
  if (name !== 'phone') return null;
  if (isRounded(cell)) return roundedWords(cell);
  return phoneOf({ phone: value }) === null ? `is no phone number: “${shown(cell)}”` : null;
}

function roundedWords(cell: string): string {
  return `was rounded by a spreadsheet: “${shown(cell)}”. Format the column as text there, and export it again`;
}

function unreadableWords({ cells, unreadable }: FileRow, settings: ImportSettings): string {
  const expected = settings.columns.length;
  const words: Record<Unreadable, string> = {
    quotes:
      'The quotes of this row don’t match: a quoted cell must end with a quote, and quotes within it are doubled.',
    long: 'This row is longer than 256 KB.',
    encoding: 'This row isn’t UTF-8. Save the file as “CSV UTF-8”.',
    rest: 'This line seems to belong to the broken row above it.',
    many: `This row has ${cells.length} columns; the file has ${expected}. Put quotes around cells that contain the separator.`,
    few: `This row has ${cells.length} column; the file has ${expected}.`,
  };
  return words[unreadable ?? 'rest'];
}

/** Whom a row is of that failed before that was read: so that it is found when its person is erased. */
function named(
  { cells }: FileRow,
  { settings, by, most }: { settings: ImportSettings; by: 'email' | 'externalId'; most: number },
): string | null {
  const cell = plainCell(cells[settings.columns.findIndex(({ to }) => to === by)]);
  return cell !== '' && cell.length <= most ? storableText(cell) : null;
}

/** 64 bits of a hash, as PostgreSQL's bigint. */
export function keyOf(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\u0000')).digest().readBigInt64BE().toString();
}
