import fc from 'fast-check';
import type { Rule } from '@wend/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { audienceOn, membersOf, newWorkspace, settle, whoever } from '../../test/audience.js';
import type { Audience } from '../../test/audience.js';
import { testDatabase } from '../../test/database.js';
import { Database } from '../platform/database/index.js';
import type { Caller } from '../platform/http/index.js';
import { mergeProfiles } from '../profiles/index.js';
import { ErasureRepository } from '../upkeep/index.js';
import { BuilderRepository } from './builder.repository.js';

let audience: Audience;
let drop: () => Promise<void>;
let pools: Database[] = [];
let workers: Audience[];
let caller: Caller;
beforeAll(async () => {
  const test = await testDatabase();
  ({ drop } = test);
  audience = audienceOn(test.database);
  pools = await Promise.all([1, 2].map(() => Database.connect({ url: test.url, poolSize: 4 })));
  workers = pools.map(audienceOn);
  for (const each of [audience, ...workers]) each.builder.limit({ set: 3, single: 3, told: 2, silent: 2, looked: 3 });
});
afterAll(async () => {
  for (const pool of pools) await pool.close();
  await drop?.();
});
beforeEach(async () => {
  caller = await newWorkspace(audience.database);
});

const plan = (value: string): Rule => ({
  op: 'compare',
  left: { source: 'trait', path: 'plan' },
  is: 'equals',
  value,
});
const make = (name: string, rule: Rule | null) =>
  audience.service.create(caller, { name, description: '', rule, tell: false });
const identify = (userId: string, traits: Record<string, string>) =>
  audience.events.ingest({ scope: caller, events: [{ kind: 'identify', userId, traits }] });
const idOf = async (userId: string) =>
  (
    await audience.database.query<{ id: string }>(
      `select p.id from identities i join profiles p on p.workspace_id = i.workspace_id and p.id = i.profile_id
       where i.workspace_id = $1 and i.kind = 'user' and i.value = $2`,
      [caller.workspaceId, userId],
    )
  )[0]?.id;
const sizeOf = async (id: string) => (await audience.service.get(caller, id)).size;

describe('a size is how many there are', () => {
  type Act =
    | { do: 'identify'; who: number; plan: string }
    | { do: 'merge'; from: number; into: number }
    | { do: 'erase'; who: number }
    | { do: 'edit'; plan: string }
    | { do: 'hand'; who: number; entered: boolean }
    | { do: 'work' };
  const who = fc.integer({ min: 0, max: 7 });
  const plans = fc.constantFrom('free', 'pro');
  const act: fc.Arbitrary<Act> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('identify' as const), who, plan: plans }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('merge' as const), from: who, into: who }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const), who }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('edit' as const), plan: plans }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('hand' as const), who, entered: fc.boolean() }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('work' as const) }) },
  );
  const name = (n: number) => `p${n}`;

  async function doIt(given: Act, segments: { rule: string; list: string }): Promise<void> {
    switch (given.do) {
      case 'identify':
        return void (await identify(name(given.who), { plan: given.plan }));
      case 'merge':
        if (given.from === given.into) return;
        return void (await audience.events.ingest({
          scope: caller,
          events: [{ kind: 'alias', userId: name(given.into), previousId: name(given.from) }],
        }));
      case 'erase': {
        const id = await idOf(name(given.who));
        if (id) await new ErasureRepository(audience.database, false).person(caller, id);
        return;
      }
      case 'edit': {
        const { revision } = await audience.service.get(caller, segments.rule);
        // Somebody else may have been first.
        await audience.service
          .update(caller, { id: segments.rule, rule: plan(given.plan), revision, tell: false })
          .catch((error: { code?: string }) => expect(error.code).toBe('segment-conflict'));
        return;
      }
      case 'hand': {
        const change = { segmentId: segments.list, externalIds: [name(given.who)], tell: false };
        return void (await audience.manual.changeByIds(caller, { ...change, entered: given.entered }));
      }
      case 'work':
        await Promise.all(workers.flatMap(({ changes, builder }) => [changes.work(), builder.work()]));
    }
  }

  it('whatever is merged, erased, evaluated and built at once', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(act, { minLength: 2, maxLength: 5 }), { minLength: 4, maxLength: 12 }),
        async (rounds) => {
          caller = await newWorkspace(audience.database);
          for (let n = 0; n < 8; n += 1) await identify(name(n), { plan: n % 2 === 0 ? 'pro' : 'free' });
          const segments = { rule: (await make('Pro', plan('pro'))).id, list: (await make('List', null)).id };
          for (const round of rounds) await Promise.all(round.map((each) => doIt(each, segments)));
          await settle(audience);
          const { rule } = await audience.service.get(caller, segments.rule);
          const expected = await whoever(audience, {
            workspaceId: caller.workspaceId,
            rule: rule!,
            at: Date.now(),
          });
          expect(await membersOf(audience, segments.rule)).toEqual(expected);
          expect(await sizeOf(segments.rule)).toBe(expected.length);
          expect(await sizeOf(segments.list)).toBe((await membersOf(audience, segments.list)).length);
        },
      ),
      { numRuns: Number(process.env['WEND_SEGMENTS_RUNS'] ?? 25), seed: Number(process.env['WEND_SEED'] ?? 46) },
    );
  });

  it('when a merge brings somebody in at the moment at which they are found to be in', async () => {
    await identify('into', { plan: 'free' });
    await identify('from', { plan: 'pro' });
    const pro = await make('Pro', plan('pro'));
    await settle(audience);
    await identify('into', { plan: 'pro' });
    const [into, from] = [(await idOf('into'))!, (await idOf('from'))!];
    const { database } = audience;
    let working: Promise<unknown> | undefined;
    // As a merge does it: the row is moved, and the evaluation comes to it before that is committed.
    await database.transaction(async (sql) => {
      await sql.query('select 1 from profiles where id = $1 for update', [from]);
      await sql.query('update segment_memberships set profile_id = $2 where profile_id = $1', [from, into]);
      await sql.query(`update profiles set merged_into = $2, traits = '{}', external_id = null where id = $1`, [
        from,
        into,
      ]);
      working = workers[0]!.changes.work();
      await expect
        .poll(async () => (await database.query(waiting)).length, { timeout: 10_000, interval: 10 })
        .toBeGreaterThan(0);
    });
    await working;
    await settle(audience);
    expect([await membersOf(audience, pro.id), await sizeOf(pro.id)]).toEqual([[into], 1]);
    const entered = await database.query(`select 1 from events where profile_id = $1 and name = 'Segment Entered'`, [
      into,
    ]);
    expect(entered).toHaveLength(0);
  });
});

