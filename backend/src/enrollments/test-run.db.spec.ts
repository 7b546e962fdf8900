import type { Entry, JsonObject, Program } from '@wend/contract';
import { programFormat } from '@wend/engine';
import type { EnrollmentStart } from '@wend/temporal';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { entryStartsOf, routerOf } from '../../test/router.js';
import { seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import { EventsService } from '../events/index.js';
import type { JourneysService } from '../journeys/index.js';
import type { Database } from '../platform/database/index.js';
import type { ProfilesService } from '../profiles/index.js';
import type { FastForwardRepository } from './fast-forward.repository.js';
import type { RunClock } from './run-clock.js';
import { Runs } from './runs.js';
import { TestRunRepository } from './test-run.repository.js';
import { TestRunService } from './test-run.service.js';

const vip = { op: 'compare', left: { source: 'property', path: 'vip' }, is: 'equals', value: true } as const;
const entries: Entry[] = [
  { node: 'left', kind: 'event', event: 'Signed Up', where: vip },
  { node: 'right', kind: 'event', event: 'Order Placed' },
];
const program: Program = {
  format: programFormat,
  instructions: ['left', 'right'].map((node) => ({ node, enter: true, op: 'goto', target: { port: 'next', pc: -1 } })),
  facts: [],
  firstReads: [],
  entries: [
    { node: 'left', pc: 0, reads: [] },
    { node: 'right', pc: 1, reads: [] },
  ],
  exits: [],
  names: {},
  entryPaths: ['vip'],
  eventPaths: {},
};

let database: Database;
let drop: () => Promise<void>;
let seeded: Seeded;
let started: EnrollmentStart[];
let skipping: boolean;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop?.());
beforeEach(async () => {
  await database.query('truncate event_queue');
  seeded = await seedJourney(database, program);
  started = [];
  skipping = false;
});

/** `took`: the run takes what happens in it, as soon as it is told. */
function service({ took = false } = {}): TestRunService {
  const repository = new TestRunRepository(database);
  if (took) repository.took = async () => true;
  const runs = new Runs();
  runs.use({ start: async (run: EnrollmentStart) => void started.push(run) } as never);
  const row = async () => (await repository.run(seeded, started[0]!.identity.enrollmentId))!;
  const clock = {
    run: row,
    settle: async () => ({ ...(await row()), ended_at: new Date() }),
    now: () => Date.now() + 3_600_000,
  };
  return new TestRunService(
    repository,
    { snapshotDraft: async () => ({ versionId: seeded.versionId, program, entries }) } as unknown as JourneysService,
    { get: async (_: unknown, id: string) => ({ id }) } as unknown as ProfilesService,
    new EventsService(database),
    entryStartsOf(database),
    runs,
    clock as unknown as RunClock,
    { isRunning: async () => skipping } as unknown as FastForwardRepository,
  );
}
type Given = { entry?: string; properties?: JsonObject; profileId?: string; traits?: JsonObject };
const begin = ({ properties = {}, ...given }: Given) =>
  service().start({ scope: seeded, journeyId: seeded.journeyId, properties, ...given });
const rowOf = async (id: string) =>
  (
    await database.query<Record<string, unknown>>(
      `select r.origin, r.entry_node as by, r.profile_id as person, p.traits, p.test as made_up, e.name, e.origin as event
        from enrollments r
        join profiles p on p.id = r.profile_id
        join events e on e.id = r.entry_event_id
        where r.id = $1`,
      [id],
    )
  )[0]!;

describe('a test run', () => {
  it('begins at the entry that was chosen, for a person who is made up', async () => {
    const id = await begin({ entry: 'right', properties: { vip: false, total: 3 }, traits: { name: 'Mina' } });
    expect(await rowOf(id)).toMatchObject({
      origin: 'test',
      by: 'right',
      traits: { name: 'Mina' },
      made_up: true,
      name: 'Order Placed',
      event: 'test',
    });
    expect(started).toMatchObject([
      {
        identity: { enrollmentId: id, origin: 'test' },
        program,
        first: { node: 'right', entry: { name: 'Order Placed', properties: { vip: false } } },
      },
    ]);
  });

  it('begins at the first entry when none is chosen, for a person who is chosen', async () => {
    const id = await begin({ properties: { vip: true }, profileId: seeded.profileId });
    expect(await rowOf(id)).toMatchObject({ by: 'left', person: seeded.profileId, name: 'Signed Up' });
  });

  it('is one run: its event lets nobody in by the published journey', async () => {
    const id = await begin({ properties: { vip: true }, profileId: seeded.profileId });
    await database.query('update journey_versions set entries = $2 where id = $1', [
      seeded.versionId,
      JSON.stringify(entries),
    ]);
    await database.query(
      `insert into journey_entries (workspace_id, event_name, journey_id, version_id) values ($1, 'Signed Up', $2, $3)`,
      [seeded.workspaceId, seeded.journeyId, seeded.versionId],
    );
    await routerOf(database).routeOnce();
    expect(await database.query('select id from enrollments where journey_id = $1', [seeded.journeyId])).toEqual([
      { id },
    ]);
  });

  it.each<[string, Given, object]>([
    ['does not fit the filter of its entry', {}, { code: 'would-not-enter' }],
    ['comes in by an entry that the draft has not', { entry: 'gone' }, { code: 'unknown-entry' }],
  ])('is refused when the person %s, and leaves nothing', async (_, given, error) => {
    await expect(begin(given)).rejects.toMatchObject(error);
    expect(started).toEqual([]);
    expect(await database.query('select 1 from enrollments where journey_id = $1', [seeded.journeyId])).toEqual([]);
    expect(await database.query('select 1 from events where workspace_id = $1', [seeded.workspaceId])).toEqual([]);
  });
});

describe('an event in a test run', () => {
  const send = (enrollmentId: string, took: boolean) =>
    service({ took }).sendEvent({ scope: seeded, enrollmentId, event: 'Order Placed', properties: {} });

  it('happens at the time of the run and in no other, and it is said whether the run took it', async () => {
    const id = await begin({ entry: 'right' });
    expect(await send(id, true)).toBe(true);
    expect(await send(id, false)).toBe(false);
    const events = await database.query<{ run: string; origin: string; later: boolean }>(
      `select enrollment_id as run, origin, time > now() + interval '50 minutes' as later
        from events
        where workspace_id = $1
        order by position
        offset 1`,
      [seeded.workspaceId],
    );
    expect(events).toEqual([
      { run: id, origin: 'test', later: true },
      { run: id, origin: 'test', later: true },
    ]);
  });

  it('is refused while time is skipped', async () => {
    const id = await begin({ entry: 'right' });
    skipping = true;
    await expect(send(id, true)).rejects.toMatchObject({ code: 'fast-forward-running' });
  });
});
