import { randomUUID } from 'node:crypto';
import { datesDue, dayText } from '@wend/contract';
import type { DateRule, JsonObject } from '@wend/contract';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { enteringOf } from '../../test/router.js';
import { seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import type { Watches } from '../changes/index.js';
import type { Database, Sql } from '../platform/database/index.js';
import { mergeProfiles, timeZoneOf } from '../profiles/index.js';
import { DateEntries } from './date-entries.service.js';
import { DateRepository } from './date.repository.js';

/**
 * Entries by date against a plain model: whatever happens in whatever order, while people come in, while others work at
 * it, and while they are killed. Whoever was to come in for a date, and still is when the time has come, does; for one
 * date nobody does twice.
 */
let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop?.());

const start = Date.parse('2026-12-20T00:00Z');
const hour = 3_600_000;
const zones = [null, 'Asia/Seoul', 'Pacific/Kiritimati', 'Etc/GMT+12', 'America/New_York', 'Mars/Olympus'];
const people = 5;

const days = fc.oneof(
  fc.integer({ min: 20, max: 23 }).map((day) => `1990-12-${day}`),
  // Instants: another day in another zone.
  fc
    .integer({ min: 20 * 24, max: 24 * 24 - 1 })
    .map((hours) => new Date(Date.UTC(1990, 11, 0, hours, 30)).toISOString()),
);
const rules = fc.record<DateRule>({
  days: fc.constantFrom(0, 0, -1, 2),
  time: fc.constantFrom('00:00', '09:00', '21:30'),
  repeats: fc.constant('yearly'),
  leapDay: fc.constant('february28'),
});
const who = fc.integer({ min: 0, max: people - 1 });
const happenings = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('birthday'), who, birthday: days }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('rule'), rule: rules }) },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('person zone'), who, zone: fc.constantFrom(...zones) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('zone'),
      zone: fc.constantFrom('UTC', 'Asia/Seoul', 'Pacific/Pago_Pago'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('merge'), who, other: who }) },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('killed'), when: fc.constantFrom('claimed', 'before', 'after') }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('another worker') }) },
);
type Happening = typeof happenings extends fc.Arbitrary<infer One> ? One : never;
const rounds = fc.array(
  fc.record({
    hours: fc.integer({ min: 0, max: 14 }),
    happenings: fc.array(happenings, { maxLength: 4 }),
  }),
  { minLength: 3, maxLength: 9 },
);

class Killed extends Error {}

const watches = { settle: () => Promise.resolve() } as Watches;
const repository = () => new DateRepository(database);
const worker = (on: Database = database) => new DateEntries(on, new DateRepository(on), watches, enteringOf(on));

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

/** The world as it is meant to be. */
class World {
  at = start;
  zone = 'UTC';
  rule: DateRule = { days: 0, time: '09:00', repeats: 'yearly', leapDay: 'february28' };
  since = start;
  ids: string[] = [];
  traits: JsonObject[] = [];
  /** Who somebody has become, and in which round. */
  into = new Map<number, number>();
  mergedIn = new Map<number, number>();
  /** By person: days, or instants with the years since, with the times at which they are to come. */
  planned = new Map<number, Map<string, number>>();
  unheard = new Set<string>();

  constructor(readonly seeded: Seeded) {}

  is(one: number): number {
    const next = this.into.get(one);
    return next === undefined ? one : this.is(next);
  }

  living(): number[] {
    return this.ids.flatMap((_, one) => (this.is(one) === one ? [one] : []));
  }

  zoneOf(one: number): string {
    return timeZoneOf(this.traits[one]!) ?? this.zone;
  }

  /** Dates of somebody after a time, as everything is now. */
  dues(one: number, after: number): Map<string, number> {
    const { birthday = null } = this.traits[one]!;
    const zone = this.zoneOf(one);
    return new Map(
      datesDue({ rule: this.rule, value: birthday, zone, after }).map(({ day, instant, years, at }) => [
        instant === null ? dayText(day) : `${new Date(instant).toISOString()}+${years}`,
        at,
      ]),
    );
  }

