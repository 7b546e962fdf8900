import { randomUUID } from 'node:crypto';
import type { JsonObject, Schedule } from '@wend/contract';
import type { EntryScheduleName, EntrySchedulesClient } from '@wend/temporal';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { entryBatchesOf } from '../../test/router.js';
import { seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import { WhySources } from '../enrollments/index.js';
import type { EntryBatches } from '../enrollments/index.js';
import type { Database } from '../platform/database/index.js';
import { EntrySchedules } from './entry-schedules.js';
import { ScheduleReconciler } from './schedule-reconciler.service.js';
import { ScheduleRepository } from './schedule.repository.js';
import { ScheduleRunner } from './schedule-runner.service.js';
import { ScheduleWhys } from './schedule-whys.js';
import { SchedulesOfJourney } from './schedules-of-journey.js';
import { timesUntil } from './schedule-times.js';

let database: Database;
let drop: () => Promise<void>;
let repository: ScheduleRepository;
let batches: EntryBatches;
let runner: ScheduleRunner;
let seeded: Seeded;
let segmentId: string;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  repository = new ScheduleRepository(database);
  batches = entryBatchesOf(database);
  runner = new ScheduleRunner(database, repository, batches);
});
afterAll(() => drop?.());
beforeEach(async () => {
  await database.query('truncate entry_schedules, schedule_occurrences, entry_batches cascade');
  seeded = await seedJourney(database);
  segmentId = randomUUID();
  await database.query(`insert into segments (workspace_id, id, name) values ($1, $2, 'Friends')`, [
    seeded.workspaceId,
    segmentId,
  ]);
});

const ms = (text: string): number => Date.parse(text);
const daily: Schedule = { zone: 'workspace', repeats: 'daily', every: 1, time: '09:00', start: '2026-12-01' };
type Given = { node?: string; schedule?: Schedule; graceSeconds?: number };

/** Publishes a version with these. */
async function publish(entries: Given[] = [{}], at = '2026-11-30T00:00Z'): Promise<void> {
  const [{ zone } = { zone: 'UTC' }] = await database.query<{ zone: string }>(
    'select time_zone as zone from workspaces where id = $1',
    [seeded.workspaceId],
  );
  const given = entries.map(({ node = 'entry', schedule = daily, graceSeconds = 3_600 }) => ({
    node,
    schedule,
    segmentId,
    graceSeconds,
    nextAt: new Date(timesUntil({ schedule, zone, after: ms(at), until: ms(at) }).next ?? 0),
  }));
  await database.query('update journeys set published_version = 1 where id = $1', [seeded.journeyId]);
  await database.query('update journey_versions set entries = $2, reentry = $3 where id = $1', [
    seeded.versionId,
    JSON.stringify(
      given.map(({ node, schedule, graceSeconds }) => ({
        node,
        kind: 'schedule',
        when: schedule,
        segment: segmentId,
        graceSeconds,
      })),
    ),
    JSON.stringify({ rule: 'always' }),
  ]);
  await database.transaction((sql) =>
    repository.replace(seeded, { sql, journeyId: seeded.journeyId, at: new Date(at), entries: given }),
  );
}

const close = () => database.transaction((sql) => repository.close(seeded, { sql, journeyId: seeded.journeyId }));
const setState = (state: string) =>
  database.query('update journey_control set state = $2 where journey_id = $1', [seeded.journeyId, state]);
const setZone = (zone: string) =>
  database.query('update workspaces set time_zone = $2 where id = $1', [seeded.workspaceId, zone]);
const nameOf = (node = 'entry'): EntryScheduleName => ({
  workspaceId: seeded.workspaceId,
  journeyId: seeded.journeyId,
  node,
});

async function member(traits: JsonObject = {}): Promise<string> {
  const id = randomUUID();
  await database.query('insert into profiles (workspace_id, id, traits) values ($1, $2, $3)', [
    seeded.workspaceId,
    id,
    JSON.stringify(traits),
  ]);
  await database.query(
    `insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since)
     values ($1, $2, 0, $3, now())`,
    [seeded.workspaceId, segmentId, id],
  );
  return id;
}

