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
};

/**
 * Finds where records begin and end (RFC 4180): quotes around a field hold line breaks, and CR, LF and CRLF end a record
 * outside of them, also when they are mixed. What no quotes can be meant by (`"a"b`, a quote that is never closed) makes
 * only its first line a broken record: reading goes on with the line after it, so that one of them never takes the rest
 * of the file with it. A record that may go on after the bytes is left out, unless the bytes are the `last`.
 */
export function splitRecords({ bytes, delimiter, last, limit }: SplitOptions): RecordSpan[] {
  const spans: RecordSpan[] = [];
  for (let start = 0; start < bytes.length && spans.length < limit;) {
    const span = recordAt({ bytes, start, comma: delimiter.charCodeAt(0), last });
    if (span === null) break;
    spans.push(span);
    start = span.next;
  }
  return spans;
}

type RecordAtOptions = { bytes: Buffer; start: number; comma: number; last: boolean };

/** Null when more bytes are needed to know. */
function recordAt({ bytes, start, comma, last }: RecordAtOptions): RecordSpan | null {
  const most = Math.min(bytes.length, start + longestRecord);
  let breaks = 0;
  let quoted = false;
  let fieldStart = true;
  for (let at = start; at < most; at += 1) {
    const byte = bytes[at]!;
    if (quoted) {
      if (byte === quote) {
        const next = at + 1 < bytes.length ? bytes[at + 1]! : null;
        if (next === quote) at += 1;
        else if (next === null && !last) return null;
        else if (next === null || next === comma || next === lf || next === cr) quoted = false;
        else return firstLine({ bytes, start, last, broken: 'quotes' });
      } else if (byte === lf || (byte === cr && bytes[at + 1] !== lf)) breaks += 1;
      continue;
    }
    if (byte === quote && fieldStart) quoted = true;
    else if (byte === lf) return { start, end: at, next: at + 1, breaks: breaks + 1, broken: null };
    else if (byte === cr) {
      if (at + 1 === bytes.length && !last) return null;
      return { start, end: at, next: at + (bytes[at + 1] === lf ? 2 : 1), breaks: breaks + 1, broken: null };
    }
    fieldStart = byte === comma;
  }
  if (most - start === longestRecord) return firstLine({ bytes, start, last, broken: quoted ? 'quotes' : 'long' });
  if (!last) return null;
  if (quoted) return firstLine({ bytes, start, last, broken: 'quotes' });
  return { start, end: most, next: most, breaks, broken: null };
}

type FirstLineOptions = { bytes: Buffer; start: number; last: boolean; broken: Broken };

/** The line that begins at `start`, or as much of it as a record may have. */
function firstLine({ bytes, start, last, broken }: FirstLineOptions): RecordSpan | null {
  const most = Math.min(bytes.length, start + longestRecord);
  for (let at = start; at < most; at += 1) {
    if (bytes[at] !== lf && bytes[at] !== cr) continue;
    if (bytes[at] === cr && at + 1 === bytes.length && !last) return null;
    const next = at + (bytes[at] === cr && bytes[at + 1] === lf ? 2 : 1);
    return { start, end: at, next, breaks: 1, broken };
  }
  return { start, end: most, next: most, breaks: 0, broken };
}
