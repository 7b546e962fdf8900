import type { Sql } from '../platform/database/index.js';

/**
 * The position up to which all events are stored that will ever be, since whoever could still store one below it has
 * ended: what others count may follow so far. Without scope: events of all workspaces
 * share positions.
 */
export async function settledPosition(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ counted: string }>('select counted from catalogue_progress');
  return row?.counted ?? '0';
}
