import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { listMigrations, migrate } from '@wend/migrations';
import pg from 'pg';
import { Database } from '../src/platform/database/index.js';

const migrations = new URL('../../migrations/sql/', import.meta.url);

/**
 * A migrated database of its own for one spec file, cloned from a template; `drop` removes it. Needs
 * WEND_TEST_DATABASE_URL.
 */
export async function testDatabase(): Promise<{ url: string; database: Database; drop: () => Promise<void> }> {
  const server = process.env['WEND_TEST_DATABASE_URL'];
  if (!server)
    throw new Error('WEND_TEST_DATABASE_URL is not set: run the tests with `npm test`, which starts PostgreSQL.');
  const template = await templateName();
  await ensureTemplate(server, template);
  const name = `wend_test_${randomBytes(6).toString('hex')}`;
  await asAdmin(server, (admin) => admin.query(`create database ${name} template ${template}`));
  const url = withDatabase(server, name);
  const database = await Database.connect({ url });
  const drop = async () => {
    await database.close();
    await asAdmin(server, (admin) => admin.query(`drop database if exists ${name} with (force)`));
  };
  return { url, database, drop };
}

/** Another one for other migrations: whoever edits one that is not released yet gets a database that has the edit. */
async function templateName(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await listMigrations()) hash.update(file).update(await readFile(new URL(file, migrations)));
  return `wend_test_template_${hash.digest('hex').slice(0, 12)}`;
}

async function ensureTemplate(server: string, template: string): Promise<void> {
  await asAdmin(server, async (admin) => {
    await admin.query('select pg_advisory_lock(7236002)');
    const exists = (await admin.query('select 1 from pg_database where datname = $1', [template])).rowCount === 1;
    if (!exists) await admin.query(`create database ${template}`);
    await migrate({ databaseUrl: withDatabase(server, template) });
  });
}

async function asAdmin(server: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.toString();
}
