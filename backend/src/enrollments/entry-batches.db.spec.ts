import type { EntryBatch, JsonObject } from '@wend/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { batchPeopleOf, enteringOf, entryBatchesOf } from '../../test/router.js';
import { seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import type { Database, Sql } from '../platform/database/index.js';
import { EntryBatchRepository } from './entry-batch.repository.js';
import { entryBatchOf } from './entry-batches.service.js';
import type { EntryBatches } from './entry-batches.service.js';
import { TriggerRepository } from './trigger.repository.js';

let database: Database;
let drop: () => Promise<void>;
let seeded: Seeded;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop?.());
beforeEach(() => reset());

async function reset(limits: JsonObject | null = null): Promise<void> {
  await database.query('delete from entry_batches');
  seeded = await seedJourney(database, {
    instructions: [
      { node: 'wait', enter: true, op: 'wait', until: { seconds: 600 }, target: { port: 'next', pc: -1 } },
    ],
  });
  await database.query(`update journey_versions set entries = '[{"node":"door","kind":"api"}]' where id = $1`, [
    seeded.versionId,
  ]);
  await database.query('update journeys set published_version = 1 where id = $1', [seeded.journeyId]);
  await database.query('update journey_control set limits = $2 where journey_id = $1', [
    seeded.journeyId,
    limits && JSON.stringify(limits),
  ]);
}

const repository = () => new EntryBatchRepository(database);
const batchPeople = () => batchPeopleOf(database);
const batches = (entering = enteringOf(database)) => entryBatchesOf(database, entering);

/** A manual segment with so many people. */
async function segment(count: number): Promise<{ id: string; people: string[] }> {
  const [made] = await database.query<{ id: string }>(
    `insert into segments (workspace_id, name) values ($1, gen_random_uuid()::text) returning id`,
    [seeded.workspaceId],
  );
  const people = await database.query<{ id: string }>(
    `with made as (insert into profiles (workspace_id) select $1 from generate_series(1, $2) returning id),
       members as (
         insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since)
         select $1, $3, 0, id, now() from made
       )
     select id from made`,
    [seeded.workspaceId, count, made!.id],
  );
  return { id: made!.id, people: people.map(({ id }) => id) };
}
const begin = (segmentId: string, given: { cause?: string; again?: boolean } = {}) =>
  batches().begin(seeded, {
    journeyId: seeded.journeyId,
    node: 'door',
    source: { segmentId },
    cause: 'api/1',
    name: 'API call',
    data: {},
    at: new Date(),
    ...given,
  });
const expecting = (segmentId: string, expected: number) =>
  batches().begin(seeded, {
    journeyId: seeded.journeyId,
    node: 'door',
    source: { segmentId, expected },
    cause: 'api/1',
    name: 'API call',
    data: {},
    at: new Date(),
  });
const present = async (id: string): Promise<EntryBatch> => entryBatchOf((await repository().find(seeded, id))!);
const inside = async () =>
  (
    await database.query<{ profile_id: string }>('select profile_id from enrollments where journey_id = $1', [
      seeded.journeyId,
    ])
  ).map((row) => row.profile_id);
const due = () => database.query('update entry_batches set not_before = now()');
const onList = async (id: string) =>
  (await database.query('select 1 from entry_batch_people where batch_id = $1', [id])).length;
const keptOut = () =>
  database.query(
    'select reason, count(*)::int as people, seen from entry_refusals where journey_id = $1 group by reason, seen',
    [seeded.journeyId],
  );

async function workOff(id: string, one = batches()): Promise<EntryBatch> {
  for (let turn = 0; turn < 200; turn += 1) {
    await due();
    await one.work();
    const batch = await present(id);
    if (batch.finishedAt !== null) return batch;
  }
  throw new Error('The batch did not come to an end.');
}

it('waits for the first build of a segment, and fails when that does not come', async () => {
  const { id: segmentId } = await segment(3);
  await database.query(`update segments set rule = '{"op":"all","rules":[]}' where id = $1`, [segmentId]);
  await database.query(
    `insert into segment_builds (workspace_id, segment_id, generation, rule, tell) values ($1, $2, 1, '{}', false)`,
    [seeded.workspaceId, segmentId],
  );
  const { id } = await begin(segmentId);
  await batches().work();
  expect(await present(id)).toMatchObject({ state: 'gathering', total: 0 });
  await database.query('update segments set live_rule = rule where id = $1', [segmentId]);
  expect(await workOff(id)).toMatchObject({ state: 'done', entered: 3 });
  await database.query('update segments set live_rule = null where id = $1', [segmentId]);
  await database.query(`update segment_builds set state = 'failed' where segment_id = $1`, [segmentId]);
  const { id: later } = await begin(segmentId, { cause: 'api/2' });
  expect(await workOff(later)).toMatchObject({
    state: 'failed',
    entered: 0,
    error: expect.stringContaining('could not be built'),
  });
});

