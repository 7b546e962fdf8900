import { importLimits } from '@wend/contract';
import type { ImportDelimiter, ImportDetail } from '@wend/contract';
import { emailOf } from '../profiles/index.js';
import { storableText } from '../platform/text/index.js';
import { plainCell } from './cell-values.js';
import { guessColumns } from './guess-columns.js';
import { readLongRow } from './long-row.js';
import { readRows, separatorLine } from './read-rows.js';
import type { FileRow } from './read-rows.js';

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
  const { rows, long } = readRows({
    bytes,
    place: { bytes: 0, lines: 0, afterBroken: false },
    delimiter,
    columns: null,
    last: whole,
    limit: sampleRows,
  });
  const [first] = rows;
  if (!first && long) throw new UnreadableFile('The first line of the file is longer than 256 KB.');
  if (!first) throw new UnreadableFile('The file has no rows.');
  refuseWrongEncoding({ rows, bytes, whole });
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
    header && cell !== '' ? plainCell(cell).slice(0, longestSample) : `Column ${index + 1}`,
  );
  const cells = names.map((_, index) => data.map((row) => plainCell(row[index])));
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

/**
 * Refuses a file that is no UTF-8 as a whole; a line of it that is none, among others that are, is a bad row. It takes
 * more such lines than others that prove UTF-8, and more than one among many.
 */
function refuseWrongEncoding({ rows, bytes, whole }: { rows: FileRow[]; bytes: Buffer; whole: boolean }): void {
  const wrong = rows.filter(({ unreadable }) => unreadable === 'encoding');
  const proven = rows.filter(
    ({ cells, unreadable }) => unreadable !== 'encoding' && cells.some((cell) => /[^\0-\x7f]/.test(cell)),
  );
  const few = wrong.length <= proven.length || (wrong.length === 1 && rows.length > 3);
  if (wrong.length === 0 || (few && rows[0]!.unreadable !== 'encoding')) return;
  const end = whole ? bytes.length : Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d)) + 1;
  throw new UnreadableFile(
    `Line ${wrong[0]!.lineNumber} of the file isn’t UTF-8: the file looks like ${encodingOf(bytes.subarray(0, end))}. Save it again as “CSV UTF-8” and upload that.`,
  );
}

const encodings = [
  ['euc-kr', /\p{Script=Hangul}/u, 'Korean (CP949, EUC-KR)'],
  ['shift_jis', /[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'Japanese (Shift JIS)'],
  ['gb18030', /\p{Script=Han}/u, 'Chinese (GB 18030)'],
] as const;

/** In words; Latin-1 when it is none of those that can be told: every byte is a letter there. */
function encodingOf(bytes: Buffer): string {
  const found = encodings.find(([label, script]) => {
    try {
      const letters = [...new TextDecoder(label, { fatal: true }).decode(bytes).replace(/[\0-\x7f]/g, '')];
      return letters.filter((letter) => script.test(letter)).length > letters.length / 2;
    } catch {
      return false;
    }
  });
  return found?.[2] ?? 'Latin-1 (Windows-1252)';
}

type SampleOptions = {
  /** Bytes of the file from a place on, as many as are looked at. */
  read: (position: number) => Promise<Buffer>;
  /** Bytes of the file. */
  size: number;
  delimiter?: ImportDelimiter | undefined;
};

/** Rows that are longer than any may be are not looked at: so many at most are gone past. */
const mostLongRows = 20;

/** The beginning of a file as `inspectFile` looks at it: without rows that are too long, which would be all of it. */
export async function sampleOf({
  read,
  size,
  delimiter: given,
}: SampleOptions): Promise<{ bytes: Buffer; whole: boolean }> {
  let bytes = await read(0);
  let whole = bytes.length >= size;
  const delimiter = given ?? delimiterOf(bytes);
  for (let [left, gone] = [mostLongRows, 0]; left > 0; left -= 1) {
    const start = { bytes: 0, lines: 0, afterBroken: false };
    const { rows, place, long } = readRows({
      bytes,
      place: start,
      delimiter,
      columns: null,
      last: whole,
      limit: sampleRows,
    });
    if (!long || rows.length === 0) break;
    const after = await readLongRow({ read, place: { ...place, bytes: place.bytes + gone }, size, delimiter });
    gone = after.place.bytes - place.bytes;
    const next = await read(after.place.bytes);
    whole = after.place.bytes + next.length >= size;
    bytes = Buffer.concat([bytes.subarray(0, place.bytes), next]);
  }
  return { bytes, whole };
}

/**
 * The one that the file names, as Excel writes it; else the one of the usual separators that the first line has most of
 * outside quotes, and of two the one that texts have less often. Bars also stand between entries of a list: they count
 * where there is nothing else.
 */
export function delimiterOf(bytes: Buffer): ImportDelimiter {
  const start = bytes
    .subarray(0, 64 * 1024)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  const named = separatorLine.exec(start)?.[1];
  if (named !== undefined) return named as ImportDelimiter;
  const [first = ''] = start
    .trimStart()
    .replace(/"(?:[^"]|"")*"/g, '""')
    .split(/[\r\n]/, 1);
  const count = (separator: string) => first.split(separator).length - 1;
  const [best] = (['\t', ';', ','] as const).toSorted((a, b) => count(b) - count(a));
  return count(best!) === 0 && count('|') > 0 ? '|' : best!;
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
