import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { listMigrations } from '@wend/migrations';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';

const name = `wend_upgrade_${randomBytes(6).toString('hex')}`;
let admin: pg.Client;
let client: pg.Client;
const run = async (file: string) =>
  client.query(await readFile(new URL(`../../migrations/sql/${file}`, import.meta.url), 'utf8'));

beforeAll(async () => {
  const server = process.env['WEND_TEST_DATABASE_URL'];
  if (!server)
    throw new Error('WEND_TEST_DATABASE_URL is not set: run the tests with `npm test`, which starts PostgreSQL.');
  admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`create database ${name}`);
  client = new pg.Client({ connectionString: Object.assign(new URL(server), { pathname: `/${name}` }).toString() });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await admin?.query(`drop database if exists ${name} with (force)`);
  await admin?.end();
});

it('lets batches that are under way be about what they were, and places hear of who is made', async () => {
  const files = await listMigrations();
  const mine = files.find((file) => file.startsWith('0049-'))!;
  for (const file of files) if (file < mine) await run(file);
  const one = async (text: string, values: unknown[] = []) =>
    (await client.query<{ id: string }>(text, values)).rows[0]!.id;
  const shop = await one(`insert into workspaces (name) values ('Shop') returning id`);
  const other = await one(`insert into workspaces (name) values ('Without places') returning id`);
  await client.query(
    `insert into places (workspace_id, external_id, name, lat, lng, radius, bounds)
     select $1, n::text, 'A', 1, 1, 100, box(point(0, 0), point(2, 2)) from generate_series(1, 2) n`,
    [shop],
  );
  const journey = await one(
    `insert into journeys (workspace_id, name, draft) values ($1, 'Daily', '{}') returning id`,
    [other],
  );
  const occasion = { cause: 'schedule/', data: { occurrence: '2026-12-01T09:00' } };
  for (const [cause, about] of [
    ['schedule/1', occasion],
    ['api/1', null],
  ] as const)
    await client.query(
      `insert into entry_batches (workspace_id, journey_id, node, source, cause, name, data, at, state, occasion)
       values ($1, $2, 'entry', '{}', $3, 'Schedule', '{}', now(), 'running', $4)`,
      [other, journey, cause, about && JSON.stringify(about)],
    );
  await run(mine);
  expect((await client.query('select cause, occasions from entry_batches order by cause')).rows).toEqual([
    { cause: 'api/1', occasions: null },
    { cause: 'schedule/1', occasions: [occasion] },
  ]);
  expect((await client.query('select workspace_id, what, name, watcher from change_watches')).rows).toEqual([
    { workspace_id: shop, what: 'profile', name: 'created', watcher: 'places/all' },
  ]);
});