it('waits until everybody has been copied into a segment, and fails when they can’t be', async () => {
  const { id: segmentId } = await segment(3);
  await database.query(
    `insert into segment_builds (workspace_id, segment_id, generation, rule, tell, state)
     values ($1, $2, 1, '{}', false, 'building')`,
    [seeded.workspaceId, segmentId],
  );
  const build = (state: string) =>
    database.query('update segment_builds set state = $2 where segment_id = $1', [segmentId, state]);
  const isBuilt = async () => (await new TriggerRepository(database).segment(seeded, segmentId))?.built;
  const nobody = { segmentId, zones: { said: [], unsaid: false } };
  const { id } = await begin(segmentId);
  await batches().work();
  expect(await present(id)).toMatchObject({ state: 'gathering', total: 0 });
  expect([await isBuilt(), await batchPeople().hasPeople(seeded, nobody)]).toEqual([false, true]);
  await build('done');
  expect([await isBuilt(), await batchPeople().hasPeople(seeded, nobody)]).toEqual([true, false]);
  expect(await workOff(id)).toMatchObject({ state: 'done', entered: 3 });
  await build('failed');
  const { id: later } = await begin(segmentId, { cause: 'api/2' });
  expect(await workOff(later)).toMatchObject({
    state: 'failed',
    entered: 0,
    error: expect.stringContaining('could be copied'),
  });
});

it('lets everybody in who is in the segment, some at a time, and says how far it is', async () => {
  const { id: segmentId, people } = await segment(450);
  const { id } = await begin(segmentId);
  expect(await present(id)).toMatchObject({ state: 'gathering', total: 0 });
  const seen: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    await batches().work();
    seen.push((await present(id)).entered);
  }
  expect(seen).toEqual([0, 200, 400, 450, 450]);
  expect(await present(id)).toMatchObject({ state: 'done', total: 450, entered: 450, refused: {} });
  expect((await inside()).sort()).toEqual([...people].sort());
});

describe('a batch that is begun twice', () => {
  it('by the same cause is one', async () => {
    const { id: segmentId } = await segment(3);
    const [one, other] = await Promise.all([begin(segmentId), begin(segmentId)]);
    expect(one.id).toBe(other.id);
    await workOff(one.id);
    expect(await inside()).toHaveLength(3);
  });

  it('again goes through the segment once more and lets in only who is new', async () => {
    const { id: segmentId, people } = await segment(3);
    const { id } = await begin(segmentId);
    await workOff(id);
    await database.query(`update enrollments set status = 'completed', ended_at = now()`);
    await database.query(
      `insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since)
        values ($1, $2, 0, $3, now())`,
      [seeded.workspaceId, segmentId, seeded.profileId],
    );
    await begin(segmentId, { again: true });
    expect(await workOff(id)).toMatchObject({ total: 4, entered: 1, refused: { already: 3 } });
    expect((await inside()).sort()).toEqual([...people, seeded.profileId].sort());
  });
});

it('stops midway: who is in stays in, nobody follows', async () => {
  const { id: segmentId } = await segment(450);
  const { id } = await begin(segmentId);
  await batches().work();
  await batches().work();
  await repository().transaction((sql) => repository().stop(seeded, { sql, id }));
  // The list may be long: whoever stops does not wait for it.
  expect(await onList(id)).toBe(250);
  await batchPeople().clear(seeded, { id, limit: 100 });
  expect([await onList(id), await keptOut()]).toEqual([
    150,
    [{ reason: 'stopped', people: 100, seen: { midway: true } }],
  ]);
  while (await batches().work());
  expect(await present(id)).toMatchObject({ state: 'stopped', total: 450, entered: 200 });
  expect(await inside()).toHaveLength(200);
  expect([await onList(id), await keptOut()]).toEqual([
    0,
    [{ reason: 'stopped', people: 250, seen: { midway: true } }],
  ]);
});

