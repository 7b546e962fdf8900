import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';

const folder = new URL('../sql/', import.meta.url);
const lockId = 7_236_001;

/** The migrations in the order in which they run: `NNNN-name.sql` of the folder `sql`. */
export async function listMigrations(): Promise<string[]> {
  return (await readdir(folder)).filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file)).sort();
}

/**
 * Brings a database up to date; each migration runs once, in a transaction of its own. Safe to run at the same time in several
 * processes (advisory lock). Returns the names that ran.
 */
export async function migrate({ databaseUrl }: { databaseUrl: string }): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const ran: string[] = [];
  try {
    await client.query('select pg_advisory_lock($1)', [lockId]);
    await client.query('create table if not exists migrations (name text primary key, ran_at timestamptz not null default now())');
    const done = new Set((await client.query<{ name: string }>('select name from migrations')).rows.map((row) => row.name));
    for (const name of await listMigrations()) {
      if (done.has(name)) continue;
      await runOne(client, name);
      ran.push(name);
    }
    return ran;
  } finally {
    await client.end();
  }
}

async function runOne(client: pg.Client, name: string): Promise<void> {
  const sql = await readFile(new URL(name, folder), 'utf8');
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into migrations (name) values ($1)', [name]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
}
