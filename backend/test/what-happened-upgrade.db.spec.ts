import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { listMigrations } from '@wend/migrations';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';

const name = `wend_upgrade_${randomBytes(6).toString('hex')}`;
const ids = { workspace: '', journey: '', version: '' };
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

it('brings the figures of journeys that ran before along, whether or not they were rolled up', async () => {
  const files = await listMigrations();
  const mine = files.find((file) => file.startsWith('0008-'))!;
  for (const file of files) if (file < '0007-') await run(file);
  await client.query(
    `with made as (
        insert into workspaces (name, demo) values ('Demo', true), ('Demo that mails', true) returning id, name
      ) insert into connections (workspace_id, kind, name, settings) select id,
        'smtp', 'mail', '{}'
      from made
      where name = 'Demo that mails'`,
  );
  for (const file of files) if (file > '0007-' && file < mine) await run(file);
  const mailed = await client.query<{ sandbox: boolean }>(
    `select sandbox
      from channel_settings s
      join workspaces w on w.id = s.workspace_id
      where channel = 'email'
      order by w.name`,
  );
  expect(mailed.rows).toEqual([{ sandbox: true }, { sandbox: false }]);
  const one = async (text: string, values: unknown[] = []) =>
    (await client.query<{ id: string }>(text, values)).rows[0]!.id;
  ids.workspace = await one(`insert into workspaces (name) values ('Shop') returning id`);
  ids.journey = await one(
    `insert into journeys (workspace_id, name, draft) values ($1, 'Welcome', '{}') returning id`,
    [ids.workspace],
  );
  await client.query(`insert into programs (workspace_id, hash, format, program) values ($1, 'h', 1, '{}')`, [
    ids.workspace,
  ]);
  ids.version = await one(
    `insert into journey_versions (workspace_id, journey_id, number, graph, program_hash, trigger, reentry)
      values ($1, $2, 1, '{}', 'h', '{}', '{}')
      returning id`,
    [ids.workspace, ids.journey],
  );
  const states = ['delivered', 'suppressed', 'suppressed', 'unknown'];
  for (const [index, status] of states.entries()) {
    for (const origin of ['live', 'test']) {
      const run = await one(
        `insert into enrollments (
           workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, workflow_id, entered_at,
             origin, status, ended_at
         )
         values (
           $1, $2, $3, gen_random_uuid(), gen_random_uuid(), now(), 'w', now(), $4, $5,
             case when $5 = 'completed' then now() end
         )
         returning id`,
        [ids.workspace, ids.journey, ids.version, origin, index === 0 ? 'running' : 'completed'],
      );
      await client.query(
        `insert into messages (
            workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, origin, status,
              reason, queued_at
          )
          values ($1, $2, $3, $4, gen_random_uuid(), 'mail', 1, 'email', $5, $6, $7, now())`,
        [
          ids.workspace,
          run,
          ids.journey,
          ids.version,
          origin,
          status,
          status === 'suppressed' && index === 1 ? 'unsubscribed' : null,
        ],
      );
    }
  }
  const stat = (table: string, measure: string, count: number) =>
    client.query(
      `insert into ${table} (workspace_id, version_id, node, measure, hour, count)
        values ($1, $2, 'mail', $3, date_trunc('hour', now()), $4)`,
      [ids.workspace, ids.version, measure, count],
    );
  await stat('journey_stats', 'message:delivered', 1);
  await stat('journey_stats', 'message:suppressed', 1);
  await stat('journey_stat_deltas', 'message:suppressed', 1);
  await stat('journey_stat_deltas', 'message:unknown', 2);
  await stat('journey_stat_deltas', 'entered', 4);

  for (const file of files) if (file >= mine) await run(file);
  const totals = (
    await client.query<{ measure: string; node: string; count: string }>(
      'select measure, node, count from journey_totals where workspace_id = $1 order by measure, node',
      [ids.workspace],
    )
  ).rows;
  expect(totals.map(({ measure, node, count }) => [measure, node, Number(count)])).toEqual([
    ['entered', 'mail', 4],
    ['message:delivered', 'mail', 1],
    ['message:queued', 'mail', 4],
    ['message:suppressed:other', 'mail', 1],
    ['message:suppressed:unsubscribed', 'mail', 1],
    ['message:unknown', 'mail', 1],
    ['run:completed', '', 3],
    ['run:entered', '', 4],
  ]);
  expect((await client.query('select 1 from journey_stat_deltas')).rowCount).toBe(0);
});