it('that is begun again while its old list is still there takes that away first', async () => {
  const { id: segmentId, people } = await segment(5);
  const { id } = await begin(segmentId);
  await batches().work();
  await repository().transaction((sql) => repository().stop(seeded, { sql, id }));
  const left = [...people].sort()[0]!;
  await database.query('delete from segment_memberships where profile_id = $1', [left]);
  // Whoever claimed it before the stop changes nothing either.
  const stale = (await repository().find(seeded, id))!;
  await begin(segmentId, { again: true });
  await repository().transaction((sql) => batchPeople().gather(seeded, { sql, batch: stale }));
  expect(await workOff(id)).toMatchObject({ state: 'done', total: 4, entered: 4 });
  expect(await inside()).not.toContain(left);
  expect(await keptOut()).toEqual([{ reason: 'stopped', people: 5, seen: { midway: true } }]);
});

it('is stopped while a chunk is under way: the chunk is in as a whole, or not at all', async () => {
  const { id: segmentId } = await segment(100);
  const { id } = await begin(segmentId);
  await batches().work();
  await Promise.all([batches().work(), repository().transaction((sql) => repository().stop(seeded, { sql, id }))]);
  const batch = await present(id);
  expect(batch.state).toBe('stopped');
  expect([0, 100]).toContain(batch.entered);
  expect(await inside()).toHaveLength(batch.entered);
});

it('of a journey that lets in so many a minute gives its places out over time', async () => {
  await reset({ perMinute: 60 });
  const { id: segmentId } = await segment(3);
  const { id } = await begin(segmentId);
  await batches().work();
  await batches().work();
  expect((await present(id)).entered).toBe(1);
  // Another batch of the journey has no places of its own.
  const other = await segment(3);
  const { id: second } = await begin(other.id, { cause: 'api/2' });
  await due();
  for (let turn = 0; turn < 4; turn += 1) await batches().work();
  expect((await present(id)).entered + (await present(second)).entered).toBe(1);
  const [row] = await database.query<{ seconds: number }>(
    `select extract(epoch from taken_until - now())::float8 as seconds from entry_paces where journey_id = $1`,
    [seeded.journeyId],
  );
  expect(row!.seconds).toBeGreaterThan(0);
  expect(row!.seconds).toBeLessThanOrEqual(1);
  await database.query('delete from entry_paces');
  await due();
  for (let turn = 0; turn < 2; turn += 1) await batches().work();
  expect((await present(id)).entered + (await present(second)).entered).toBe(2);
});

it('of a journey that lets in one at a time goes on behind somebody who cannot be let in', async () => {
  await reset({ perMinute: 60 });
  const { id: segmentId, people } = await segment(3);
  const bad = [...people].sort()[0]!;
  const entering = enteringOf(database);
  const failing = new Proxy(entering, {
    get: (target, key) =>
      key === 'enter'
        ? (...[candidates, options]: Parameters<typeof entering.enter>) =>
            candidates.some(({ profileId }) => profileId === bad)
              ? Promise.reject(new Error('bad data'))
              : target.enter(candidates, options)
        : (Reflect.get(target, key) as unknown),
  });
  const { id } = await begin(segmentId);
  for (let turn = 0; turn < 10; turn += 1) {
    await database.query('delete from entry_paces');
    await due();
    await batches(failing).work();
  }
  expect(await present(id)).toMatchObject({ state: 'done', entered: 2, refused: { error: 1 } });
});

it('of a journey that lets in so many a minute holds up no other, and goes on when its places are free', async () => {
  await reset({ perMinute: 60 });
  const slow = await begin((await segment(3)).id);
  for (let turn = 0; turn < 2; turn += 1) await batches().work();
  const paced = seeded;
  seeded = await seedJourney(database);
  await database.query(`update journey_versions set entries = '[{"node":"door","kind":"api"}]' where id = $1`, [
    seeded.versionId,
  ]);
  await database.query('update journeys set published_version = 1 where id = $1', [seeded.journeyId]);
  const quick = await begin((await segment(3)).id);
  // What a loop does that rests when it is told that there is nothing to do.
  while (await batches().work());
  expect((await present(quick.id)).state).toBe('done');
  seeded = paced;
  expect((await present(slow.id)).entered).toBe(1);
  const next = await batches().nextIn();
  expect(next).toBeGreaterThan(0);
  expect(next).toBeLessThanOrEqual(1_000);
});

