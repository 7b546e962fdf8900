import type { FileRow, Place } from './read-rows.js';
import { RecordScan } from './split-records.js';

/** So far the end of a quoted cell is looked for. */
const farthestQuote = 64 * 1024 * 1024;
/** Characters of the row that are kept to be shown. */
const kept = 10_000;

type LongRowOptions = {
  /** Bytes of the file from a place on, as many as fit in memory; none after its end. */
  read: (position: number) => Promise<Buffer>;
  /** Where the row begins. */
  place: Place;
  /** Bytes of the file. */
  size: number;
  delimiter: string;
};

/**
 * One row that is longer than any may be, and where reading goes on: after it, where its quotes are closed; else after
 * its first line, as after every row whose quotes do not match. It is never in memory as a whole.
 */
export async function readLongRow(options: LongRowOptions): Promise<{ row: FileRow; place: Place }> {
  const { place, read } = options;
  const start = (await read(place.bytes)).toString('utf8', 0, kept);
  const whole = await endOf({ ...options, scan: new RecordScan(options.delimiter), most: farthestQuote });
  // No delimiter and no quote: the end of the line, wherever it is.
  const end = whole ?? (await endOf({ ...options, scan: new LineScan(), most: Infinity }));
  if (end === null) throw new Error('A line of the file has no end.');
  return {
    row: {
      lineNumber: place.lines + 1,
      cells: [whole ? start : (start.split(/[\r\n]/, 1)[0] ?? '')],
      unreadable: whole ? 'long' : 'quotes',
    },
    place: { bytes: end.bytes, lines: place.lines + end.breaks, afterBroken: whole === null },
  };
}

type EndOptions = LongRowOptions & { scan: Pick<RecordScan, 'take' | 'breaks' | 'isQuoted'>; most: number };

async function endOf({ read, place, size, scan, most }: EndOptions): Promise<{ bytes: number; breaks: number } | null> {
  for (let position = place.bytes; position - place.bytes <= most || !scan.isQuoted;) {
    const bytes = await read(position);
    const { taken, state } = scan.take(bytes, position + bytes.length >= size);
    position += taken;
    if (state === 'ended') return { bytes: position, breaks: scan.breaks };
    if (state === 'unclosed' || bytes.length === 0) return null;
  }
  return null;
}

/** A line, whatever its quotes. */
class LineScan {
  breaks = 0;
  readonly isQuoted = false;

  take(bytes: Buffer, last: boolean): { taken: number; state: 'more' | 'ended' } {
    const [at] = [bytes.indexOf(0x0a), bytes.indexOf(0x0d)].filter((found) => found !== -1).sort((a, b) => a - b);
    if (at === undefined) return { taken: bytes.length, state: last ? 'ended' : 'more' };
    if (bytes[at] === 0x0d && at + 1 === bytes.length && !last) return { taken: at, state: 'more' };
    this.breaks = 1;
    return { taken: at + (bytes[at] === 0x0d && bytes[at + 1] === 0x0a ? 2 : 1), state: 'ended' };
  }
}
