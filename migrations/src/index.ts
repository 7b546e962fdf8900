import { readdir } from 'node:fs/promises';
import { DataSource, MigrationExecutor } from 'typeorm';
import type { QueryRunner } from 'typeorm';
import { migrationOf, nameOf } from './sql-migration.js';
import type { SqlMigration } from './sql-migration.js';

const folder = new URL('../sql/', import.meta.url);
const lockId = 7_236_001;

/** The migrations in the order in which they run: `NNNN-name.sql` of the folder `sql`. */
export async function listMigrations(): Promise<string[]> {
  return (await readdir(folder)).filter((file) => /^\d{4}-[a-z0-9-]+\.sql$/.test(file)).sort();
}

/**
 * Brings a database up to date by TypeORM's runner; each migration runs once, in a transaction of its own. Safe to run
 * at the same time in several processes (advisory lock). Returns the files that ran.
 */
export async function migrate({ databaseUrl }: { databaseUrl: string }): Promise<string[]> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    migrations: (await listMigrations()).map(migrationOf),
    applicationName: 'wend-migrate',
    logging: false,
  });
  await dataSource.initialize();
  // One session for all of it: the lock is the session's, so whoever loses it can write nothing either.
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('select pg_advisory_lock($1)', [lockId]);
    await prepareTable(runner);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    const ran = await executor.executePendingMigrations();
    return ran.map(({ instance }) => (instance as SqlMigration).file);
  } finally {
    await runner.release();
    await dataSource.destroy();
  }
}

/**
 * TypeORM's table, and beside what TypeORM writes, when it ran. Databases from before TypeORM's runner have one with the
 * names of files: they become the names that TypeORM knows.
 */
async function prepareTable(runner: QueryRunner): Promise<void> {
  await runner.query(
    `create table if not exists migrations (
       id serial primary key,
       timestamp bigint not null,
       name varchar not null,
       ran_at timestamptz not null default now()
     )`,
  );
  if (await runner.hasColumn('migrations', 'timestamp')) return;
  await runner.startTransaction();
  try {
    await runner.query(
      `alter table migrations
         drop constraint migrations_pkey,
         add column timestamp bigint,
         alter column name type varchar`,
    );
    const files = (await runner.query('select name from migrations order by name')) as { name: string }[];
    for (const { name: file } of files) {
      const { name, timestamp } = nameOf(file);
      await runner.query('update migrations set name = $2, timestamp = $3 where name = $1', [file, name, timestamp]);
    }
    // Rows that are there get their ids in the order in which they lie in the table, which is of no meaning.
    await runner.query('alter table migrations alter column timestamp set not null, add column id serial primary key');
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
}