  plan(): void {
    for (const one of this.living()) this.planned.set(one, this.dues(one, Math.max(this.at, this.since)));
  }
}

async function publish(world: World): Promise<void> {
  const { seeded, rule } = world;
  await database.query('update journey_versions set entries = $2, reentry = $3 where id = $1', [
    seeded.versionId,
    JSON.stringify([{ node: 'entry', kind: 'date', trait: 'birthday', rule }]),
    JSON.stringify({ rule: 'always' }),
  ]);
  await database.query('update journeys set published_version = 1 where id = $1', [seeded.journeyId]);
  await database.transaction((sql) =>
    repository().replace(seeded, {
      sql,
      journeyId: seeded.journeyId,
      at: new Date(world.at),
      given: [{ node: 'entry', trait: 'birthday', rule }],
    }),
  );
}

const store = (world: World, one: number) =>
  database.query('update profiles set traits = $2, trait_times = $3 where id = $1', [
    world.ids[one],
    JSON.stringify(world.traits[one]),
    JSON.stringify(Object.fromEntries(Object.keys(world.traits[one]!).map((name) => [name, world.at]))),
  ]);

async function hear(world: World): Promise<void> {
  const profileIds = [...world.unheard];
  world.unheard.clear();
  if (profileIds.length > 0)
    await database.transaction((sql) => worker().changed(world.seeded, { sql, profileIds, at: world.at }));
}

/** Makes something happen in the world now, and returns what has to be waited for. */
function happen(world: World, happening: Happening, round: number): (() => Promise<unknown>) | null {
  switch (happening.what) {
    case 'birthday':
    case 'person zone': {
      const { who, ...given } = happening as { who: number; birthday?: string; zone?: string | null };
      const one = world.is(who);
      const { birthday, timezone } = world.traits[one]!;
      const zone = given.zone === undefined ? timezone : given.zone;
      world.traits[one] = { birthday: given.birthday ?? birthday!, ...(zone && { timezone: zone }) };
      return async () => {
        await store(world, one);
        world.unheard.add(world.ids[one]!);
      };
    }
    case 'rule': {
      const { rule } = happening as { rule: DateRule };
      if (JSON.stringify(rule) !== JSON.stringify(world.rule)) {
        world.rule = rule;
        world.since = world.at;
        world.planned.clear();
      }
      return () => publish(world);
    }
    case 'zone': {
      const { zone } = happening as { zone: string };
      world.zone = zone;
      return () =>
        database.transaction(async (sql) => {
          await sql.query('update workspaces set time_zone = $2 where id = $1', [world.seeded.workspaceId, zone]);
          await repository().refill(world.seeded, { sql, at: new Date(world.at) });
        });
    }
    case 'merge': {
      const { who, other } = happening as { who: number; other: number };
      const [from, into] = [world.is(who), world.is(other)];
      if (from === into) return null;
      world.into.set(from, into);
      world.mergedIn.set(into, round);
      // The traits of the one who stays win: theirs are as new, or newer, and the ids are what is drawn by.
      return async () => {
        await database.transaction((sql) =>
          mergeProfiles(world.seeded, { sql, merges: [{ from: world.ids[from]!, into: world.ids[into]! }] }),
        );
        const [row] = await database.query<{ traits: JsonObject }>('select traits from profiles where id = $1', [
          world.ids[into],
        ]);
        world.traits[into] = row!.traits;
        world.unheard.add(world.ids[into]!);
      };
    }
    case 'killed': {
      const { when } = happening as { when: 'claimed' | 'before' | 'after' };
      return async () => {
        if (when === 'claimed') await repository().claim(new Date(world.at), 3);
        else {
          const dead = worker(dying(when));
          await Promise.allSettled([dead.letIn(world.at), dead.prepare(world.at)]);
        }
      };
    }
    default:
      return async () => {
        await worker().prepare(world.at);
        await worker().letIn(world.at);
      };
  }
}

