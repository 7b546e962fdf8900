import type { Database } from '../platform/database/index.js';
import type { Sql } from '../platform/database/index.js';

const lockId = 7_236_011;

/** First instants of a month and of the next, and the name of its partition. */
function monthOf(at: Date, ahead: number): { name: string; from: string; to: string } {
  const from = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead, 1));
  const to = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead + 1, 1));
  const name = `events_${from.getUTCFullYear()}_${String(from.getUTCMonth() + 1).padStart(2, '0')}`;
  return { name, from: from.toISOString(), to: to.toISOString() };
}

type EnsurePartitionsOptions = {
  database: Database;
  now?: Date;
};

/**
 * Makes the monthly partitions of `events` for this month and the next two. What the default partition already holds of
 * such a month (the server stood still for long) moves into it. Safe to run in several processes at once. Without
 * scope: partitions are by month and hold all workspaces.
 */
export async function ensurePartitions({ database, now = new Date() }: EnsurePartitionsOptions): Promise<string[]> {
  const made: string[] = [];
  for (const month of [0, 1, 2].map((ahead) => monthOf(now, ahead))) {
    const added = await database.transaction((sql) => addPartition({ sql, month }));
    if (added) made.push(month.name);
  }
  return made;
}

type AddPartitionOptions = {
  sql: Sql;
  month: ReturnType<typeof monthOf>;
};

async function addPartition({ sql, month: { name, from, to } }: AddPartitionOptions): Promise<boolean> {
  await sql.query('select pg_advisory_xact_lock($1)', [lockId]);
  const [existing] = await sql.query('select 1 from pg_class where relname = $1', [name]);
  if (existing) return false;
  // Ingestion waits behind this lock: better to try again tomorrow than to hold it up.
  await sql.query("set local lock_timeout = '5s'");
  // Vacuumed often: questions about everybody are answered by an index alone, as far as pages are known to be all visible.
  await sql.query(
    `create table ${name} (like events including defaults including constraints)
     with (autovacuum_vacuum_insert_scale_factor = 0.02)`,
  );
  await sql.query('lock table events in share row exclusive mode');
  await sql.query(
    `with moved as (
        delete from events_default where received_at >= '${from}' and received_at < '${to}' returning *
      ) insert into ${name} select *
      from moved`,
  );
  await sql.query(`alter table events attach partition ${name} for values from ('${from}') to ('${to}')`);
  return true;
}

/** The tables that hold the rows of a table: its partitions, or itself. Without scope: it reads no rows. */
export async function leavesOf({ sql, table }: { sql: Sql; table: string }): Promise<string[]> {
  const rows = await sql.query<{ name: string }>(
    `select relid::regclass::text as name from pg_partition_tree($1) where isleaf`,
    [table],
  );
  return rows.length === 0 ? [table] : rows.map(({ name }) => name);
}