const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

describe('builds', () => {
  it('take turns, so that a large one holds up no small one', async () => {
    const small = await newWorkspace(audience.database);
    for (let n = 0; n < 30; n += 1) await identify(`p${n}`, { plan: 'pro' });
    await audience.events.ingest({
      scope: small,
      events: [{ kind: 'identify', userId: 'one', traits: { plan: 'pro' } }],
    });
    const large = await make('Large', plan('pro'));
    const quick = await audience.service.create(small, {
      name: 'Quick',
      description: '',
      rule: plan('pro'),
      tell: false,
    });
    let steps = 0;
    while ((await audience.service.get(small, quick.id)).build !== null) {
      expect(await audience.builder.work()).toBe(true);
      steps += 1;
    }
    expect(steps).toBeLessThan(12);
    expect((await audience.service.get(caller, large.id)).build).toMatchObject({ state: 'building' });
    await settle(audience);
    expect(await sizeOf(large.id)).toBe(30);
  });

  it('copy who is kept by hand some at a time, also what is archived, and leave nobody who is gone', async () => {
    for (let n = 0; n < 10; n += 1) await identify(`p${n}`, {});
    const list = await make('List', null);
    const people = Array.from({ length: 9 }, (_, n) => `p${n}`);
    await audience.manual.changeByIds(caller, {
      segmentId: list.id,
      externalIds: people,
      entered: true,
      tell: false,
    });
    await settle(audience);
    await audience.service.archive(caller, list.id);
    const copy = await audience.service.duplicate(caller, { id: list.id });
    expect(copy).toMatchObject({ kind: 'manual', size: 0, build: { state: 'waiting' } });
    await audience.builder.work();
    await audience.builder.work();
    // Meanwhile somebody is put in by hand, and one who is in already is erased.
    await audience.manual.changeByIds(caller, {
      segmentId: copy.id,
      externalIds: ['p9'],
      entered: true,
      tell: false,
    });
    await new ErasureRepository(audience.database, false).person(caller, (await membersOf(audience, copy.id))[0]!);
    await settle(audience);
    expect(await audience.service.get(caller, copy.id)).toMatchObject({ build: null, rule: null });
    const members = await membersOf(audience, copy.id);
    expect(await sizeOf(copy.id)).toBe(members.length);
    expect(members).toHaveLength(9);
    // Nothing follows from it: it is kept by hand.
    expect(
      await audience.database.query('select 1 from change_watches where watcher = $1', [`segment/${copy.id}`]),
    ).toEqual([]);
  });
});

