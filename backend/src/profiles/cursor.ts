import { UserError } from '../platform/errors/index.js';

/**
 * Where a page of a list ends: the sort key of its last row, as text that PostgreSQL reads without loss.
 */
export type Cursor = { at: string; id: string };

/** SQL for a timestamp as cursor text, to the microsecond. */
export function cursorTime(column: string): string {
  return `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** A cursor as clients are given it. `list`: of which, where there are several whose cursors look alike. */
export function encodeCursor({ at, id }: Cursor, list?: string): string {
  return Buffer.from(JSON.stringify(list === undefined ? [at, id] : [at, id, list])).toString('base64url');
}

/** Reads a cursor that a client sends back; throws a `UserError` when it is not one of ours, or of another list. */
export function decodeCursor(cursor: string | undefined, list?: string): Cursor | null {
  if (cursor === undefined) return null;
  try {
    const [at, id, of] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [unknown, unknown, unknown];
    if (
      of === list &&
      typeof at === 'string' &&
      isCursorTime(at) &&
      typeof id === 'string' &&
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
    )
      return { at, id };
  } catch {
    // Falls through to the error below.
  }
  throw new UserError('invalid-cursor', 'This page cursor isn’t valid. Load the list again from the start.', {
    errors: [{ path: 'cursor', message: 'isn’t a cursor for this list' }],
  });
}

/** As `cursorTime` writes it, and a day that there is: PostgreSQL refuses the 99th of a month, and the year 0. */
export function isCursorTime(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(text) || text.startsWith('0000')) return false;
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text.slice(0, 19));
}

/** Splits rows fetched with `limit + 1` into a page and the cursor of the next; `list` as `encodeCursor` has it. */
export function pageOf<Row extends { cursor: string; id: string }>(
  rows: Row[],
  limit: number,
  list?: string,
): { rows: Row[]; next: string | null } {
  const last = rows[limit - 1];
  return {
    rows: rows.slice(0, limit),
    next: rows.length > limit && last ? encodeCursor({ at: last.cursor, id: last.id }, list) : null,
  };
}
