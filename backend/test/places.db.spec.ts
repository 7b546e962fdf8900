import { randomUUID } from 'node:crypto';
import type { JsonObject, PlaceInput } from '@wend/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditEntryRepository } from '../src/access/audit-entry.repository.js';
import { AuditLog } from '../src/access/index.js';
import { ChangeQueueRepository } from '../src/changes/change-queue.repository.js';
import { ChangeListeners, ChangesService, markImported, Watches } from '../src/changes/index.js';
import { WatchRepository } from '../src/changes/watch.repository.js';
import { EventsService } from '../src/events/index.js';
import { PlaceFollower } from '../src/places/place-follower.js';
import { PlaceRepository } from '../src/places/place.repository.js';
import { PlacesService } from '../src/places/places.service.js';
import { createPeople, mergeProfiles } from '../src/profiles/index.js';
import { VisitRepository } from '../src/places/visit.repository.js';
import type { Database } from '../src/platform/database/index.js';
import type { Caller } from '../src/platform/http/index.js';
import { newWorkspace } from './audience.js';
import { testDatabase } from './database.js';

let database: Database;
let drop: () => Promise<void>;
let caller: Caller;
let changes: ChangesService;
let events: EventsService;
let service: PlacesService;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  events = new EventsService(database);
  const listeners = new ChangeListeners();
  new PlaceFollower(new VisitRepository(), events, listeners);
  changes = new ChangesService(new ChangeQueueRepository(database), listeners);
  service = new PlacesService(
    new PlaceRepository(database),
    new Watches(new WatchRepository(database)),
    new AuditLog(new AuditEntryRepository(database)),
  );
});
afterAll(() => drop?.());
beforeEach(async () => {
  caller = await newWorkspace(database);
});

const minute = 60_000;
const began = Date.now() - 600 * minute;
const shop = { externalId: 's1', name: '강남점', lat: 37.5, lng: 127, radius: 200, tags: ['store'] };
const save = (...places: Partial<PlaceInput>[]) =>
  service.save(
    caller,
    places.map((place) => ({ ...shop, dwellMinutes: 0, quietHours: 0, ...place })),
  );
const inside = { lat: 37.5, lng: 127 };
const outside = { lat: 37.6, lng: 127 };
const where = (minutes: number, properties: JsonObject, userId = 'mina') => ({
  userId,
  name: 'Location Updated',
  properties,
  time: began + minutes * minute,
});
/** All that has come is followed; `now` stands for the clock. */
async function settle(now: () => number = Date.now): Promise<void> {
  while (await changes.work(now));
  await changes.work(now);
}
async function send(...sent: ReturnType<typeof where>[]): Promise<void> {
  await events.ingest({ scope: caller, events: sent });
  await settle();
}
const told = async () =>
  (
    await database.query<{ name: string; place: string; time: Date; properties: JsonObject }>(
      `select name, properties ->> 'externalId' as place, time, properties from events
       where workspace_id = $1 and name in ('Place Entered', 'Place Left') order by position`,
      [caller.workspaceId],
    )
  ).map(({ name, place, time }) => `${name} ${place} ${(time.getTime() - began) / minute}`);

it('tells of coming and leaving once, with what the place is', async () => {
  await save({}, { externalId: 's2', name: 'Far', lat: 10 });
  await send(where(1, outside), where(2, inside), where(3, inside));
  await send(where(4, { location: { latitude: 37.5001, longitude: 127 } }), where(9, outside));
  expect(await told()).toEqual(['Place Entered s1 2', 'Place Left s1 9']);
  const [left] = await database.query<{ properties: JsonObject }>(
    `select properties from events where workspace_id = $1 and name = 'Place Left'`,
    [caller.workspaceId],
  );
  expect(left!.properties).toMatchObject({ name: '강남점', tags: ['store'], radius: 200, insideSeconds: 420 });
});

