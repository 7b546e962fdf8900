import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Program } from '@wend/contract';
import { programFormat } from '@wend/engine';
import { listMigrations, migrate } from '@wend/migrations';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commitOf, insertEvent } from './seed.js';
import { commitsOf, routerOf } from './router.js';
import { RunReads } from '../src/insights/run-reads.repository.js';
import { Database } from '../src/platform/database/index.js';

const name = `wend_upgrade_${randomBytes(6).toString('hex')}`;
const trigger = {
  event: 'Signed Up',
  where: { op: 'compare', left: { source: 'property', path: 'vip' }, is: 'equals', value: true },
};
/** As it was compiled before: it begins at its first instruction. */
const program: Omit<Program, 'exits'> & { exits: [] } = {
  format: programFormat,
  instructions: [
    { node: 'begin', enter: true, op: 'goto', target: { port: 'next', pc: 1 } },
    { node: 'wait', enter: true, op: 'wait', until: { seconds: 600 }, target: { port: 'next', pc: -1 } },
  ],
  facts: [],
  firstReads: [],
  exits: [],
  names: {},
  entryPaths: [],
  eventPaths: {},
};
const graph = {
  nodes: {
    begin: { id: 'begin', type: 'entry-event', version: 1, name: 'Begin', config: trigger, position: { x: 0, y: 0 } },
  },
  edges: [],
};
const ids = {
  workspaceId: randomUUID(),
  journeyId: randomUUID(),
  versionId: randomUUID(),
  profileId: randomUUID(),
  enrollmentId: randomUUID(),
};
let admin: pg.Client;
let database: Database;
let entryEvent: string;

beforeAll(async () => {
  const server = process.env['WEND_TEST_DATABASE_URL'];
  if (!server)
    throw new Error('WEND_TEST_DATABASE_URL is not set: run the tests with `npm test`, which starts PostgreSQL.');
  admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).toString();
  database = await Database.connect({ url });
  await database.query('create table migrations (name text primary key, ran_at timestamptz not null default now())');
  for (const file of await listMigrations()) {
    if (file >= '0012-') break;
    const text = await readFile(new URL(`../../migrations/sql/${file}`, import.meta.url), 'utf8');
    await database.transaction((sql) => sql.send(text));
    await database.query('insert into migrations (name) values ($1)', [file]);
  }
  await storeAsBefore();
  await migrate({ databaseUrl: url });
});
afterAll(async () => {
  await database?.close();
  await admin?.query(`drop database if exists ${name} with (force)`);
  await admin?.end();
});

/** A live journey and somebody who waits in it, in the tables of the release before. */
async function storeAsBefore(): Promise<void> {
  const { workspaceId, journeyId, versionId, profileId, enrollmentId } = ids;
  const store = (text: string, values: unknown[]) => database.query(text, values);
  await store(`insert into workspaces (id, name) values ($1, 'Shop')`, [workspaceId]);
  await store('insert into profiles (workspace_id, id) values ($1, $2)', [workspaceId, profileId]);
  await store(`insert into journeys (workspace_id, id, name, draft) values ($1, $2, 'Welcome', $3)`, [
    workspaceId,
    journeyId,
    JSON.stringify(graph),
  ]);
  await store('insert into journey_control (workspace_id, journey_id) values ($1, $2)', [workspaceId, journeyId]);
  await store(`insert into programs (workspace_id, hash, format, program) values ($1, 'old', $2, $3)`, [
    workspaceId,
    program.format,
    JSON.stringify(program),
  ]);
  await store(
    `insert into journey_versions (workspace_id, id, journey_id, number, graph, program_hash, trigger, reentry)
      values ($1, $2, $3, 1, $4, 'old', $5, '{"rule":"always"}')`,
    [workspaceId, versionId, journeyId, JSON.stringify(graph), JSON.stringify(trigger)],
  );
  await store(
    `insert into journey_entries (workspace_id, event_name, journey_id, version_id) values ($1, 'Signed Up', $2, $3)`,
    [workspaceId, journeyId, versionId],
  );
  const event = await insertEvent(database, ids, { name: 'Signed Up', properties: { vip: true } });
  entryEvent = event.id;
  await store(
    `insert into enrollments (
       workspace_id, id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, workflow_id, entered_at,
         status, step, node, node_since
     )
     values ($1, $2, $3, $4, $5, $6, $7, 'enrollment/old', now(), 'running', 1, 'wait', now())`,
    [workspaceId, enrollmentId, journeyId, versionId, profileId, event.id, event.receivedAt],
  );
  await store(
    `insert into steps (workspace_id, enrollment_id, step, at, format, inputs) values ($1, $2, 0, now(), ${programFormat}, $3)`,
    [
      workspaceId,
      enrollmentId,
      JSON.stringify([{ type: 'enrolled', at: Date.now(), seed: 's', entry: { id: event.id } }]),
    ],
  );
}

const again = (event: string) =>
  database.query(
    `insert into event_queue (lane, position, workspace_id, event_id, received_at)
      select 0, position, workspace_id, id, received_at from events where id = $1`,
    [event],
  );
const entered = () =>
  database.query<{ id: string; by: string | null; event: string; at: string | null }>(
    `select id, entry_node as by, entry_event_id as event, node as at
      from enrollments
      where journey_id = $1
      order by created_at`,
    [ids.journeyId],
  );

it('a published version keeps its way in, at the step that its program begins with', async () => {
  expect(await database.query('select entries from journey_versions')).toEqual([
    { entries: [{ ...trigger, kind: 'event', node: 'begin' }] },
  ]);
});

it('events let people in as before, and nobody comes in once more by an event of before', async () => {
  await again(entryEvent);
  const plain = await insertEvent(database, ids, { name: 'Signed Up', queued: true });
  const fitting = await insertEvent(database, ids, { name: 'Signed Up', properties: { vip: true }, queued: true });
  await routerOf(database).routeOnce();
  const runs = await entered();
  expect(runs.map(({ by, event, at }) => ({ by, event, at }))).toEqual([
    { by: null, event: entryEvent, at: 'wait' },
    { by: 'begin', event: fitting.id, at: 'wait' },
  ]);
  expect(runs.some(({ event }) => event === plain.id)).toBe(false);
});

it('a run of before goes on, and its record can be read', async () => {
  const identity = { ...ids, origin: 'live' as const };
  const at = Date.now();
  const [answer] = await commitsOf(database).commit([
    commitOf(identity, {
      step: 1,
      at,
      format: program.format,
      inputs: [{ type: 'timer', at, wait: 'wait#1' }],
      commands: [{ type: 'end', outcome: 'completed', reason: 'Done', at }],
    }),
  ]);
  expect(answer).toMatchObject({ outcome: 'applied' });
  const reads = new RunReads(database);
  expect(await reads.find(ids, ids.enrollmentId)).toMatchObject({ entry_node: null, entry_event_id: entryEvent });
  expect(await reads.steps(ids, ids.enrollmentId)).toHaveLength(2);
  const events = await reads.events(ids, {
    profileId: ids.profileId,
    from: new Date(at + 60_000),
    entryEventId: entryEvent,
    enrollmentId: ids.enrollmentId,
  });
  expect(events.map(({ id }) => id)).toEqual([entryEvent]);
});