/** Temporal, or whoever, calls at this time; then everybody who is to come in does. */
async function call(at: string, node = 'entry'): Promise<void> {
  await runner.run({ ...nameOf(node), at: ms(at) });
  while (await batches.work());
  await repository.settleDone();
}

const occurrences = async (): Promise<string[]> =>
  (
    await database.query<{ node: string; name: string; due_at: Date; state: string }>(
      'select node, name, due_at, state from schedule_occurrences where journey_id = $1 order by due_at, node',
      [seeded.journeyId],
    )
  ).map(({ name, due_at, state }) => `${name} ${due_at.toISOString().slice(0, 16)}Z ${state}`);
const causes = async (): Promise<string[]> =>
  (
    await database.query<{ entry_cause: string }>(
      'select entry_cause from enrollments where journey_id = $1 order by created_at, entry_cause',
      [seeded.journeyId],
    )
  ).map(({ entry_cause }) => entry_cause);

describe('in the workspace’s zone', () => {
  it('lets the people of the segment in once, whoever calls and how often', async () => {
    const [ann, bob] = [await member(), await member()];
    await publish();
    await call('2026-12-01T08:59:59Z');
    expect(await causes()).toEqual([]);
    await Promise.all(Array.from({ length: 5 }, () => call('2026-12-01T09:00:01Z')));
    await call('2026-12-01T10:00Z');
    expect((await causes()).sort()).toEqual([ann, bob].map((id) => `schedule/2026-12-01T09:00:00.000Z/${id}`).sort());
    expect(await occurrences()).toEqual(['2026-12-01T09:00 2026-12-01T09:00Z ran']);
    const [data] = await database.query('select entry_data from enrollments limit 1');
    expect(data).toEqual({ entry_data: { scheduledAt: '2026-12-01T09:00:00.000Z', occurrence: '2026-12-01T09:00' } });
  });

  it('lets a person in once where two schedules come at one instant', async () => {
    await setZone('Europe/Berlin');
    const ann = await member();
    // 02:30 is jumped over, and comes at 03:00.
    const early: Schedule = { ...daily, time: '02:30', start: '2027-03-28' };
    await publish([
      { node: 'a', schedule: early },
      { node: 'b', schedule: { ...early, time: '03:00' } },
    ]);
    await Promise.all([call('2027-03-28T01:00:01Z', 'a'), call('2027-03-28T01:00:01Z', 'b')]);
    while (await batches.work());
    expect(await causes()).toEqual([`schedule/2027-03-28T01:00:00.000Z/${ann}`]);
    expect(await occurrences()).toHaveLength(2);
  });

  it('runs what was missed within its grace, once, and lists the rest', async () => {
    await member();
    await publish();
    await call('2026-12-03T09:59Z');
    await call('2026-12-03T10:30Z');
    expect(await occurrences()).toEqual([
      '2026-12-01T09:00 2026-12-01T09:00Z missed',
      '2026-12-02T09:00 2026-12-02T09:00Z missed',
      '2026-12-03T09:00 2026-12-03T09:00Z ran',
    ]);
    expect(await causes()).toHaveLength(1);
  });

  it('skips what comes while the journey is paused', async () => {
    await member();
    await publish();
    await setState('paused');
    await call('2026-12-01T09:00:01Z');
    await setState('live');
    await call('2026-12-02T09:00:01Z');
    expect(await occurrences()).toEqual([
      '2026-12-01T09:00 2026-12-01T09:00Z skipped',
      '2026-12-02T09:00 2026-12-02T09:00Z ran',
    ]);
  });

  it('happens once a day though the workspace moves to another zone', async () => {
    await member();
    await setZone('Asia/Seoul');
    await publish();
    await call('2026-12-01T00:00:01Z');
    await setZone('UTC');
    await call('2026-12-01T09:00:01Z');
    expect(await occurrences()).toEqual(['2026-12-01T09:00 2026-12-01T00:00Z ran']);
  });
});

