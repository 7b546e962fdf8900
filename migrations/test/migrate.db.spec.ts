import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { listMigrations, migrate } from '../src/index.js';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

let admin: pg.Client;
let client: pg.Client;
let databaseUrl: string;
const names: string[] = [];

beforeAll(async () => {
  admin = new pg.Client({ connectionString: serverUrl() });
  await admin.connect();
});
beforeEach(async () => {
  await client?.end();
  const name = `wend_migrate_${randomBytes(6).toString('hex')}`;
  names.push(name);
  await admin.query(`create database ${name}`);
  databaseUrl = Object.assign(new URL(serverUrl()), { pathname: `/${name}` }).toString();
  client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  for (const name of names) await admin.query(`drop database if exists ${name} with (force)`);
  await admin?.end();
});

it('runs each migration once and in order', async () => {
  const files = await listMigrations();
  expect(await migrate({ databaseUrl })).toEqual(files);
  expect(await migrate({ databaseUrl })).toEqual([]);
  const stored = await ranMigrations();
  expect(stored.map(({ timestamp }) => timestamp)).toEqual(files.map((file) => String(Number(file.slice(0, 4)))));
  expect(stored[0]!.name).toBe('First0000000000001');
});

it('takes each once when several processes begin together', async () => {
  const ran = await Promise.all([migrate({ databaseUrl }), migrate({ databaseUrl }), migrate({ databaseUrl })]);
  expect(ran.flat()).toEqual(await listMigrations());
});

it('goes on where the runner of earlier releases stopped, also when two processes begin together', async () => {
  const files = await listMigrations();
  const before = files.filter((file) => file < '0006-');
  await client.query('create table migrations (name text primary key, ran_at timestamptz not null default now())');
  for (const file of before) {
    await client.query(await readFile(new URL(`../sql/${file}`, import.meta.url), 'utf8'));
    await client.query('insert into migrations values ($1, $2)', [file, '2026-01-02']);
  }
  const ran = await Promise.all([migrate({ databaseUrl }), migrate({ databaseUrl })]);
  expect(ran.flat()).toEqual(files.slice(before.length));
  expect(await migrate({ databaseUrl })).toEqual([]);
  const stored = await ranMigrations();
  expect(stored.map(({ timestamp }) => Number(timestamp))).toEqual(files.map((file) => Number(file.slice(0, 4))));
  // When they ran stays known.
  expect(stored.map(({ old }) => old)).toEqual(files.map((file) => file < '0006-'));
});

it('leaves nothing of a migration that fails, and says which one it is', async () => {
  await client.query('create table delivery_owners ()');
  await expect(migrate({ databaseUrl })).rejects.toThrow(/0006-sending\.sql failed: .*delivery_owners/);
  const { rows } = await client.query(`select 1 from pg_indexes where indexname = 'messages_parked'`);
  expect(rows).toEqual([]);
  await client.query('drop table delivery_owners');
  expect((await migrate({ databaseUrl }))[0]).toBe('0006-sending.sql');
});

async function ranMigrations(): Promise<{ name: string; timestamp: string; old: boolean }[]> {
  const { rows } = await client.query<{ name: string; timestamp: string; old: boolean }>(
    `select name, timestamp, ran_at < '2026-01-03' as old from migrations order by timestamp`,
  );
  return rows;
}

function serverUrl(): string {
  const server = process.env['WEND_TEST_DATABASE_URL'];
  if (!server)
    throw new Error('WEND_TEST_DATABASE_URL is not set: run the tests with `npm test`, which starts PostgreSQL.');
  return server;
}
