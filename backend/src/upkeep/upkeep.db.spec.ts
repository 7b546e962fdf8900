import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { Filling, fill } from '../../test/fill.js';
import { EventsService } from '../events/index.js';
import type { Database } from '../platform/database/index.js';
import { cleanUp } from './clean-up.repository.js';
import { ensurePartitions } from './partitions.repository.js';
import { tables } from './tables.js';
import { UpkeepService } from './upkeep.service.js';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop?.());

async function workspace(): Promise<{ workspaceId: string }> {
  const [row] = await database.query<{ id: string }>("insert into workspaces (name) values ('test') returning id");
  return { workspaceId: row!.id };
}
const countOf = async (table: string, where = 'true') =>
  Number((await database.query<{ count: string }>(`select count(*) from ${table} where ${where}`))[0]!.count);

it('makes monthly partitions, takes over what the default one holds, and is harmless to repeat', async () => {
  const scope = await workspace();
  const events = new EventsService(database);
  const future = Date.UTC(2031, 4, 15);
  await events.ingest({ scope, events: [{ name: 'Later', userId: 'u' }], receivedAt: future });
  expect(await ensurePartitions({ database, now: new Date(Date.UTC(2031, 3, 30)) })).toEqual([
    'events_2031_04',
    'events_2031_05',
    'events_2031_06',
  ]);
  expect(await ensurePartitions({ database, now: new Date(Date.UTC(2031, 3, 30)) })).toEqual([]);
  const [row] = await database.query(
    'select tableoid::regclass::text as partition from events where workspace_id = $1',
    [scope.workspaceId],
  );
  expect(row!['partition']).toBe('events_2031_05');
  await events.ingest({ scope, events: [{ name: 'Again', userId: 'u' }], receivedAt: future });
  expect(await countOf('events_2031_05')).toBe(2);
  const plan = await database.query<{ 'QUERY PLAN': string }>(
    'explain select id from events where workspace_id = $1 and profile_id = $2 and name = $3 and received_at >= $4',
    [scope.workspaceId, randomUUID(), 'Later', new Date(future)],
  );
  expect(plan.map((each) => each['QUERY PLAN']).join('\n')).toContain('events_2031_05');
});

it('forgets message ids after the window and not before, on every page', async () => {
  await database.query(
    `insert into event_ids (key, received_at)
      select gen_random_uuid(), now() - make_interval(days => 34 + n % 2 * 2) from generate_series(1, 100000) n`,
  );
  expect(await cleanUp({ database, name: 'event_ids' })).toBe(50_000);
  expect(await countOf('event_ids', `received_at < now() - interval '35 days'`)).toBe(0);
  expect(await countOf('event_ids', `received_at < now() - interval '33 days'`)).toBe(50_000);
});

it('deletes sessions that have ended, and keeps attempts for as long as they count', async () => {
  const { workspaceId } = await workspace();
  const [member] = await database.query<{ id: string }>(
    `insert into members (workspace_id, email, name, role, password_hash) values ($1, 'a@b.c', 'A', 'owner', '')
      returning id`,
    [workspaceId],
  );
  await database.query(
    `insert into sessions (id, workspace_id, member_id, expires_at)
      values ('old', $1, $2, now() - interval '1 minute'), ('new', $1, $2, now() + interval '1 minute')`,
    [workspaceId, member!.id],
  );
  await database.query(
    `insert into sign_in_attempts values ('k', now() - interval '16 minutes'), ('k', now() - interval '14 minutes')`,
  );
  expect(await cleanUp({ database, name: 'sessions' })).toBe(1);
  expect(await countOf('sessions', 'expires_at > now()')).toBe(1);
  expect(await cleanUp({ database, name: 'sign_in_attempts' })).toBe(1);
});

it('takes with a row what is found through it, so that a time for messages is one line', async () => {
  const [young, old] = [new Filling(), new Filling()];
  for (const ids of [young, old])
    await fill(database, {
      ids,
      tables: tables.filter(({ workspace: of }) => !('none' in of)).map(({ name }) => name),
    });
  await database.query(`update messages set queued_at = now() - interval '2 years' where id = $1`, [
    old.id('message_id'),
  ]);
  const kept = { gone: `t.queued_at < now() - interval '1 year'`, every: 'day' } as const;
  expect(await cleanUp({ database, name: 'messages', kept })).toBe(1);
  for (const table of ['message_events', 'message_hits']) {
    expect(await countOf(table, `message_id = '${old.id('message_id')}'`)).toBe(0);
    expect(await countOf(table, `message_id = '${young.id('message_id')}'`)).toBe(1);
  }
});

it('cleans all up when the process starts, and ends with it', async () => {
  await database.query(`insert into sign_in_attempts values ('x', now() - interval '1 hour')`);
  const service = new UpkeepService(database);
  await service.onApplicationBootstrap();
  await service.onApplicationShutdown();
  const again = new UpkeepService(database);
  await again.onApplicationBootstrap();
  await expect.poll(() => countOf('sign_in_attempts', `key = 'x'`)).toBe(0);
  await again.onApplicationShutdown();
});