describe('copies of what is kept by hand', () => {
  /** A list of so many people, and their ids in order. */
  async function listOf(count: number, isIn: (n: number) => boolean = () => true) {
    for (let n = 0; n < count; n += 1) await identify(`p${n}`, {});
    const rows = await audience.database.query<{ id: string; name: string }>(
      'select id, external_id as name from profiles where workspace_id = $1 order by id',
      [caller.workspaceId],
    );
    const list = await make('List', null);
    const profileIds = rows.map(({ id }) => id).filter((_, n) => isIn(n));
    await audience.manual.addMembers(caller, { segmentId: list.id, profileIds, tell: false });
    await settle(audience);
    return { list, people: rows };
  }
  const within = (segment: string): Rule => ({
    op: 'compare',
    left: { source: 'segment', segment },
    is: 'equals',
    value: true,
  });
  const heldUp = (id: string, until: string | null) =>
    audience.database.query('update segment_builds set not_before = $2 where segment_id = $1', [id, until]);
  /** What happens between a chunk's writing and its commit, once. */
  function duringFirstChunk(work: () => Promise<void>) {
    const { add } = BuilderRepository.prototype;
    return vi.spyOn(BuilderRepository.prototype, 'add').mockImplementationOnce(async function (
      this: BuilderRepository,
      ...given
    ) {
      const entered = await add.apply(this, given);
      await work();
      return entered;
    });
  }
  afterEach(() => void vi.restoreAllMocks());

  it('are seen by segments that read them, though nobody is told', async () => {
    const { list } = await listOf(7);
    const copy = await audience.service.duplicate(caller, { id: list.id });
    await heldUp(copy.id, '2999-01-01');
    const reader = await make('Reader', within(copy.id));
    await settle(audience);
    expect((await audience.service.get(caller, reader.id)).build).toBeNull();
    await heldUp(copy.id, null);
    await settle(audience);
    expect(await membersOf(audience, reader.id)).toEqual(await membersOf(audience, list.id));
    expect([await sizeOf(copy.id), await sizeOf(reader.id)]).toEqual([7, 7]);
    const told = await audience.database.query(
      `select 1 from events where workspace_id = $1 and properties ->> 'segmentId' = $2`,
      [caller.workspaceId, copy.id],
    );
    expect(told).toEqual([]);
  });

  it('go on while they are archived, and what they are of is kept until then', async () => {
    const { list } = await listOf(7);
    const copy = await audience.service.duplicate(caller, { id: list.id });
    await audience.builder.work();
    await audience.builder.work();
    await expect(audience.service.duplicate(caller, { id: copy.id })).rejects.toMatchObject({
      code: 'segment-not-complete',
      status: 409,
    });
    await expect(audience.service.remove(caller, list.id)).rejects.toMatchObject({
      code: 'segment-being-copied',
      status: 409,
    });
    await audience.service.archive(caller, copy.id);
    await audience.builder.work();
    await audience.service.restore(caller, copy.id);
    await settle(audience);
    expect(await audience.service.get(caller, copy.id)).toMatchObject({ build: null, size: 7 });
    await audience.service.remove(caller, list.id);
    expect(await membersOf(audience, copy.id)).toHaveLength(7);
  });

  it('keep who somebody was merged into while they were put in', async () => {
    // The one who stays has been looked at already, and was not in.
    const { list, people } = await listOf(5, (n) => n !== 1);
    const copy = await audience.service.duplicate(caller, { id: list.id });
    duringFirstChunk(() =>
      audience.database.transaction((sql) =>
        mergeProfiles(caller, { sql, merges: [{ from: people[0]!.id, into: people[1]!.id }] }),
      ),
    );
    await settle(audience);
    const expected = await membersOf(audience, list.id);
    expect(expected).toContain(people[1]!.id);
    expect(await membersOf(audience, copy.id)).toEqual(expected);
    expect(await sizeOf(copy.id)).toBe(4);
  });

  it('count those who are gone once, whoever looks for them', async () => {
    const { list, people } = await listOf(3);
    const copy = await audience.service.duplicate(caller, { id: list.id });
    duringFirstChunk(() =>
      new ErasureRepository(audience.database, false).person(caller, people[0]!.id).then(() => undefined),
    );
    await audience.builder.work();
    await audience.builder.work();
    // Both see them before either deletes them.
    const { gone } = BuilderRepository.prototype;
    let looking = 0;
    vi.spyOn(BuilderRepository.prototype, 'gone').mockImplementation(async function (
      this: BuilderRepository,
      ...given
    ) {
      const found = await gone.apply(this, given);
      looking += 1;
      if (looking <= 2) await expect.poll(() => looking, { timeout: 10_000, interval: 5 }).toBeGreaterThan(1);
      return found;
    });
    const first = workers[0]!.builder.work();
    await expect.poll(() => looking, { timeout: 10_000, interval: 5 }).toBe(1);
    await Promise.all([first, workers[1]!.builder.work()]);
    expect(looking).toBeGreaterThan(1);
    await settle(audience);
    expect([(await membersOf(audience, copy.id)).length, await sizeOf(copy.id)]).toEqual([2, 2]);
  });
});