async function quiet(world: World): Promise<void> {
  await database.query('update entry_due set claimed_until = null');
  for (let idle = 0; idle < 2;) {
    await hear(world);
    let busy = false;
    while (await worker().prepare(world.at)) busy = true;
    const before = await database.query('select 1 from entry_due where due_at <= $1', [new Date(world.at)]);
    while (await worker().letIn(world.at));
    idle = busy || before.length > 0 ? 0 : idle + 1;
  }
}

type Run = { id: string; profile_id: string; day: string; at: string; clock: string };
const runsOf = (world: World): Promise<Run[]> =>
  database.query<Run>(
    `select id, profile_id, split_part(entry_cause, '/', 3) as day, entry_data ->> 'scheduledAt' as at,
       entry_data ->> 'occurrence' as clock
     from enrollments where journey_id = $1`,
    [world.seeded.journeyId],
  );

/** Whether a run is of this instant, or of the day and the time that the clock shows then in the zone. */
function isAt(run: Run, { time, zone }: { time: number; zone: string }): boolean {
  const local = DateTime.fromMillis(time, { zone }).toFormat("yyyy-MM-dd'T'HH:mm");
  return run.at === new Date(time).toISOString() || run.clock === local;
}

it('lets in everybody for each of their dates, once, whatever happens meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(days, fc.constantFrom(...zones)), { minLength: people, maxLength: people }),
      rounds,
      async (given, all) => {
        await database.query('truncate entry_due, entry_dates');
        const world = new World(await seedJourney(database));
        for (const [birthday, zone] of given) {
          const id = randomUUID();
          await database.query('insert into profiles (workspace_id, id) values ($1, $2)', [
            world.seeded.workspaceId,
            id,
          ]);
          world.ids.push(id);
          world.traits.push({ birthday, ...(zone && { timezone: zone }) });
          await store(world, world.ids.length - 1);
        }
        await publish(world);
        await quiet(world);
        world.plan();
        let known = await runsOf(world);
        for (const [round, { hours, happenings: several }] of all.entries()) {
          world.at += hours * hour;
          const planned = new Map([...world.planned].map(([one, dates]) => [one, new Map(dates)]));
          const { rule, since } = world;
          const work = several.flatMap((each) => happen(world, each, round) ?? []);
          await Promise.all([
            (async () => {
              for (const each of work) await each();
            })(),
            worker().letIn(world.at),
            worker().prepare(world.at),
          ]);
          await quiet(world);
          const runs = await runsOf(world);
          const plannedOf = (one: number) =>
            new Set([...planned].flatMap(([each, dates]) => (world.is(each) === one ? [...dates.keys()] : [])));
          const fresh = runs.filter(({ id }) => !known.some((run) => run.id === id));
          for (const one of world.living()) {
            const mine = runs.filter((run) => run.profile_id === world.ids[one]);
            const of = (some: Run[], day: string) =>
              some.filter((run) => run.profile_id === world.ids[one] && run.day === day).length;
            // Who was to come in, and is still to by what holds now, did; or came in for another date at that time.
            if (world.rule === rule && world.since === since)
              for (const day of plannedOf(one)) {
                const time = world.dues(one, world.at - 3 * 24 * hour).get(day);
                if (time === undefined || time > world.at) continue;
                const did = mine.some((run) => run.day === day || isAt(run, { time, zone: world.zoneOf(one) }));
                expect([round, one, day, did]).toEqual([round, one, day, true]);
              }
            // Nobody twice at one time, nor for a date, but who was two people when they came in.
            if (![...world.mergedIn.keys()].includes(one))
              expect([round, one, new Set(mine.map((run) => run.at)).size]).toEqual([round, one, mine.length]);
            for (const day of new Set(fresh.map((run) => run.day))) {
              const before = of(known, day);
              const now = of(fresh, day);
              if (world.mergedIn.get(one) !== round)
                expect([round, one, day, before + now > 1 && now > 0]).toEqual([round, one, day, false]);
            }
          }
          known = runs;
          world.plan();
        }
      },
    ),
    { numRuns: Number(process.env['WEND_DATES_RUNS'] ?? 40), seed: 20_261_130 },
  );
}, 240_000);
