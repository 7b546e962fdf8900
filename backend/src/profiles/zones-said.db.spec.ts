import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import type { Database } from '../platform/database/index.js';
import { saysNoZoneSql, saysZoneSql, zonesSaid } from './zones-said.repository.js';

let database: Database;
let drop: () => Promise<void>;
let workspaceId: string;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  const [row] = await database.query<{ id: string }>(`insert into workspaces (name) values ('Shop') returning id`);
  workspaceId = row!.id;
  await database.query(
    `insert into profiles (workspace_id, traits)
     select $1, case n % 10 when 0 then '{"timezone":"Asia/Seoul"}'::jsonb when 1 then '{"timeZone":"asia/seoul"}'
       when 2 then '{"timezone":" ","time_zone":"Europe/Berlin"}' when 3 then '{"timezone":{"a":1}}'
       when 4 then '{"timezone":"서울"}' else '{}' end
     from generate_series(0, 19999) n`,
    [workspaceId],
  );
  await database.query('analyze profiles');
});
afterAll(() => drop?.());

const people = (which: string, said: string[]) =>
  database.query(`select 1 from profiles p where p.workspace_id = $1 and ${which} and $2::text[] is not null`, [
    workspaceId,
    said,
  ]);
const planOf = async (text: string, values: unknown[]) =>
  (await database.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values))
    .map((row) => row['QUERY PLAN'])
    .join('\n');

it('tells what people say of their zones, each once, and finds those who say it, or nothing', async () => {
  const said = await zonesSaid({ workspaceId }, database);
  expect(said.sort()).toEqual(['Asia/Seoul', 'Europe/Berlin', 'asia/seoul', '서울']);
  expect(await people(saysZoneSql('$2'), ['Asia/Seoul', 'asia/seoul'])).toHaveLength(4_000);
  expect(await people(saysNoZoneSql, [])).toHaveLength(12_000);
  const [{ id }] = (await database.query<{ id: string }>(
    `select id from profiles where workspace_id = $1 and traits ->> 'time_zone' = 'Europe/Berlin' limit 1`,
    [workspaceId],
  )) as [{ id: string }];
  // Who was merged away is nobody's.
  await database.query(
    `update profiles set merged_into = (select id from profiles where id <> $1 limit 1) where id = $1`,
    [id],
  );
  expect(await people(saysZoneSql('$2'), ['Europe/Berlin'])).toHaveLength(1_999);
});

it('reads only those people, by an index', async () => {
  const plan = await planOf(`select p.id from profiles p where p.workspace_id = $1 and ${saysZoneSql('$2')}`, [
    workspaceId,
    ['서울'],
  ]);
  expect(plan).toContain('profiles_zone');
  expect(plan).not.toContain('Seq Scan');
});
