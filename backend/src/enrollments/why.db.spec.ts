import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { batchPeopleOf, enteringOf, entryBatchesOf } from '../../test/router.js';
import { insertEvent, seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import { EntryHooksRegistry } from '../journeys/index.js';
import type { Database } from '../platform/database/index.js';
import { EntryBatchRepository } from './entry-batch.repository.js';
import { SegmentEntries } from './segment-entries.js';
import { WhyRepository } from './why.repository.js';
import { WhyService } from './why.service.js';
import { WaitingEntries } from './waiting-entries.js';
import { WhySources } from './why-sources.js';

let database: Database;
let drop: () => Promise<void>;
let seeded: Seeded;
let sources: WhySources;
const segment = '11111111-1111-4111-8111-111111111111';
const other = '22222222-2222-4222-8222-222222222222';
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop?.());
beforeEach(async () => {
  sources = new WhySources();
  seeded = await seedJourney(database);
  const entries = [
    { node: 'door', kind: 'api' },
    { node: 'in', kind: 'segment', segment, on: 'entered' },
  ];
  await database.query('update journey_versions set entries = $2, graph = $3 where id = $1', [
    seeded.versionId,
    JSON.stringify(entries),
    JSON.stringify({
      nodes: {
        in: { id: 'in', name: 'In', config: { segment, on: 'entered' } },
        door: { id: 'door', name: 'Door', config: {} },
      },
    }),
  ]);
  await database.query('update journeys set published_version = 1 where id = $1', [seeded.journeyId]);
});

const why = () =>
  new WhyService(new WhyRepository(database), sources, new WaitingEntries()).why(seeded, {
    journeyId: seeded.journeyId,
    profileId: seeded.profileId,
  });
const batch = async (state: string) => {
  const [row] = await database.query<{ id: string }>(
    `insert into entry_batches (workspace_id, journey_id, node, source, cause, name, data, at, state)
     values ($1, $2, 'door', '{}', $3, 'API call', '{}', now(), $3) returning id`,
    [seeded.workspaceId, seeded.journeyId, state],
  );
  await database.query('insert into entry_batch_people (workspace_id, batch_id, profile_id) values ($1, $2, $3)', [
    seeded.workspaceId,
    row!.id,
    seeded.profileId,
  ]);
};

it('tells of somebody on the list of a batch only while that is under way', async () => {
  await batch('stopped');
  await batch('failed');
  expect((await why()).verdict).toBe('never-came');
  await batch('running');
  expect((await why()).verdict).toBe('coming');
});

it('says of who was on the list of a batch that was stopped midway that this kept them out', async () => {
  await batch('running');
  const repository = new EntryBatchRepository(database);
  await database.transaction((sql) => repository.stop(seeded, { sql, journeyId: seeded.journeyId }));
  expect(await why()).toMatchObject({
    verdict: 'refused',
    refusals: [{ reason: 'stopped', node: 'door', count: 1 }],
  });
  expect((await why()).answer).toContain('letting people in was stopped before it was their turn');
});

it('says that the trait of an entry by date is no date, and what it is', async () => {
  const config = { trait: 'due', time: '09:00', when: 'on', days: 0, repeats: 'once' };
  await database.query('update journey_versions set entries = $2, graph = $3 where id = $1', [
    seeded.versionId,
    JSON.stringify([{ node: 'day', kind: 'date', trait: 'due', rule: {} }]),
    JSON.stringify({ nodes: { day: { id: 'day', name: 'Day', config } } }),
  ]);
  const says = async (due: unknown) => {
    await database.query('update profiles set traits = $2 where id = $1', [seeded.profileId, JSON.stringify({ due })]);
    return (await why()).answer;
  };
  expect(await says('garbage')).toContain('“due” is no date: “garbage”');
  expect(await says(['nope', 'neither'])).toContain('is no date');
  for (const date of ['2020-01-31', ['nope', '2020-01-31'], 1_700_000_000])
    expect(await says(date)).not.toContain('is no date');
});

it('says of each way in what did not come', async () => {
  expect((await why()).answer).toContain(
    'never came: no API call came for them, and nothing they did lets people in. People enter by API call; when people enter a segment',
  );
  const entries = [
    { node: 'door', kind: 'api' },
    { node: 'low', kind: 'business', event: 'Sales Low', audience: { op: 'all', rules: [] } },
  ];
  await database.query('update journey_versions set entries = $2, graph = $3 where id = $1', [
    seeded.versionId,
    JSON.stringify(entries),
    JSON.stringify({ nodes: { low: { id: 'low', name: 'Low', config: { event: 'Sales Low' } } } }),
  ]);
  expect((await why()).answer).toContain(
    'never came: no API call came for them, and no business event “Sales Low” came.',
  );
});

it('looks for the last time that the segment of the entry told, however often others did since', async () => {
  const told = (segmentId: string) =>
    insertEvent(database, seeded, { name: 'Segment Entered', properties: { segmentId } });
  await told(segment);
  for (let times = 0; times < 3; times += 1) await told(other);
  expect((await why()).entries.find(({ node }) => node === 'in')?.seen).toMatchObject({ fits: true });
});

it('says of an entry that the version does not have that it is gone', async () => {
  await enteringOf(database).enter([
    {
      workspaceId: seeded.workspaceId,
      journeyId: seeded.journeyId,
      node: 'gone',
      profileId: seeded.profileId,
      cause: { name: `api/1/${seeded.profileId}` },
      name: 'API call',
      at: Date.now(),
      data: {},
    },
  ]);
  expect(await why()).toMatchObject({ verdict: 'refused' });
  expect((await why()).answer).toContain('the published version doesn’t have this entry any more');
});

it('asks other rooms too, and tells of what came last', async () => {
  sources.add(() =>
    Promise.resolve([{ reason: 'paused', node: 'door', count: 1, last_at: new Date(), seen: null } as const]),
  );
  expect((await why()).answer).toContain('the journey was paused');
});

it('names the segment to those who are in it when the journey is published', async () => {
  await database.query('insert into segments (workspace_id, id, name) values ($1, $2, $3)', [
    seeded.workspaceId,
    segment,
    '단골 손님',
  ]);
  const hooks = new EntryHooksRegistry();
  new SegmentEntries(
    hooks,
    entryBatchesOf(database),
    new EntryBatchRepository(database),
    batchPeopleOf(database),
  ).onModuleInit();
  const publish = () =>
    database.transaction((sql) =>
      hooks.opened(seeded, {
        sql,
        journeyId: seeded.journeyId,
        versionId: seeded.versionId,
        entries: [{ node: 'in', kind: 'segment', segment, on: 'entered', present: true }],
        previous: [],
        by: 'Ann',
      }),
    );
  await publish();
  const data = async () =>
    (
      await database.query<{ data: unknown }>('select data from entry_batches where journey_id = $1', [
        seeded.journeyId,
      ])
    )[0]?.data;
  expect(await data()).toEqual({ segmentId: segment, segmentName: '단골 손님' });
  await database.query(`update entry_batches set state = 'done'`);
  await database.query(`update segments set name = 'Regulars' where id = $1`, [segment]);
  await publish();
  expect(await data()).toEqual({ segmentId: segment, segmentName: 'Regulars' });
});