describe('an edit', () => {
  it('that leaves the schedule alone fires nothing and loses nothing', async () => {
    await member();
    await publish();
    await call('2026-12-01T09:00:01Z');
    // Published between the time and the call, and after it.
    await publish([{}], '2026-12-01T12:00Z');
    expect(await causes()).toHaveLength(1);
    await publish([{ graceSeconds: 7_200 }], '2026-12-02T09:00:05Z');
    await call('2026-12-02T09:00:06Z');
    expect(await occurrences()).toEqual([
      '2026-12-01T09:00 2026-12-01T09:00Z ran',
      '2026-12-02T09:00 2026-12-02T09:00Z ran',
    ]);
  });

  it('of the schedule begins from then on', async () => {
    await member();
    await publish();
    await publish([{ schedule: { ...daily, time: '08:00' } }], '2026-12-01T08:30Z');
    await call('2026-12-01T09:30Z');
    expect(await occurrences()).toEqual([]);
    await call('2026-12-02T08:00:01Z');
    expect(await occurrences()).toEqual(['2026-12-02T08:00 2026-12-02T08:00Z ran']);
  });

  it('that stops the journey and publishes it again makes up for nothing', async () => {
    await member();
    await publish();
    await close();
    await publish([{}], '2026-12-01T09:30Z');
    await call('2026-12-01T09:31Z');
    expect(await occurrences()).toEqual([]);
  });
});

describe('in each person’s zone', () => {
  const zoned: Schedule = { ...daily, zone: 'person' };

  /** Every call that Temporal would make until then. */
  async function through(from: string, until: string): Promise<void> {
    for (const { at } of timesUntil({ schedule: zoned, zone: 'UTC', after: ms(from), until: ms(until) }).times)
      await call(new Date(at + 1_000).toISOString());
  }

  it('lets each in when it is 09:00 there; without a zone, in the workspace’s', async () => {
    const people = {
      kiritimati: await member({ timezone: 'Pacific/Kiritimati' }),
      seoul: await member({ timeZone: 'asia/seoul' }),
      nobody: await member(),
      nonsense: await member({ timezone: 'Mars/Olympus' }),
      baker: await member({ timezone: 'Etc/GMT+12' }),
    };
    await publish([{ schedule: { ...zoned, end: { kind: 'after', times: 1 } } }]);
    await through('2026-11-30T00:00Z', '2026-12-02T12:00Z');
    const runs = await database.query<{ profile_id: string; due: string }>(
      `select profile_id, entry_data ->> 'scheduledAt' as due from enrollments where journey_id = $1`,
      [seeded.journeyId],
    );
    expect(Object.fromEntries(runs.map(({ profile_id, due }) => [profile_id, due]))).toEqual({
      [people.kiritimati]: '2026-11-30T19:00:00.000Z',
      [people.seoul]: '2026-12-01T00:00:00.000Z',
      [people.nobody]: '2026-12-01T09:00:00.000Z',
      [people.nonsense]: '2026-12-01T09:00:00.000Z',
      [people.baker]: '2026-12-01T21:00:00.000Z',
    });
    const [shown] = await new SchedulesOfJourney(repository).of(seeded, seeded.journeyId, ms('2026-12-03T00:00Z'));
    expect(shown).toMatchObject({
      node: 'entry',
      next: [],
      past: [{ name: '2026-12-01T09:00', state: 'ran', people: 5, entered: 5, refused: 0, missed: 0 }],
    });
  });

  it('lets somebody who moves between in once for a day', async () => {
    const id = await member({ timezone: 'Asia/Seoul' });
    await publish([{ schedule: zoned }]);
    await through('2026-11-30T00:00Z', '2026-12-01T00:30Z');
    await database.query('update profiles set traits = $2 where id = $1', [
      id,
      JSON.stringify({ timezone: 'Europe/Berlin' }),
    ]);
    await through('2026-12-01T00:30Z', '2026-12-02T08:30Z');
    expect(await causes()).toEqual([
      `schedule/2026-12-01T00:00:00.000Z/${id}`,
      `schedule/2026-12-02T08:00:00.000Z/${id}`,
    ]);
  });
});

