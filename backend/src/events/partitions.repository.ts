import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Sql } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';

const lockId = 7_236_011;
const dayMs = 86_400_000;
/** How long a message id is remembered: an event sent again within this time is not stored twice. */
export const dedupeDays = 35;
const bitePages = 500;

/** First instants of a month and of the next, and the name of its partition. */
export function monthOf(at: Date, ahead: number): { name: string; from: string; to: string } {
  const from = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead, 1));
  const to = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead + 1, 1));
  const name = `events_${from.getUTCFullYear()}_${String(from.getUTCMonth() + 1).padStart(2, '0')}`;
  return { name, from: from.toISOString(), to: to.toISOString() };
}

/**
 * Makes the monthly partitions of `events` for this month and the next two. What the default partition already holds of such
 * a month (the server stood still for long) moves into it. Safe to run in several processes at once. Without scope: partitions
 * are by month and hold all workspaces.
 */
export async function ensurePartitions({ database, now = new Date() }: { database: Database; now?: Date }): Promise<string[]> {
  const made: string[] = [];
  for (const month of [0, 1, 2].map((ahead) => monthOf(now, ahead))) {
    const added = await database.transaction((sql) => addPartition({ sql, month }));
    if (added) made.push(month.name);
  }
  return made;
}

async function addPartition({ sql, month: { name, from, to } }: { sql: Sql; month: ReturnType<typeof monthOf> }): Promise<boolean> {
  await sql.query('select pg_advisory_xact_lock($1)', [lockId]);
  const [existing] = await sql.query('select 1 from pg_class where relname = $1', [name]);
  if (existing) return false;
  // Ingestion waits behind this lock: better to try again tomorrow than to hold it up.
  await sql.query("set local lock_timeout = '5s'");
  await sql.query(`create table ${name} (like events including defaults including constraints)`);
  await sql.query('lock table events in share row exclusive mode');
  await sql.query(`with moved as (delete from events_default where received_at >= '${from}' and received_at < '${to}' returning *) insert into ${name} select * from moved`);
  await sql.query(`alter table events attach partition ${name} for values from ('${from}') to ('${to}')`);
  return true;
}

/**
 * Forgets message ids that are older than the dedupe window. Goes through the pages of the table in bites that hold no lock for long.
 * Without scope: the window is the same for all workspaces.
 */
export async function forgetMessageIds({ database, now = new Date() }: { database: Database; now?: Date }): Promise<number> {
  const before = new Date(now.getTime() - dedupeDays * dayMs);
  const [table] = await database.query<{ pages: number }>("select (pg_relation_size('event_ids') / current_setting('block_size')::int)::int as pages");
  let forgotten = 0;
  for (let page = 0; page < table!.pages; page += bitePages) {
    const [bite] = await database.query<{ count: number }>(
      'with gone as (delete from event_ids where ctid >= $1::tid and ctid < $2::tid and received_at < $3 returning 1) select count(*)::int as count from gone',
      [`(${page},0)`, `(${page + bitePages},0)`, before],
    );
    forgotten += bite!.count;
  }
  return forgotten;
}

/** Keeps the tables of events in shape: at the start of the process and each day. A failure is logged and tried again. */
@Injectable()
export class EventTables implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly database: Database) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.upkeep();
    this.timer = setInterval(() => void this.upkeep(), dayMs);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async upkeep(): Promise<void> {
    try {
      const partitions = await ensurePartitions({ database: this.database });
      const forgotten = await forgetMessageIds({ database: this.database });
      if (partitions.length + forgotten > 0) logger.info({ partitions, forgottenMessageIds: forgotten }, 'event tables kept in shape');
    } catch (error) {
      logger.error({ error }, 'event tables could not be kept in shape; events go to the default partition until it works');
    }
  }
}