it('adds up sizes in the order in which merges hold segments', async () => {
  const { database, growth } = audience;
  const ids = [(await make('One', null)).id, (await make('Other', null)).id].sort();
  for (const segmentId of [...ids].reverse())
    await database.transaction((sql) =>
      audience.members.addDeltas(caller, {
        sql,
        deltas: [{ segmentId, entered: 1, left: 0, size: 1 }],
        at: new Date(),
      }),
    );
  let adding: Promise<number> | undefined;
  await database.transaction(async (sql) => {
    const share = 'select 1 from segments where id = $1 for share nowait';
    await sql.query(share, [ids[0]]);
    adding = growth.rollUp(100);
    await expect
      .poll(async () => (await database.query(waiting)).length, { timeout: 10_000, interval: 10 })
      .toBeGreaterThan(0);
    await sql.query(share, [ids[1]]);
  });
  expect(await adding).toBe(2);
  expect(await Promise.all(ids.map(sizeOf))).toEqual([1, 1]);
});

describe('growth', () => {
  it('ends a day with what it had at midnight of the workspace, whenever that is added up', async () => {
    const { database, growth } = audience;
    await database.query(`update workspaces set time_zone = 'Asia/Seoul' where id = $1`, [caller.workspaceId]);
    const list = await make('List', null);
    const [today] = await database.query<{ midnight: Date }>(
      `select date_trunc('day', now() at time zone 'Asia/Seoul') at time zone 'Asia/Seoul' as midnight`,
    );
    await database.query(`update segments set created_at = now() - interval '3 days' where id = $1`, [list.id]);
    const midnight = today!.midnight.getTime();
    const add = (at: number, size: number) =>
      database.transaction((sql) =>
        audience.members.addDeltas(caller, {
          sql,
          deltas: [{ segmentId: list.id, entered: size, left: 0, size }],
          at: new Date(at),
        }),
      );
    const sizes = async () => (await growth.days(caller, { segmentId: list.id, days: 3 })).map(({ size }) => size);
    const all = async () => {
      while ((await growth.rollUp(100)) > 0);
    };
    await add(midnight - 86_400_000 - 1, 5);
    await all();
    // Both sides of midnight at once.
    await add(midnight - 1, 2);
    await add(midnight, 10);
    await all();
    expect(await sizes()).toEqual([5, 7, 17]);
    // And what comes late of the day before.
    await add(midnight - 2, 100);
    await all();
    expect(await sizes()).toEqual([5, 107, 117]);
    const [stored] = await database.query<{ size: number }>(
      'select size from segment_days where segment_id = $1 order by day desc limit 1',
      [list.id],
    );
    expect(stored!.size).toBe(117);
  });

  it('is what came up to the end of each day, in whatever order it is added up', async () => {
    const { database, growth } = audience;
    const days = 5;
    const delta = fc.record({ day: fc.integer({ min: 0, max: days - 1 }), size: fc.integer({ min: 1, max: 9 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(delta, { maxLength: 4 }), { maxLength: 6 }), async (rounds) => {
        caller = await newWorkspace(database);
        const list = await make('List', null);
        await database.query(`update segments set created_at = now() - interval '10 days' where id = $1`, [list.id]);
        for (const round of rounds) {
          for (const { day, size } of round)
            await database.query(
              `insert into segment_deltas (workspace_id, segment_id, at, entered, gone, size)
               values ($1, $2, now() - make_interval(days => $3), $4, 0, $4)`,
              [caller.workspaceId, list.id, days - 1 - day, size],
            );
          while ((await growth.rollUp(100)) > 0);
        }
        const all = rounds.flat();
        expect((await growth.days(caller, { segmentId: list.id, days })).map(({ size }) => size)).toEqual(
          Array.from({ length: days }, (_, n) => all.reduce((sum, { day, size }) => (day <= n ? sum + size : sum), 0)),
        );
      }),
      { numRuns: 60, seed: Number(process.env['WEND_SEED'] ?? 46) },
    );
  });
});