it('follows the trait as well, and leaves out what is older or no place', async () => {
  await save({});
  await events.ingest({
    scope: caller,
    events: [{ kind: 'identify', userId: 'mina', traits: { location: inside }, time: began + 5 * minute }],
  });
  await settle();
  await send(where(4, outside), where(6, { lat: '37.6', lng: '127' }), where(7, { lat: 99, lng: 1 }));
  expect(await told()).toEqual(['Place Entered s1 5']);
  await send(where(8, outside));
  expect(await told()).toEqual(['Place Entered s1 5', 'Place Left s1 8']);
});

it('a stay that goes on counts when its time has come, on the clock', async () => {
  await save({ dwellMinutes: 10 });
  const at = Date.now();
  await events.ingest({
    scope: caller,
    events: [{ userId: 'mina', name: 'Location Updated', properties: inside, time: at }],
  });
  await settle(() => at + minute);
  expect(await told()).toHaveLength(0);
  await settle(() => at + 9 * minute);
  expect(await told()).toHaveLength(0);
  await settle(() => at + 10 * minute);
  await settle(() => at + 20 * minute);
  expect(await told()).toHaveLength(1);
  expect(
    await database.query('select 1 from place_visits where workspace_id = $1 and due_at is not null', [
      caller.workspaceId,
    ]),
  ).toEqual([]);
});

it('tells of nobody while there are no places, and watches nothing then', async () => {
  await send(where(1, inside));
  const watched = () => database.query('select 1 from change_watches where workspace_id = $1', [caller.workspaceId]);
  expect(await watched()).toEqual([]);
  await save({});
  expect(await watched()).toHaveLength(3);
  const [place] = (await service.list(caller, { limit: 10 })).items;
  await send(where(2, inside));
  await service.remove(caller, place!.id);
  expect(await watched()).toEqual([]);
  await send(where(3, outside));
  expect(await told()).toEqual(['Place Entered s1 2']);
});

it('finds places over the date line and around the pole', async () => {
  await save({ lat: 0, lng: 179.9999, radius: 5_000 }, { externalId: 'pole', lat: 89.999, lng: 0, radius: 5_000 });
  await send(where(1, { lat: 0, lng: -179.9999 }), where(2, { lat: 89.999, lng: 180 }));
  expect(await told()).toEqual(['Place Entered s1 1', 'Place Left s1 2', 'Place Entered pole 2']);
});

it('two people who become one are where they were, and leave once', async () => {
  await save({});
  await send(where(1, inside, 'mina'), where(2, inside, 'juno'));
  const ids = await database.query<{ id: string }>(
    'select id from profiles where workspace_id = $1 order by created_at, external_id desc',
    [caller.workspaceId],
  );
  await database.transaction((sql) => mergeProfiles(caller, { sql, merges: [{ from: ids[0]!.id, into: ids[1]!.id }] }));
  await send(where(3, outside, 'mina'), where(4, outside, 'juno'));
  expect((await told()).filter((each) => each.includes('Left'))).toEqual(['Place Left s1 3']);
});