it('says in plain words that it cannot go on, and leaves nothing behind when it is given up', async () => {
  const { id: segmentId } = await segment(3);
  const { id } = await begin(segmentId);
  await batches().work();
  const broken = entryBatchesOf(database, {} as ReturnType<typeof enteringOf>);
  const failing = Object.assign(broken, {
    chunk: () => Promise.reject(new Error('relation "secret_table" does not exist')),
  });
  await due();
  await failing.work();
  expect((await present(id)).error).toContain('keeps trying');
  const given = await workOff(id, failing);
  expect(given.state).toBe('failed');
  expect(given.error).toContain('The log of the worker says why');
  expect(given.error).not.toContain('secret_table');
  while (await batches().work());
  expect([await onList(id), await keptOut()]).toEqual([0, [{ reason: 'stopped', people: 3, seen: { failed: true } }]]);
});

it('lets nobody in when the segment has grown since somebody said yes to its size', async () => {
  const { id: segmentId } = await segment(12);
  const { id } = await expecting(segmentId, 10);
  expect(await workOff(id)).toMatchObject({ state: 'failed', total: 12, entered: 0 });
  expect((await present(id)).error).toContain('12 people');
  while (await batches().work());
  expect(await inside()).toEqual([]);
  expect([await onList(id), await keptOut()]).toEqual([0, [{ reason: 'stopped', people: 12, seen: { failed: true } }]]);
});

it('lets them in when it is about as large', async () => {
  const { id: segmentId } = await segment(11);
  const { id } = await expecting(segmentId, 10);
  expect(await workOff(id)).toMatchObject({ state: 'done', entered: 11 });
});

it('holds who comes while the journey is paused, and counts them', async () => {
  await database.query(`update journey_control set state = 'paused' where journey_id = $1`, [seeded.journeyId]);
  const { id: segmentId } = await segment(5);
  const { id } = await begin(segmentId);
  expect(await workOff(id)).toMatchObject({ state: 'done', entered: 0, held: 5 });
});

/**
 * Kills at any moment: before a transaction commits (all of it is undone), after it (nothing that follows happens), or
 * while workflows begin. Other workers work at the same time, and people are merged.
 */
it('lets in everybody once, however often its worker is killed', async () => {
  const deaths = fc.array(fc.constantFrom('lives', 'before', 'after', 'starting', 'merge'), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 320 }), deaths, fc.boolean(), async (size, fates, two) => {
      await reset();
      const { id: segmentId, people } = await segment(size);
      const { id } = await begin(segmentId);
      const gone = new Set<string>();
      for (const fate of fates) {
        await due();
        if (fate === 'merge') {
          const [from, into] = people.filter((each) => !gone.has(each));
          if (into === undefined || (await present(id)).state !== 'running') continue;
          gone.add(from!);
          await mergeInto(from!, into);
        } else await Promise.allSettled([dying(fate).work(), ...(two ? [batches().work()] : [])]);
      }
      const batch = await workOff(id);
      const entered = await inside();
      const expected = people.filter((each) => !gone.has(each));
      expect(new Set(entered)).toEqual(new Set(expected));
      // Two who were let in and became one have two runs; nobody else.
      expect(entered.length - expected.length).toBeLessThanOrEqual(gone.size);
      const counted = batch.entered + batch.held + Object.values(batch.refused).reduce((sum, each) => sum + each, 0);
      expect(batch.state).toBe('done');
      expect(batch.entered).toBe(entered.length);
      expect(counted).toBeLessThanOrEqual(batch.total);
    }),
    { numRuns: 25, seed: 20_261_130 },
  );
}, 120_000);

class Killed extends Error {}

/** Batches whose process dies in its first chunk. */
function dying(fate: string): EntryBatches {
  const killed = new Proxy(database, {
    get(target, key) {
      if (key !== 'transaction') return Reflect.get(target, key).bind?.(target) ?? Reflect.get(target, key);
      return async (work: (sql: Sql) => Promise<unknown>, options: never) => {
        const result = await target.transaction(async (sql) => {
          const done = await work(sql);
          if (fate === 'before') throw new Killed('UNAVAILABLE');
          return done;
        }, options);
        if (fate === 'after') throw new Killed('UNAVAILABLE');
        return result;
      };
    },
  });
  return entryBatchesOf(
    database,
    enteringOf(killed, {
      client: { start: () => (fate === 'starting' ? Promise.reject(new Killed('UNAVAILABLE')) : Promise.resolve()) },
    }),
  );
}

async function mergeInto(from: string, into: string): Promise<void> {
  const { mergeProfiles } = await import('../profiles/index.js');
  await database.transaction((sql) => mergeProfiles(seeded, { sql, merges: [{ from, into }] }));
}
