/** Why a record cannot be read; `rest`: it follows one of those, and may be a piece of it. */
export type Broken = 'quotes' | 'long';

/** One record of the file: its bytes are `start` to `end`, without the line break; the next one begins at `next`. */
export type RecordSpan = {
  start: number;
  end: number;
  next: number;
  /** Line breaks within it, its own among them. */
  breaks: number;
  broken: Broken | null;
};

/** A record has this many bytes at most. */
export const longestRecord = 256 * 1024;

const quote = 0x22;
const lf = 0x0a;
const cr = 0x0d;

type SplitOptions = {
  bytes: Buffer;
  delimiter: string;
  /** Whether the file ends where the bytes end. */
  last: boolean;
  /** Records at most. */
  limit: number;
  /** Columns that a row has, where that is known. */
  columns: number | null;
};

/**
 * Finds where records begin and end (RFC 4180): quotes around a field hold line breaks, and CR, LF and CRLF end a record
 * outside of them, also when they are mixed. What no quotes can be meant by (`"a"b`, a quote that is never closed) makes
 * only its first line a broken record: reading goes on with the line after it, so that one of them never takes the rest
 * of the file with it. A record that may go on after the bytes is left out, unless the bytes are the `last`.
 * `long`: after the records comes one that is longer than any may be, and whose end is to be looked for (`long-row.ts`).
 */
export function splitRecords({ bytes, delimiter, last, limit, columns }: SplitOptions): {
  spans: RecordSpan[];
  long: boolean;
} {
  const spans: RecordSpan[] = [];
  for (let start = 0; start < bytes.length && spans.length < limit;) {
    const span = recordAt({ bytes, start, delimiter, last, columns });
    if (span === 'long') return { spans, long: true };
    if (span === null) break;
    spans.push(span);
    start = span.next;
  }
  return { spans, long: false };
}

type RecordAtOptions = Omit<SplitOptions, 'limit'> & { start: number };

/** Null when more bytes are needed to know. */
function recordAt({ bytes, start, delimiter, last, columns }: RecordAtOptions): RecordSpan | 'long' | null {
  const most = Math.min(bytes.length, start + longestRecord);
  const scan = new RecordScan(delimiter);
  const { taken, state } = scan.take(bytes.subarray(start, most), last && most === bytes.length);
  const at = start + taken;
  if (state === 'ended') return { start, end: at - scan.breakBytes, next: at, breaks: scan.breaks, broken: null };
  if (state === 'unclosed') return firstLine({ bytes, start, last, broken: 'quotes' });
  if (most - start < longestRecord) return null;
  const text = bytes.toString('latin1', start, most);
  return scan.isQuoted && looksLikeRows({ text, delimiter, columns })
    ? firstLine({ bytes, start, last, broken: 'quotes' })
    : 'long';
}

/** Whether lines of what began with a quote are people: then it was forgotten to close it. */
function looksLikeRows({
  text,
  delimiter,
  columns,
}: {
  text: string;
  delimiter: string;
  columns: number | null;
}): boolean {
  const [first = '', ...others] = text.split(/\r\n|\r|\n/, 102);
  const count = (line: string) => line.split(delimiter).length;
  const wanted = columns ?? count(first);
  return others.filter((line) => count(line) === wanted).length > others.length / 2;
}

/** Goes through the bytes of one record until it ends, however many pieces they come in. */
export class RecordScan {
  breaks = 0;
  /** Of the line break that ended it. */
  breakBytes = 0;
  private quoted = false;
  private fieldStart = true;
  private readonly comma: number;

  constructor(delimiter: string) {
    this.comma = delimiter.charCodeAt(0);
  }

  get isQuoted(): boolean {
    return this.quoted;
  }

  /**
   * `taken` bytes belong to the record, its line break among them. `more`: it goes on after them, and what was not taken
   * is wanted again. `unclosed`: its quotes do not match. `last`: no bytes follow.
   */
  take(bytes: Buffer, last: boolean): { taken: number; state: 'more' | 'ended' | 'unclosed' } {
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      const next = at + 1 < bytes.length ? bytes[at + 1]! : null;
      if (next === null && !last && (byte === cr || (this.quoted && byte === quote)))
        return { taken: at, state: 'more' };
      if (this.quoted) {
        if (byte === quote) {
          if (next === quote) at += 1;
          else if (next === null || next === this.comma || next === lf || next === cr) this.quoted = false;
          else return { taken: at, state: 'unclosed' };
        } else if (byte === lf || (byte === cr && next !== lf)) this.breaks += 1;
        continue;
      }
      if (byte === lf || byte === cr) {
        this.breaks += 1;
        this.breakBytes = byte === cr && next === lf ? 2 : 1;
        return { taken: at + this.breakBytes, state: 'ended' };
      }
      if (byte === quote && this.fieldStart) this.quoted = true;
      this.fieldStart = byte === this.comma;
    }
    if (!last) return { taken: bytes.length, state: 'more' };
    return { taken: bytes.length, state: this.quoted ? 'unclosed' : 'ended' };
  }
}

type FirstLineOptions = { bytes: Buffer; start: number; last: boolean; broken: Broken };

/** The line that begins at `start`. */
function firstLine({ bytes, start, last, broken }: FirstLineOptions): RecordSpan | 'long' | null {
  const most = Math.min(bytes.length, start + longestRecord);
  for (let at = start; at < most; at += 1) {
    if (bytes[at] !== lf && bytes[at] !== cr) continue;
    if (bytes[at] === cr && at + 1 === bytes.length && !last) return null;
    const next = at + (bytes[at] === cr && bytes[at + 1] === lf ? 2 : 1);
    return { start, end: at, next, breaks: 1, broken };
  }
  if (most - start === longestRecord) return 'long';
  return last ? { start, end: most, next: most, breaks: 0, broken } : null;
}
