import { randomUUID } from 'node:crypto';
import { datesDue, dayText } from '@wend/contract';
import type { DateRule, Json, JsonObject, Schedule } from '@wend/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { enteringOf, entryBatchesOf } from '../../test/router.js';
import { seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import type { Watches } from '../changes/index.js';
import type { Database, Sql } from '../platform/database/index.js';
import { timeZoneOf } from '../profiles/index.js';
import { DateEntries } from './date-entries.service.js';
import { DateRepository } from './date.repository.js';
import { ScheduleRepository } from './schedule.repository.js';
import { ScheduleRunner } from './schedule-runner.service.js';
import { timesUntil } from './schedule-times.js';
import type { TimeData } from './time-occasions.js';

/** Several ways in of one journey whose times coincide. */
let database: Database;
let drop: () => Promise<void>;
let seeded: Seeded;
let segmentId: string;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop?.());

const ms = (text: string): number => Date.parse(text);
const opened = '2026-12-19T00:00Z';
const watches = { settle: () => Promise.resolve() } as Watches;
const once: DateRule = { days: 0, time: '09:00', repeats: 'once', leapDay: 'february28' };
const daily: Schedule = { zone: 'workspace', repeats: 'daily', every: 1, time: '09:00', start: '2026-12-20' };

type Way = { node: string } & ({ trait: string; rule: DateRule } | { schedule: Schedule });

/** A journey with these ways in; who comes in may come again at any time. */
async function journey(ways: Way[], reentry: JsonObject = { rule: 'always' }): Promise<void> {
  await database.query('truncate entry_due, entry_dates, entry_schedules, schedule_occurrences, entry_batches cascade');
  seeded = await seedJourney(database);
  segmentId = randomUUID();
  await database.query(`insert into segments (workspace_id, id, name) values ($1, $2, 'Friends')`, [
    seeded.workspaceId,
    segmentId,
  ]);
  const { journeyId } = seeded;
  await database.query('update journeys set published_version = 1 where id = $1', [journeyId]);
  await database.query('update journey_versions set entries = $2, reentry = $3 where id = $1', [
    seeded.versionId,
    JSON.stringify(
      ways.map((way) =>
        'schedule' in way
          ? { node: way.node, kind: 'schedule', when: way.schedule, segment: segmentId, graceSeconds: 864_000 }
          : { ...way, kind: 'date' },
      ),
    ),
    JSON.stringify(reentry),
  ]);
  await database.transaction(async (sql) => {
    const at = new Date(opened);
    const dates = ways.flatMap((way) => ('trait' in way ? [way] : []));
    await new DateRepository(database).replace(seeded, { sql, journeyId, at, given: dates });
    const entries = ways.flatMap((way) =>
      'schedule' in way
        ? [
            {
              ...way,
              segmentId,
              graceSeconds: 864_000,
              nextAt: new Date(
                timesUntil({ schedule: way.schedule, zone: 'UTC', after: ms(opened), until: ms(opened) }).next ?? 0,
              ),
            },
          ]
        : [],
    );
    await new ScheduleRepository(database).replace(seeded, { sql, journeyId, at, entries });
  });
}