describe('several schedules of a journey', () => {
  const zoned: Schedule = { ...daily, zone: 'person' };

  it('let a person in once where one goes by the workspace’s zone, one by each person’s, and they come together', async () => {
    const [here, seoul] = [await member(), await member({ timezone: 'Asia/Seoul' })];
    await publish([
      { node: 'a', schedule: daily },
      { node: 'b', schedule: zoned },
    ]);
    await call('2026-12-01T00:00:01Z', 'b');
    await Promise.all([call('2026-12-01T09:00:01Z', 'b'), call('2026-12-01T09:00:01Z', 'a')]);
    expect((await causes()).sort()).toEqual(
      [`schedule/2026-12-01T09:00:00.000Z/${here}`, `schedule/2026-12-01T00:00:00.000Z/${seoul}`].sort(),
    );
  });

  it('let in the rest of the day, and nobody twice, when one goes by another zone from then on', async () => {
    const [seoul, here] = [await member({ timezone: 'Asia/Seoul' }), await member()];
    await publish([{ schedule: zoned }]);
    await call('2026-12-01T00:00:01Z');
    await publish([{ schedule: daily }], '2026-12-01T02:00Z');
    await call('2026-12-01T09:00:01Z');
    expect((await causes()).sort()).toEqual(
      [`schedule/2026-12-01T00:00:00.000Z/${seoul}`, `schedule/2026-12-01T09:00:00.000Z/${here}`].sort(),
    );
    const late = await member({ timezone: 'America/New_York' });
    await publish([{ schedule: zoned }], '2026-12-01T10:00Z');
    await call('2026-12-01T14:00:01Z');
    expect(await causes()).toContain(`schedule/2026-12-01T14:00:00.000Z/${late}`);
    expect(await causes()).toHaveLength(3);
  });
});

describe('what became of a time', () => {
  const state = async () =>
    (await new SchedulesOfJourney(repository).of(seeded, seeded.journeyId, ms('2026-12-03T00:00Z')))[0]?.past[0]?.state;

  it('is that it was stopped, or failed, when it was', async () => {
    await member();
    await publish();
    await runner.run({ ...nameOf(), at: ms('2026-12-01T09:00:01Z') });
    await batches.work();
    expect(await state()).toBe('running');
    await database.query(`update entry_batches set state = 'stopped', finished_at = now()`);
    await repository.settleDone();
    expect(await state()).toBe('stopped');
    await runner.run({ ...nameOf(), at: ms('2026-12-02T09:00:01Z') });
    await database.query(`update entry_batches set state = 'failed', finished_at = now() where state <> 'stopped'`);
    await repository.settleDone();
    expect(await state()).toBe('failed');
  });

  it('is known of a person who was due: paused, or missed', async () => {
    const [here, seoul] = [await member(), await member({ timezone: 'Asia/Seoul' })];
    await database.query(`update segment_memberships set since = '2020-01-01'`);
    const keptOut = async (profileId: string) =>
      (
        await new ScheduleWhys(repository, new WhySources()).keptOut(seeded, { journeyId: seeded.journeyId, profileId })
      ).map(({ reason, last_at }) => `${reason} ${last_at.toISOString().slice(0, 16)}`);
    // Of the last 90 days.
    const day = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10);
    await publish(
      [{ schedule: { ...daily, zone: 'person', repeats: 'once', start: day } as Schedule }],
      `${day}T00:00Z`,
    );
    await setState('paused');
    await call(`${day}T09:00:01Z`);
    await setState('live');
    expect(await keptOut(here)).toEqual([`paused ${day}T09:00`]);
    expect(await keptOut(seoul)).toEqual([]);
    await publish([{ schedule: { ...daily, start: day } }], `${day}T10:00Z`);
    const next = new Date(ms(`${day}T09:00Z`) + 86_400_000).toISOString();
    await call(new Date(ms(next) + 7_200_000).toISOString());
    expect(await keptOut(seoul)).toEqual([`missed ${next.slice(0, 16)}`]);
  });

  it('is known, however many others there were since, and where the journey was closed', async () => {
    const here = await member();
    await database.query(`update segment_memberships set since = '2020-01-01'`);
    const day = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10);
    await publish([{ schedule: { ...daily, start: day } }], `${day}T00:00Z`);
    const dying = new ScheduleRunner(database, repository, {
      begin: () => Promise.reject(new Error('killed')),
    } as unknown as EntryBatches);
    await expect(dying.run({ ...nameOf(), at: ms(`${day}T09:00:01Z`) })).rejects.toThrow('killed');
    await close();
    await call(`${day}T09:01Z`);
    await publish([{ schedule: { ...daily, start: day } }], `${day}T10:00Z`);
    await database.query(
      `insert into schedule_occurrences (workspace_id, journey_id, node, name, due_at, zoned, state)
       select $1, $2, 'entry', 'other', now() - make_interval(mins => m), false, 'missed' from generate_series(1, 600) m`,
      [seeded.workspaceId, seeded.journeyId],
    );
    const found = await new ScheduleWhys(repository, new WhySources()).keptOut(seeded, {
      journeyId: seeded.journeyId,
      profileId: here,
    });
    expect(found.map(({ reason }) => reason)).toEqual(['missed', 'stopped']);
    expect(found[1]!.last_at.toISOString()).toBe(`${day}T09:00:00.000Z`);
  });
});

