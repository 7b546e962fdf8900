import { importLimits } from '@wend/contract';
import type { ImportDelimiter, ImportDetail } from '@wend/contract';
import { emailOf } from '../profiles/index.js';
import { storableText } from '../platform/text/index.js';
import { guessColumns } from './guess-columns.js';
import { readRows } from './read-rows.js';

export type Found = NonNullable<ImportDetail['found']>;

/** So much of a file is looked at before anybody is asked about it. */
export const sampleBytes = 384 * 1024;
const sampleRows = 200;
const shownRows = 6;
const samples = 4;
const longestSample = 200;

/** The file as a whole is of no use; one sentence says why and what to do. */
export class UnreadableFile extends Error {}

type InspectOptions = {
  /** The beginning of the file. */
  bytes: Buffer;
  /** Whether that is all of it. */
  whole: boolean;
  delimiter?: ImportDelimiter | undefined;
  header?: boolean | undefined;
};

/**
 * What a file seems to be: its separator, its columns and their types, from its beginning. Throws `UnreadableFile` for
 * what is no CSV in UTF-8.
 */
export function inspectFile({ bytes, whole, delimiter: given, header: wanted }: InspectOptions): Found {
  refuseOtherEncodings(bytes);
  const delimiter = given ?? delimiterOf(bytes);
  const { rows } = readRows({
    bytes,
    place: { bytes: 0, lines: 0, afterBroken: false },
    delimiter,
    columns: null,
    last: whole,
    limit: sampleRows,
  });
  const [first] = rows;
  if (!first) throw new UnreadableFile('The file has no rows.');
  if (rows.some(({ unreadable }) => unreadable === 'encoding'))
    throw new UnreadableFile(
      `Line ${rows.find(({ unreadable }) => unreadable === 'encoding')!.lineNumber} of the file isn’t UTF-8. Save it again as “CSV UTF-8” and upload that.`,
    );
  if (first.unreadable !== null)
    throw new UnreadableFile('The first line of the file can’t be read: its quotes don’t match.');
  if (first.cells.length > importLimits.columns)
    throw new UnreadableFile(
      `The file has ${first.cells.length} columns; ${importLimits.columns} can be imported. Leave out those that you don’t need.`,
    );
  const readable = rows.filter(({ unreadable }) => unreadable === null).map(({ cells }) => cells.map(trimmed));
  const header = wanted ?? isHeader(readable);
  const data = header ? readable.slice(1) : readable;
  if (data.length === 0) throw new UnreadableFile('The file has a row with the names of its columns, and no people.');
  return describe({ delimiter, header, first: readable[0]!, data, rows: readable.slice(0, shownRows) });
}

type DescribeOptions = {
  delimiter: ImportDelimiter;
  header: boolean;
  first: string[];
  data: string[][];
  rows: string[][];
};

function describe({ delimiter, header, first, data, rows }: DescribeOptions): Found {
  const names = first.map((cell, index) =>
    header && cell !== '' ? cell.slice(0, longestSample) : `Column ${index + 1}`,
  );
  const cells = names.map((_, index) => data.map((row) => row[index] ?? ''));
  const decimal = decimalOf(data.flat(), delimiter);
  const guesses = guessColumns({ names, cells, decimal });
  return {
    delimiter,
    header,
    decimal,
    match: guesses.some(({ to }) => to === 'externalId') ? 'externalId' : 'email',
    columns: names.map((name, index) => ({
      name,
      samples: [...new Set(cells[index]!.filter((cell) => cell !== ''))]
        .slice(0, samples)
        .map((cell) => cell.slice(0, longestSample)),
      guess: guesses[index]!,
    })),
    rows: rows.map((row) => row.slice(0, importLimits.columns).map((cell) => cell.slice(0, longestSample))),
  };
}

function refuseOtherEncodings(bytes: Buffer): void {
  const starts = (...signs: number[]) => signs.every((sign, index) => bytes[index] === sign);
  if (starts(0xff, 0xfe) || starts(0xfe, 0xff) || (bytes.length > 3 && (bytes[0] === 0 || bytes[1] === 0)))
    throw new UnreadableFile('The file is UTF-16. Save it again as “CSV UTF-8” and upload that.');
  if (starts(0x50, 0x4b, 0x03, 0x04) || starts(0xd0, 0xcf, 0x11, 0xe0))
    throw new UnreadableFile('The file is an Excel workbook. Save it as “CSV UTF-8” and upload that.');
}

/** The one of the usual separators that the first line has most of outside quotes; of two the one that texts have less often. */
export function delimiterOf(bytes: Buffer): ImportDelimiter {
  const [first = ''] = bytes
    .subarray(0, 64 * 1024)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
    .replace(/"(?:[^"]|"")*"/g, '""')
    .split(/[\r\n]/, 1);
  const count = (separator: string) => first.split(separator).length - 1;
  const [best] = (['\t', ';', ','] as const).toSorted((a, b) => count(b) - count(a));
  return best!;
}

/** Names are texts, all there and all different; an address or a number among them is somebody's. */
function isHeader([first = [], ...others]: string[][]): boolean {
  const named = first.filter((cell) => cell !== '');
  if (named.length === 0 || new Set(named).size < named.length) return false;
  if (named.some((cell) => emailOf({ email: cell }) !== null || /^[+-]?[\d.,/: -]+$/.test(cell))) return false;
  return others.length > 0 || named.length > 1;
}

/** A comma, where no number of the file has its decimals after a point. Files with semicolons come from such places. */
function decimalOf(cells: string[], delimiter: string): '.' | ',' {
  const point = cells.some((cell) => /^[+-]?\d+\.\d+$/.test(cell) && !/^[+-]?\d{1,3}\.\d{3}$/.test(cell));
  const comma = cells.some((cell) => /^[+-]?\d{1,3}(\.\d{3})*,\d+$/.test(cell) && !/^[+-]?\d{1,3},\d{3}$/.test(cell));
  if (point !== comma) return comma ? ',' : '.';
  return delimiter === ';' && !point ? ',' : '.';
}

function trimmed(cell: string): string {
  return storableText(cell.trim());
}