async function person(traits: JsonObject): Promise<string> {
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

const dates = (on: Database = database) => new DateEntries(on, new DateRepository(on), watches, enteringOf(on));
const nodesOf = (ways: Way[], kind: 'trait' | 'schedule') => ways.filter((way) => kind in way).map(({ node }) => node);

/** Whoever is due by then comes in. */
async function letIn(at: string, ways: Way[]): Promise<void> {
  const batches = entryBatchesOf(database);
  const runner = new ScheduleRunner(database, new ScheduleRepository(database), batches);
  while (await dates().prepare(ms(at)));
  await Promise.all([
    (async () => {
      while (await dates().letIn(ms(at)));
    })(),
    ...nodesOf(ways, 'schedule').map((node) =>
      runner.run({ workspaceId: seeded.workspaceId, journeyId: seeded.journeyId, node, at: ms(at) }),
    ),
  ]);
  while (await batches.work());
}

type Run = { profile_id: string; node: string; data: TimeData & JsonObject };
const runs = (): Promise<Run[]> =>
  database.query<Run>(
    `select profile_id, entry_node as node, entry_data as data from enrollments
     where journey_id = $1 order by entered_at, entry_node`,
    [seeded.journeyId],
  );

describe('entries by date whose times are the same', () => {
  const birthday: Way = { node: 'birthday', trait: 'birthday', rule: once };
  const renewal: Way = { node: 'renewal', trait: 'renewal', rule: once };
  const both = { birthday: '2026-12-24', renewal: '2026-12-24' };

  it('let a person in once', async () => {
    const ways = [birthday, renewal];
    await journey(ways);
    await person(both);
    await letIn('2026-12-24T09:00Z', ways);
    await letIn('2026-12-26T09:00Z', ways);
    expect(await runs()).toHaveLength(1);
  });

  it('let a person in once where they come one after the other, of different zones', async () => {
    const ways = [birthday, renewal];
    await journey(ways);
    const id = await person({ birthday: '2026-12-24', timezone: 'Asia/Seoul' });
    await letIn('2026-12-24T00:00Z', ways);
    expect(await runs()).toHaveLength(1);
    await database.query('update profiles set traits = $2 where id = $1', [
      id,
      JSON.stringify({ ...both, timezone: 'UTC' }),
    ]);
    await database.transaction((sql) =>
      dates().changed(seeded, { sql, profileIds: [id], at: ms('2026-12-24T01:00Z') }),
    );
    await letIn('2026-12-24T12:00Z', ways);
    expect(await runs()).toHaveLength(1);
  });

  it('at different times of a day let a person in at each', async () => {
    const ways = [birthday, { ...renewal, rule: { ...once, time: '18:00' } }];
    await journey(ways);
    await person(both);
    await letIn('2026-12-25T00:00Z', ways);
    expect((await runs()).map(({ data }) => data.occurrence)).toEqual(['2026-12-24T09:00', '2026-12-24T18:00']);
  });

  it('let a person in for each value of the entry key', async () => {
    const ways = [birthday, renewal];
    await journey(ways, { rule: 'always', key: 'trait' });
    await person(both);
    await letIn('2026-12-24T09:00Z', ways);
    expect((await runs()).map(({ data }) => data['trait']).sort()).toEqual(['birthday', 'renewal']);
  });

  it('of one list let a person in once, also as a day and as instants', async () => {
    const ways = [birthday];
    await journey(ways);
    await person({ birthday: ['2026-12-24T10:00:00Z', '2026-12-24T15:00:00Z', '2026-12-24'] });
    await letIn('2026-12-24T09:00Z', ways);
    expect(await runs()).toHaveLength(1);
  });

  it('keep each instant of one day for where they are on different days', async () => {
    const ways = [birthday];
    await journey(ways);
    const moments = ['2026-12-24T22:30:00Z', '2026-12-24T02:00:00Z'];
    const id = await person({ birthday: moments });
    await letIn('2026-12-24T05:00Z', ways);
    await database.query('update profiles set traits = $2 where id = $1', [
      id,
      JSON.stringify({ birthday: moments, timezone: 'Asia/Seoul' }),
    ]);
    await database.transaction((sql) =>
      dates().changed(seeded, { sql, profileIds: [id], at: ms('2026-12-24T05:00Z') }),
    );
    await letIn('2026-12-24T05:00Z', ways);
    await letIn('2026-12-25T09:00Z', ways);
    expect((await runs()).map(({ data }) => data.occurrence)).toEqual(['2026-12-24T09:00', '2026-12-25T09:00']);
  });

  it('let a person in once beside a schedule, whichever of them comes first', async () => {
    const ways = [birthday, { node: 'daily', schedule: { ...daily, start: '2026-12-24' } }];
    for (const first of ['date', 'schedule']) {
      await journey(ways);
      await person({ birthday: '2026-12-24' });
      await letIn('2026-12-24T08:00Z', ways);
      await letIn('2026-12-24T09:00Z', first === 'date' ? [birthday] : ways);
      await letIn('2026-12-24T09:00Z', ways);
      await letIn('2026-12-25T09:00Z', ways);
      expect((await runs()).map(({ data }) => data.occurrence)).toEqual(['2026-12-24T09:00', '2026-12-25T09:00']);
    }
  });
});

describe('any ways in by time', () => {
  const zones = [null, null, 'Asia/Seoul', 'America/New_York', 'Pacific/Kiritimati', 'Europe/Berlin'];
  const day = fc.integer({ min: 20, max: 23 }).map((number): Json => `2026-12-${number}`);
  const instant = fc
    .integer({ min: 20 * 24, max: 24 * 24 - 1 })
    .map((hours): Json => new Date(Date.UTC(2026, 11, 0, hours, 30)).toISOString());
  const time = fc.constantFrom('00:00', '09:00', '09:00');
  const date = (node: string, trait: string) =>
    fc
      .record({ days: fc.constantFrom(0, 0, 1), time })
      .map((given): Way => ({ node, trait, rule: { ...once, ...given } }));
  const schedule = (node: string) =>
    fc
      .record({ time, zone: fc.constantFrom('workspace' as const, 'person' as const) })
      .map((given): Way => ({ node, schedule: { ...daily, ...given } }));
  const anyWays = fc
    .tuple(date('a', 'one'), date('b', 'other'), schedule('s'), schedule('t'))
    .chain((all) => fc.subarray(all, { minLength: 2 }));
  const anyPeople = fc.array(
    fc.record({
      one: fc.oneof(day, instant),
      other: fc.array(fc.oneof(day, instant), { maxLength: 3 }),
      timezone: fc.constantFrom(...zones),
    }),
    { minLength: 1, maxLength: 4 },
  );
  const anyRounds = fc.array(
    fc.record({
      hours: fc.integer({ min: 1, max: 20 }),
      killed: fc.constantFrom(null, null, 'before' as const, 'after' as const),
      moves: fc.option(fc.record({ who: fc.nat(3), timezone: fc.constantFrom(...zones) }), { freq: 3, nil: null }),
    }),
    { minLength: 2, maxLength: 6 },
  );

  class Killed extends Error {}
  /** The database of a process that dies when a transaction is to commit, or has. */
  function dying(when: 'before' | 'after'): Database {
    return new Proxy(database, {
      get(target, key) {
        if (key !== 'transaction') return Reflect.get(target, key).bind?.(target) ?? Reflect.get(target, key);
        return async (work: (sql: Sql) => Promise<unknown>, options: never) => {
          const result = await target.transaction(async (sql) => {
            const done = await work(sql);
            if (when === 'before') throw new Killed('UNAVAILABLE');
            return done;
          }, options);
          if (when === 'after') throw new Killed('UNAVAILABLE');
          return result;
        };
      },
    });
  }

  /** Times at which a person is to come in until `until`. */
  function expected(ways: Way[], { traits, until }: { traits: JsonObject; until: number }): TimeData[] {
    const zone = timeZoneOf(traits) ?? 'UTC';
    const named = ({ at, name }: { at: number; name: string }) => ({
      scheduledAt: new Date(at).toISOString(),
      occurrence: name,
    });
    return ways.flatMap((way) =>
      'trait' in way
        ? datesDue({ rule: way.rule, value: traits[way.trait], zone, after: ms(opened) })
            .filter(({ at }) => at <= until)
            .map(({ day: on, at }) => named({ at, name: `${dayText(on + way.rule.days)}T${way.rule.time}` }))
        : timesUntil({
            schedule: { ...way.schedule, zone: 'workspace' },
            zone: way.schedule.zone === 'person' ? zone : 'UTC',
            after: ms(opened),
            until,
          }).times.map(named),
    );
  }

  it('let everybody in at each of their times, and once', async () => {
    await fc.assert(
      fc.asyncProperty(anyWays, anyPeople, anyRounds, async (ways, given, rounds) => {
        await journey(ways);
        const people: { id: string; traits: JsonObject; moved: boolean }[] = [];
        for (const { timezone, ...rest } of given) {
          const traits = { ...rest, ...(timezone && { timezone }) };
          people.push({ id: await person(traits), traits, moved: false });
        }
        let at = ms(opened);
        for (const { hours, killed, moves } of rounds) {
          at += hours * 3_600_000;
          const mover = moves && people[moves.who];
          if (mover) {
            const { timezone: _, ...rest } = mover.traits;
            mover.traits = { ...rest, ...(moves.timezone && { timezone: moves.timezone }) };
            mover.moved = true;
            await database.query('update profiles set traits = $2 where id = $1', [
              mover.id,
              JSON.stringify(mover.traits),
            ]);
            await database.transaction((sql) => dates().changed(seeded, { sql, profileIds: [mover.id], at }));
          }
          if (killed) {
            const batches = entryBatchesOf(dying(killed));
            await Promise.allSettled([dates(dying(killed)).letIn(at), batches.work()]);
            await database.query('update entry_due set claimed_until = null');
            await database.query('update entry_batches set not_before = now(), attempts = 0');
          }
          await letIn(new Date(at).toISOString(), ways);
        }
        const all = await runs();
        for (const { id, traits, moved } of people) {
          const own = all.filter(({ profile_id }) => profile_id === id);
          for (const name of ['scheduledAt', 'occurrence'] as const) {
            const times = own.map(({ data }) => data[name]);
            expect([...new Set(times)]).toEqual(times);
          }
          if (moved) continue;
          const wanted = expected(ways, { traits, until: at });
          const isSame = (one: TimeData, other: TimeData) =>
            one.scheduledAt === other.scheduledAt || one.occurrence === other.occurrence;
          expect(wanted.filter((each) => !own.some(({ data }) => isSame(data, each)))).toEqual([]);
          expect(own.filter(({ data }) => !wanted.some((each) => isSame(data, each)))).toEqual([]);
        }
      }),
      { numRuns: Number(process.env['WEND_WAYS_RUNS'] ?? 25), seed: 20_261_130 },
    );
  }, 240_000);
});