it('of several who look after a time, whoever comes late changes nothing', async () => {
  await member();
  await publish();
  const time = {
    journeyId: seeded.journeyId,
    node: 'entry',
    name: '2026-12-01T09:00',
    dueAt: new Date('2026-12-01T09:00Z'),
  };
  await runner.run({ ...nameOf(), at: ms('2026-12-01T09:00:01Z') });
  for (const state of ['missed', 'stopped', 'ran'] as const)
    await repository.settle(seeded, { ...time, state, batchId: null });
  expect(await occurrences()).toEqual(['2026-12-01T09:00 2026-12-01T09:00Z running']);
  // The other way round: it was given up between the look and the batch.
  await runner.run({ ...nameOf(), at: ms('2026-12-02T07:00Z') });
  const late = Object.assign(new ScheduleRepository(database), {
    toBegin: async (...asked: Parameters<ScheduleRepository['toBegin']>) => {
      const found = await repository.toBegin(...asked);
      for (const { name, due_at: dueAt } of found)
        await repository.settle(seeded, { ...time, name, dueAt, state: 'missed', batchId: null });
      return found;
    },
  });
  await new ScheduleRunner(database, late, batches).run({ ...nameOf(), at: ms('2026-12-02T09:00:01Z') });
  expect((await occurrences())[1]).toBe('2026-12-02T09:00 2026-12-02T09:00Z missed');
  expect(await database.query('select 1 from entry_batches')).toHaveLength(1);
});

it('goes on where a crash came between the time and its batch', async () => {
  await member();
  await publish();
  const dying = new ScheduleRunner(database, repository, {
    begin: () => Promise.reject(new Error('killed')),
  } as unknown as EntryBatches);
  await expect(dying.run({ ...nameOf(), at: ms('2026-12-01T09:00:01Z') })).rejects.toThrow('killed');
  expect(await occurrences()).toEqual(['2026-12-01T09:00 2026-12-01T09:00Z running']);
  await call('2026-12-01T10:00Z');
  expect(await occurrences()).toEqual(['2026-12-01T09:00 2026-12-01T09:00Z ran']);
  expect(await causes()).toHaveLength(1);
});

it('lets nobody in by a time that was noted in time and is begun too late', async () => {
  await member();
  await publish();
  const dying = new ScheduleRunner(database, repository, {
    begin: () => Promise.reject(new Error('killed')),
  } as unknown as EntryBatches);
  await expect(dying.run({ ...nameOf(), at: ms('2026-12-01T09:00:01Z') })).rejects.toThrow('killed');
  await call('2026-12-01T10:00:01Z');
  expect(await occurrences()).toEqual(['2026-12-01T09:00 2026-12-01T09:00Z missed']);
  expect(await causes()).toEqual([]);
});

