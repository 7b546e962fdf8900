import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { seedJourney } from '../../test/seed.js';
import type { Database } from '../platform/database/index.js';
import { EventsService } from '../events/index.js';
import { AwaitedNames } from './awaited-names.js';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop());

const queued = async (workspaceId: string) =>
  (await database.query<{ name: string }>('select e.name from event_queue q join events e on e.workspace_id = q.workspace_id and e.id = q.event_id and e.received_at = q.received_at where q.workspace_id = $1 order by q.position', [workspaceId])).map((row) => row.name);

it('lets ingestion queue what a run awaits or what lets people enter, and nothing else', async () => {
  const { workspaceId, journeyId, versionId } = await seedJourney(database);
  const other = await seedJourney(database);
  const scope = { workspaceId };
  const names = new AwaitedNames(database);
  await names.ensure(scope, ['Bought', 'Bought']);
  await names.ensure({ workspaceId: other.workspaceId }, ['Seen']);
  await database.query(`insert into journey_entries (workspace_id, event_name, journey_id, version_id) values ($1, 'Signed Up', $2, $3)`, [workspaceId, journeyId, versionId]);
  await new EventsService(database).ingest({ scope, events: ['Seen', 'Bought', 'Signed Up', 'Other'].map((name) => ({ name, userId: 'u' })) });
  expect(await queued(workspaceId)).toEqual(['Bought', 'Signed Up']);
});

it('waits for events that are being stored unqueued while a name becomes awaited, so that a look after it sees them', async () => {
  const { workspaceId } = await seedJourney(database);
  const scope = { workspaceId };
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  let stored = (): void => undefined;
  const isStored = new Promise<void>((resolve) => (stored = resolve));
  const id = randomUUID();
  const storing = database.transaction(async (sql) => {
    await sql.query('insert into event_ids (key) values ($1)', [id]);
    stored();
    await held;
  });
  await isStored;
  let settled = false;
  const settling = new AwaitedNames(database).ensure(scope, ['Late']).then(() => (settled = true));
  await expect.poll(async () => (await database.query(`select 1 from pg_locks where relation = 'event_ids'::regclass and not granted`)).length).toBe(1);
  expect(settled).toBe(false);
  letGo();
  await Promise.all([storing, settling]);
  // Known from then on: nobody is waited for again, in any process.
  await database.transaction(async (sql) => {
    await sql.query('insert into event_ids (key) values ($1)', [randomUUID()]);
    await new AwaitedNames(database).ensure(scope, ['Late']);
  });
});