describe('people who become one', () => {
  const person = async (userId: string) => {
    const [row] = await database.query<{ profile_id: string }>(
      'select profile_id from identities where workspace_id = $1 and value = $2',
      [caller.workspaceId, userId],
    );
    return row!.profile_id;
  };
  const becomeOne = async (from: string, into: string) => {
    const merges = [{ from: await person(from), into: await person(into) }];
    await database.transaction((sql) => mergeProfiles(caller, { sql, merges }));
    await settle();
  };

  it('are told of once where one of them is, and the other was before', async () => {
    await save({});
    await send(where(1, inside, 'juno'), where(2, outside, 'juno'));
    await send(where(3, inside, 'mina'));
    await becomeOne('mina', 'juno');
    await send(where(4, inside, 'juno'), where(5, outside, 'juno'), where(6, outside, 'juno'));
    expect(await told()).toEqual(['Place Entered s1 1', 'Place Left s1 2', 'Place Entered s1 3', 'Place Left s1 5']);
  });

  it('stay where they were told to be, whoever of them was seen last, and stay quiet as long', async () => {
    await save({ quietHours: 1 });
    await send(where(3, inside, 'mina'), where(4, outside, 'juno'));
    await becomeOne('mina', 'juno');
    await send(where(5, inside, 'juno'), where(6, outside, 'juno'), where(10, inside, 'juno'));
    expect(await told()).toEqual(['Place Entered s1 3', 'Place Left s1 6']);
  });

  it('do not stay where one was for a short time, when the other was seen elsewhere since', async () => {
    await save({ dwellMinutes: 10 });
    const now = Date.now();
    const seen = (minutes: number, properties: JsonObject, userId: string) => ({
      ...where(0, properties, userId),
      time: now - minutes * minute,
    });
    await send(seen(5, inside, 'mina'), seen(2, outside, 'juno'));
    await becomeOne('mina', 'juno');
    await settle(() => now + 20 * minute);
    expect(await told()).toEqual([]);
  });

  it('were last seen when either was: what is older changes nothing', async () => {
    await save({});
    await send(where(1, outside, 'juno'), where(9, inside, 'mina'));
    await becomeOne('mina', 'juno');
    await send(where(5, outside, 'juno'));
    expect(await told()).toEqual(['Place Entered s1 9']);
  });
});

it('after a backlog a stay that was too short is not told of, and one that was long enough is, by its times', async () => {
  await save({ dwellMinutes: 10 });
  const many = Array.from({ length: 300 }, (_, each) => [
    where(1, inside, `short${each}`),
    where(5, outside, `short${each}`),
    where(1, inside, `long${each}`),
    where(20, outside, `long${each}`),
  ]);
  // Ways in come first and ways out last: no batch has both.
  for (const leave of [0, 1])
    await events.ingest({
      scope: caller,
      events: many.flatMap((four) => four.filter((_, index) => index % 2 === leave)),
    });
  await settle();
  const all = await told();
  expect(all.filter((each) => each === 'Place Entered s1 11')).toHaveLength(300);
  expect(all.filter((each) => each === 'Place Left s1 20')).toHaveLength(300);
  expect(all).toHaveLength(600);
});

it('a stay that waits for what is on the queue counts when that has been heard', async () => {
  await save({ dwellMinutes: 10 });
  const at = Date.now();
  const seen = (minutes: number) => ({ ...where(0, inside), time: at + minutes * minute });
  await events.ingest({ scope: caller, events: [seen(0)] });
  await settle(() => at);
  await events.ingest({ scope: caller, events: [seen(1)] });
  // It does not come off for a while.
  await database.query(`update profile_changes set not_before = $2 where workspace_id = $1`, [
    caller.workspaceId,
    new Date(at + 30 * minute),
  ]);
  await settle(() => at + 11 * minute);
  expect(await told()).toEqual([]);
  await settle(() => at + 31 * minute);
  expect(await told()).toHaveLength(1);
});

describe('people of an import', () => {
  const people = (at: number, traits: JsonObject) => [
    {
      id: randomUUID(),
      externalId: 'mina',
      traits,
      times: Object.fromEntries(Object.keys(traits).map((k) => [k, at])),
    },
  ];
  const origins = async () =>
    (
      await database.query<{ name: string; origin: string }>(
        `select name, origin from events where workspace_id = $1 and name like 'Place %' order by position`,
        [caller.workspaceId],
      )
    ).map(({ name, origin }) => `${name} ${origin}`);
  const importPeople = (at: number, traits: JsonObject) =>
    database.transaction(async (sql) => {
      await markImported(sql);
      await createPeople(caller, { sql, people: people(at, traits), at });
    });

  it('who are made by it are where it says, which starts nothing, and leave by what they do', async () => {
    await save({});
    await importPeople(began, { location: inside, plan: 'pro' });
    await settle();
    await send(where(3, inside), where(9, outside));
    expect(await told()).toEqual(['Place Entered s1 0', 'Place Left s1 9']);
    expect(await origins()).toEqual(['Place Entered import', 'Place Left live']);
  });

  it('who say themselves where they are, before the import was heard of, come by that', async () => {
    await save({});
    await importPeople(began, { plan: 'pro' });
    await events.ingest({
      scope: caller,
      events: [{ kind: 'identify', userId: 'mina', traits: { location: inside }, time: began + 5 * minute }],
    });
    await settle();
    expect(await origins()).toEqual(['Place Entered live']);
  });
});