describe('what Temporal is told', () => {
  let told: Map<string, { times: readonly number[]; paused: boolean }>;
  let fails: boolean;
  let reconciler: ScheduleReconciler;
  beforeEach(() => {
    told = new Map();
    fails = false;
    const temporal = new EntrySchedules();
    temporal.use({
      set: async ({ node }: EntryScheduleName, wish: { times: number[]; paused: boolean }) => {
        told.set(node, wish);
        if (fails) throw new Error('no answer');
      },
      remove: async ({ node }: EntryScheduleName) => void told.delete(node),
    } as unknown as EntrySchedulesClient);
    reconciler = new ScheduleReconciler(repository, runner, temporal);
  });
  const reconcile = (at: string) => reconciler.reconcile(ms(at));
  const first = () => new Date(told.get('entry')?.times[0] ?? 0).toISOString();

  it('is what the journey wants, also after a crash, and is told once', async () => {
    await publish();
    fails = true;
    await reconcile('2026-11-30T00:00Z');
    fails = false;
    await database.query('update entry_schedules set telling_until = null');
    await reconcile('2026-11-30T00:00Z');
    expect(first()).toBe('2026-12-01T09:00:00.000Z');
    told.clear();
    await reconcile('2026-11-30T00:01Z');
    expect(told.size).toBe(0);
  });

  it('that one cannot be told holds up no other, nor what is overdue', async () => {
    await member();
    await publish([{ node: 'entry' }, { node: 'other' }]);
    fails = true;
    await reconcile('2026-12-01T09:00:30Z');
    expect([...told.keys()].sort()).toEqual(['entry', 'other']);
    expect(await occurrences()).toHaveLength(2);
  });

  it('is told again when it was opened while it was taken away', async () => {
    await publish();
    await reconcile('2026-11-30T00:00Z');
    await close();
    const claimed = await repository.claimUntold(new Date(ms('2026-11-30T00:01Z')));
    expect(claimed?.open).toBe(false);
    await publish();
    told.clear();
    await repository.remove(seeded, { journeyId: seeded.journeyId, node: 'entry' });
    await reconcile('2026-11-30T00:02Z');
    expect(told.size).toBe(1);
  });

  it('follows a pause, another zone and the end', async () => {
    await publish();
    await reconcile('2026-11-30T00:00Z');
    await setState('paused');
    await reconcile('2026-11-30T00:01Z');
    expect(told.get('entry')?.paused).toBe(true);
    await setState('live');
    await setZone('Asia/Seoul');
    await reconcile('2026-11-30T00:02Z');
    expect(told.get('entry')?.paused).toBe(false);
    expect(first()).toBe('2026-12-01T00:00:00.000Z');
    await close();
    await reconcile('2026-11-30T00:03Z');
    expect(told.size).toBe(0);
    expect(await database.query('select 1 from entry_schedules')).toEqual([]);
  });

  it('is more before it has run out', async () => {
    await publish();
    await reconcile('2026-11-30T00:00Z');
    expect(told.get('entry')?.times).toHaveLength(100);
    await reconcile('2027-02-15T00:00Z');
    expect(first()).toBe('2027-02-15T09:00:00.000Z');
  });

  it('is nothing of a schedule that is over', async () => {
    await publish([{ schedule: { ...daily, repeats: 'once' } as Schedule }], '2026-12-02T00:00Z');
    await reconcile('2026-12-02T00:00Z');
    expect(told.size).toBe(0);
  });

  it('is looked after here when Temporal does not call', async () => {
    await member();
    await publish();
    await reconcile('2026-12-01T09:00:05Z');
    expect(await occurrences()).toEqual([]);
    await reconcile('2026-12-01T09:00:30Z');
    expect(await occurrences()).toEqual(['2026-12-01T09:00 2026-12-01T09:00Z running']);
  });
});
