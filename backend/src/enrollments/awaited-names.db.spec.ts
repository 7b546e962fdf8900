import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { listening } from '../../test/listening.js';
import { seedJourney } from '../../test/seed.js';
import type { Database } from '../platform/database/index.js';
import { EventsService } from '../events/index.js';
import { cleanUp } from '../upkeep/index.js';
import { AwaitedNameRepository } from './awaited-name.repository.js';
import { AwaitedNames } from './awaited-names.js';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop());

const queued = async (workspaceId: string) =>
  (
    await database.query<{ name: string }>(
      `select e.name
        from event_queue q
        join events e on e.workspace_id = q.workspace_id and e.id = q.event_id and e.received_at = q.received_at
        where q.workspace_id = $1
        order by q.position`,
      [workspaceId],
    )
  ).map((row) => row.name);

it('lets ingestion queue what a run awaits or what lets people enter, and nothing else', async () => {
  const { workspaceId, journeyId, versionId } = await seedJourney(database);
  const other = await seedJourney(database);
  const scope = { workspaceId };
  const names = new AwaitedNames(new AwaitedNameRepository(database));
  await names.ensure(scope, ['Bought', 'Bought']);
  await names.ensure({ workspaceId: other.workspaceId }, ['Seen']);
  await database.query(
    `insert into journey_entries (workspace_id, event_name, journey_id, version_id) values ($1, 'Signed Up', $2, $3)`,
    [workspaceId, journeyId, versionId],
  );
  await new EventsService(database).ingest({
    scope,
    events: ['Seen', 'Bought', 'Signed Up', 'Other'].map((name) => ({ name, userId: 'u' })),
  });
  expect(await queued(workspaceId)).toEqual(['Bought', 'Signed Up']);
});

/** A transaction that has begun to store events, as ingestion begins, and goes on when it is let go. */
async function storing(lock = `insert into event_ids (key) values ('${randomUUID()}')`) {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  let begun = (): void => undefined;
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  const done = database.transaction(async (sql) => {
    await sql.query(lock);
    begun();
    await held;
  });
  await hasBegun;
  return { end: () => (letGo(), done) };
}
const rowOf = async (workspaceId: string, name: string) =>
  (
    await database.query<{ settled: boolean }>(
      'select settled from awaited_names where workspace_id = $1 and name = $2',
      [workspaceId, name],
    )
  )[0];

it('waits for events that are being stored unqueued while a name becomes awaited, so that a look after it sees them, and for no others', async () => {
  const { workspaceId } = await seedJourney(database);
  const scope = { workspaceId };
  const before = await storing();
  let settled = false;
  const { database: asked, sent } = listening(database);
  const settling = new AwaitedNames(new AwaitedNameRepository(asked))
    .ensure(scope, ['Late'])
    .then(() => (settled = true));
  await expect.poll(() => rowOf(workspaceId, 'Late')).toEqual({ settled: false });
  // Whoever begins once it has looked is not waited for; it looks again when it has seen the first.
  await expect.poll(() => sent.filter(({ text }) => text.includes('pg_locks')).length).toBeGreaterThan(1);
  const after = await storing();
  // Events are stored, and queued, while it waits.
  await new EventsService(database).ingest({ scope, events: [{ name: 'Late', userId: 'u' }] });
  expect(await queued(workspaceId)).toEqual(['Late']);
  expect(settled).toBe(false);
  await before.end();
  await settling;
  // Known from then on: nobody is waited for again, in any process.
  await new AwaitedNames(new AwaitedNameRepository(database)).ensure(scope, ['Late']);
  await after.end();
});

it('takes no notice of a VACUUM, nor of what else holds the table', async () => {
  const { workspaceId } = await seedJourney(database);
  const vacuum = await storing('lock table event_ids in share update exclusive mode');
  const reader = await storing('lock table event_ids in access share mode');
  await new AwaitedNames(new AwaitedNameRepository(database)).ensure({ workspaceId }, ['Vacuumed']);
  expect(await rowOf(workspaceId, 'Vacuumed')).toEqual({ settled: true });
  await Promise.all([vacuum.end(), reader.end()]);
});

it('forgets names that nobody has needed for a day and no run waits for; whoever needs one again makes it known again', async () => {
  const seeded = await seedJourney(database);
  const scope = { workspaceId: seeded.workspaceId };
  const names = new AwaitedNames(new AwaitedNameRepository(database));
  await names.ensure(scope, ['Old', 'Awaited', 'Needed']);
  await database.query(
    `update awaited_names set used_at = now() - interval '25 hours' where workspace_id = $1 and name <> 'Needed'`,
    [scope.workspaceId],
  );
  await database.query(
    `insert into waits (
        workspace_id, profile_id, event_name, enrollment_id, wait, arm, workflow_id, since_position, since_snapshot,
          since_time
      )
      values ($1, $2, 'Awaited', gen_random_uuid(), 'w', 0, 'x', 0, pg_current_snapshot(), now())`,
    [scope.workspaceId, seeded.profileId],
  );
  await cleanUp({ database, name: 'awaited_names' });
  const kept = await database.query<{ name: string }>(
    'select name from awaited_names where workspace_id = $1 order by 1',
    [scope.workspaceId],
  );
  expect(kept.map(({ name }) => name)).toEqual(['Awaited', 'Needed']);
  await new AwaitedNames(new AwaitedNameRepository(database)).ensure(scope, ['Old', 'Awaited']);
  const [again] = await database.query(
    `select count(*)::int as names, bool_and(settled and used_at > now() - interval '1 hour') as fresh
      from awaited_names
      where workspace_id = $1`,
    [scope.workspaceId],
  );
  expect(again).toEqual({ names: 3, fresh: true });
});
