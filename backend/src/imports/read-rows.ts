import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import { splitRecords } from './split-records.js';
import type { Broken, RecordSpan } from './split-records.js';

/** Why a row is of no use, as far as its file goes. */
export type Unreadable = Broken | 'encoding' | 'rest' | 'many' | 'few';

/** A row as it stands in the file. `lineNumber` counts from 1. */
export type FileRow = { lineNumber: number; cells: string[]; unreadable: Unreadable | null };

/** Where reading goes on: after so many bytes and lines, and whether the row before was broken. */
export type Place = { bytes: number; lines: number; afterBroken: boolean };

type ReadRowsOptions = {
  bytes: Buffer;
  place: Place;
  delimiter: string;
  /** Columns that a row has; null: those of the first one count for nothing. */
  columns: number | null;
  /** Whether the file ends where the bytes end. */
  last: boolean;
  limit: number;
};

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The next rows of a file, from a place on whose bytes are given. Rows without any text are left out. Lines after a
 * broken one that have fewer columns than rows have are taken for its rest, never for people. `long`: at the place where
 * they end comes a row that `readLongRow` must read.
 */
export function readRows({ bytes, place, delimiter, columns, last, limit }: ReadRowsOptions): {
  rows: FileRow[];
  place: Place;
  long: boolean;
} {
  const skipped = place.bytes === 0 ? preambleOf(bytes) : { bytes: 0, lines: 0 };
  const content = bytes.subarray(skipped.bytes);
  const { spans, long } = splitRecords({ bytes: content, delimiter, last, limit, columns });
  const cells = cellsOf({ bytes: content, spans, delimiter });
  const rows: FileRow[] = [];
  let { afterBroken } = place;
  let lines = place.lines + skipped.lines;
  for (const [index, span] of spans.entries()) {
    const row = cells[index]!;
    const lineNumber = lines + 1;
    lines += span.breaks;
    if (row.length > 0 && row.every((cell) => cell.trim() === '') && span.broken === null) continue;
    const unreadable = span.broken ?? problemOf({ bytes: content, span, count: row.length, columns, afterBroken });
    afterBroken = span.broken !== null || unreadable === 'rest';
    rows.push({ lineNumber, cells: row, unreadable });
  }
  const read = skipped.bytes + (spans.at(-1)?.next ?? 0);
  return { rows, place: { bytes: place.bytes + read, lines, afterBroken }, long };
}

/** What stands before the first row: a byte order mark, and the line by which Excel is told the separator. */
function preambleOf(bytes: Buffer): { bytes: number; lines: number } {
  const mark = bytes.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
  const [line] = separatorLine.exec(bytes.toString('latin1', mark, mark + 16)) ?? [];
  return line === undefined ? { bytes: mark, lines: 0 } : { bytes: mark + line.length, lines: 1 };
}

/** `sep=;` in a line of its own, and which sign it names. */
export const separatorLine = /^"?sep=([,;|\t])"?(?:\r\n|\r|\n)/i;

type ProblemOptions = {
  bytes: Buffer;
  span: RecordSpan;
  count: number;
  columns: number | null;
  afterBroken: boolean;
};

function problemOf({ bytes, span, count, columns, afterBroken }: ProblemOptions): Unreadable | null {
  if (!isUtf8(bytes.subarray(span.start, span.end))) return 'encoding';
  if (columns === null || count === columns) return null;
  if (count > columns) return 'many';
  // Spreadsheets leave out empty cells at the end. One cell alone is no row of several columns, though.
  return afterBroken ? 'rest' : count === 1 && columns > 2 ? 'few' : null;
}

/** The cells of each record; of a broken one its text. */
function cellsOf({ bytes, spans, delimiter }: { bytes: Buffer; spans: RecordSpan[]; delimiter: string }): string[][] {
  const cells: string[][] = [];
  for (let index = 0; index < spans.length;) {
    const first = spans[index]!;
    if (first.broken !== null) {
      cells.push([bytes.toString('utf8', first.start, Math.min(first.end, first.start + 10_000))]);
      index += 1;
      continue;
    }
    let end = index;
    while (end < spans.length && spans[end]!.broken === null) end += 1;
    const records = parse(bytes.subarray(first.start, spans[end - 1]!.next), {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
    }) as string[][];
    if (records.length !== end - index)
      throw new Error(`A file with ${end - index} records was read as ${records.length}.`);
    cells.push(...records);
    index = end;
  }
  return cells;
}