describe('saving', () => {
  it('adds and changes by the external id, and says how many', async () => {
    expect(await save({}, { externalId: 's2' })).toEqual({ created: 2, updated: 0, unchanged: 0 });
    expect(await save({}, { externalId: 's2', radius: 300 })).toEqual({ created: 0, updated: 1, unchanged: 1 });
    const first = await service.list(caller, { limit: 1 });
    const second = await service.list(caller, { limit: 1, cursor: first.next! });
    expect([first.total, first.items[0]!.externalId, second.items[0]!.externalId, second.next]).toEqual([
      2,
      expect.any(String),
      expect.any(String),
      null,
    ]);
    expect((await service.list(caller, { limit: 9, search: 'S2' })).items).toHaveLength(1);
    expect((await service.list(caller, { limit: 9, search: '%' })).items).toEqual([]);
    expect((await service.list(caller, { limit: 9, tag: 'store' })).items).toHaveLength(2);
  });

  it('a dry run of a file says the same as the file, and saves nothing', async () => {
    const csv = 'id,name,lat,lng,radius\na,A,1,1,100\nb,B,1,1,100\nc,C,1,x,100\n';
    const counts = { rows: 3, created: 2, updated: 0, unchanged: 0, bad: 1 };
    expect(await service.import(caller, { csv, dryRun: true })).toMatchObject(counts);
    expect((await service.list(caller, { limit: 1 })).total).toBe(0);
    expect(await service.import(caller, { csv, dryRun: false })).toMatchObject(counts);
    expect(await service.import(caller, { csv, dryRun: false })).toMatchObject({ created: 0, unchanged: 2 });
  });

  it('is refused as a whole beyond 10,000', async () => {
    const many = Array.from({ length: 10_001 }, (_, each) => `p${each},P,${(each % 170) - 85},${each % 180},100`);
    const csv = (rows: string[]) => `id,name,lat,lng,radius\n${rows.join('\n')}\n`;
    await expect(service.import(caller, { csv: csv(many), dryRun: false })).rejects.toMatchObject({
      code: 'too-many-places',
    });
    expect(await service.import(caller, { csv: csv(many.slice(1)), dryRun: false })).toMatchObject({ created: 10_000 });
    await expect(save({})).rejects.toMatchObject({ code: 'too-many-places' });
    // Of ten thousand circles those around a point are found by an index.
    await database.query('analyze places');
    const [plan] = await database.query<{ 'QUERY PLAN': unknown }>(
      `explain (format json) select 1 from unnest('{1,2}'::float8[], '{1,2}'::float8[]) as w (lat, lng)
       cross join (values (0), (-360), (360)) as turn (by)
       join places p on p.workspace_id = $1
         and p.bounds @> box(point(w.lng + turn.by, w.lat), point(w.lng + turn.by, w.lat))`,
      [caller.workspaceId],
    );
    expect(JSON.stringify(plan)).toContain('places_bounds');
    const crowd = Array.from({ length: 2_000 }, (_, each) =>
      where(each / 100, { lat: (each % 170) - 85, lng: each % 180 }, `u${each}`),
    );
    await events.ingest({ scope: caller, events: crowd });
    await settle();
    // A place is told of for each circle around a point; many circles here have the same middle.
    const [around] = await database.query<{ count: number }>(
      `select count(*)::int as count from generate_series(0, 1999) as n
       join places p on p.workspace_id = $1 and p.lat = n % 170 - 85 and p.lng = n % 180`,
      [caller.workspaceId],
    );
    expect(await told()).toHaveLength(around!.count);
  });
});
