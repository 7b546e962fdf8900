import type { BusinessEventAnswer, EntryBatch, JsonObject, Rule } from '@wend/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from './database.js';
import { entryBatchesOf } from './router.js';
import { insertEvent, seedJourney } from './seed.js';
import type { Seeded } from './seed.js';
import { EntryBatchRepository } from '../src/enrollments/entry-batch.repository.js';
import { WaitingEntries } from '../src/enrollments/waiting-entries.js';
import { WhyRepository } from '../src/enrollments/why.repository.js';
import { WhyService } from '../src/enrollments/why.service.js';
import { WhySources } from '../src/enrollments/why-sources.js';
import { PeopleRules, PeopleRulesRepository } from '../src/rules/index.js';
import { entryBatchOf } from '../src/enrollments/entry-batches.service.js';
import type { Database } from '../src/platform/database/index.js';
import type { Caller } from '../src/platform/http/index.js';
import { BusinessWhys } from '../src/business-events/business-whys.js';
import { BusinessEventRepository } from '../src/business-events/business-event.repository.js';
import { BusinessEventsService } from '../src/business-events/business-events.service.js';

let database: Database;
let drop: () => Promise<void>;
let seeded: Seeded;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop?.());
beforeEach(() => reset());

const near: Rule = {
  op: 'compare',
  left: { source: 'distance', path: 'location', entryLatitude: 'store.lat', entryLongitude: 'store.lng' },
  is: 'atMost',
  value: 3_000,
};
const likes: Rule = {
  op: 'compare',
  left: { source: 'trait', path: 'likes' },
  is: 'contains',
  value: { entry: 'category' },
};
const door = { node: 'door', kind: 'business', event: 'Sales Low', audience: { op: 'all', rules: [near, likes] } };

async function reset(...entries: JsonObject[]): Promise<void> {
  await database.query('delete from entry_batches');
  seeded = await seedJourney(database, {
    instructions: [
      { node: 'wait', enter: true, op: 'wait', until: { seconds: 600 }, target: { port: 'next', pc: -1 } },
    ],
  });
  await open(...(entries.length > 0 ? entries : [door as unknown as JsonObject]));
  await database.query('update journeys set published_version = 1 where id = $1', [seeded.journeyId]);
}
const open = (...entries: object[]) =>
  database.query('update journey_versions set entries = $2 where id = $1', [seeded.versionId, JSON.stringify(entries)]);

const repository = () => new EntryBatchRepository(database);
const batches = () => entryBatchesOf(database);
const service = () => new BusinessEventsService(new BusinessEventRepository(database), batches());
const caller = (): Caller => ({
  workspaceId: seeded.workspaceId,
  actor: { kind: 'key', id: 'till', scopes: [], role: null },
});

/** Metres are about 111,195 to a degree of latitude. */
async function person(traits: JsonObject): Promise<string> {
  const [made] = await database.query<{ id: string }>(
    'insert into profiles (workspace_id, traits) values ($1, $2) returning id',
    [seeded.workspaceId, JSON.stringify(traits)],
  );
  return made!.id;
}
const at = (metres: number, ...liked: string[]) =>
  person({ location: { lat: 37.5 + metres / 111_195, lng: 127 }, likes: liked });

let sent = 0;
const send = (body: JsonObject = {}) =>
  service().send(caller(), {
    name: 'Sales Low',
    properties: { store: { lat: 37.5, lng: 127, name: '강남점' }, category: '등산' },
    messageId: `event-${(sent += 1)}`,
    dryRun: false,
    ...body,
  } as Parameters<BusinessEventsService['send']>[1]);
const inside = async () =>
  (
    await database.query<{ profile_id: string }>('select profile_id from enrollments where journey_id = $1', [
      seeded.journeyId,
    ])
  )
    .map((row) => row.profile_id)
    .sort();
async function workOff(): Promise<EntryBatch[]> {
  for (let turn = 0; turn < 100; turn += 1) {
    await database.query('update entry_batches set not_before = now()');
    if (!(await batches().work())) break;
  }
  return (await repository().ofJourney(seeded, seeded.journeyId)).map(entryBatchOf);
}
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  );

it('lets in those near the store who like its category, with the event’s properties', async () => {
  const close = await at(2_900, '등산');
  await at(3_100, '등산');
  await at(100, '캠핑');
  await person({ likes: ['등산'] });
  const answer = await send();
  expect(answer).toMatchObject({
    dryRun: false,
    count: null,
    entries: [{ entry: 'door', outcome: 'entering', message: null, batch: { name: 'Sales Low', state: 'gathering' } }],
  });
  expect(await workOff()).toMatchObject([{ state: 'done', total: 1, entered: 1, requestedBy: expect.any(String) }]);
  expect(await inside()).toEqual([close]);
  const [run] = await database.query<{ entry_data: JsonObject; entry_cause: string }>(
    'select entry_data, entry_cause from enrollments where journey_id = $1',
    [seeded.journeyId],
  );
  expect(run).toEqual({
    entry_data: { store: { lat: 37.5, lng: 127, name: '강남점' }, category: '등산' },
    entry_cause: `business/${answer.id}/${close}`,
  });
});

describe('who comes in', () => {
  it('is decided when the event is worked at, and not asked again at the door', async () => {
    const one = await at(0, '등산');
    await send();
    await database.query('update entry_batches set not_before = now()');
    await batches().work();
    await database.query(`update profiles set traits = '{}' where id = $1`, [one]);
    const late = await at(0, '등산');
    await workOff();
    expect(await inside()).toEqual([one]);
    expect(await inside()).not.toContain(late);
  });

  it('is everybody once, however often its worker is killed', async () => {
    await database.query(
      `insert into profiles (workspace_id, traits)
        select $1, '{"location":{"lat":37.5,"lng":127},"likes":["등산"]}' from generate_series(1, 450)`,
      [seeded.workspaceId],
    );
    await send();
    let turn = 0;
    // Killed before a transaction commits, and after it.
    const killed = new Proxy(database, {
      get: (target, key) =>
        key === 'transaction'
          ? async (work: Parameters<Database['transaction']>[0], ...rest: []) => {
              turn += 1;
              if (turn % 3 === 0)
                await target.transaction(work, ...rest).then(() => Promise.reject(new Error('killed')));
              return target.transaction(
                turn % 3 === 1
                  ? (sql) => Promise.resolve(work(sql)).then(() => Promise.reject(new Error('killed')))
                  : work,
                ...rest,
              );
            }
          : (Reflect.get(target, key) as unknown),
    });
    const dying = entryBatchesOf(killed);
    for (let each = 0; each < 6; each += 1) {
      await database.query('update entry_batches set not_before = now()');
      await dying.work();
    }
    const [batch] = await workOff();
    expect(batch).toMatchObject({ state: 'done', total: 450 });
    expect(await inside()).toHaveLength(450);
    expect(new Set(await inside()).size).toBe(450);
  });

  it('is at most so many: the nearest, or a draw that stays the same for an event', async () => {
    const most = (pick: string) => ({ ...door, most: 2, pick });
    const people: string[] = [];
    for (const metres of [2_500, 100, 900, 1_700, 2_000, 2_100]) people.push(await at(metres, '등산'));
    await open(most('nearest'));
    await send();
    expect(await workOff()).toMatchObject([{ total: 2, entered: 2 }]);
    expect(await inside()).toEqual([people[1], people[2]].sort());

    await open({ ...most('random'), most: 3 });
    await database.query('delete from enrollments');
    await database.query('delete from entry_batches');
    await send();
    await database.query('update entry_batches set not_before = now()');
    await batches().work();
    const list = async () =>
      (
        await database.query<{ profile_id: string }>('select profile_id from entry_batch_people order by profile_id')
      ).map((row) => row.profile_id);
    const drawn = await list();
    expect(drawn).toHaveLength(3);
    await database.query('delete from entry_batch_people');
    await database.query(`update entry_batches set state = 'gathering', not_before = now()`);
    await batches().work();
    expect(await list()).toEqual(drawn);
  });

  it('comes in by the first of several entries that they are of', async () => {
    const near100: Rule = { ...near, value: 100 } as Rule;
    await open({ ...door, audience: near100, node: 'first', most: 1, pick: 'nearest' }, { ...door, audience: near });
    const [closest, , far] = [await at(10), await at(50), await at(2_000)];
    const { entries } = await send();
    expect(entries).toHaveLength(2);
    await workOff();
    const rows = await database.query<{ profile_id: string; entry_node: string }>(
      'select profile_id, entry_node from enrollments where journey_id = $1',
      [seeded.journeyId],
    );
    expect(rows.map((row) => [row.profile_id, row.entry_node]).sort()).toEqual(
      [
        [closest, 'first'],
        [far, 'door'],
      ].sort(),
    );
  });

  it('is as of the event’s time', async () => {
    const did: Rule = {
      op: 'compare',
      left: { source: 'eventCount', event: 'Visited', withinSeconds: 3_600 },
      is: 'atLeast',
      value: 1,
    };
    await open({ ...door, audience: did });
    const visitor = await person({});
    await insertEvent(
      database,
      { ...seeded, profileId: visitor },
      { name: 'Visited', receivedAt: new Date(Date.now() - 5 * 3_600_000) },
    );
    expect(await send({ dryRun: true })).toMatchObject({ count: 0 });
    await send({ time: new Date(Date.now() - 4.5 * 3_600_000).toISOString() });
    await workOff();
    expect(await inside()).toEqual([visitor]);
    expect(await refusal(send({ time: new Date(Date.now() - 25 * 3_600_000).toISOString() }))).toBe('too-old');
    expect(await refusal(send({ time: new Date(Date.now() + 3_600_000).toISOString() }))).toBe('time-ahead');
  });
});

describe('an event that is sent again', () => {
  it('is one event, also at once, and gets the same answer', async () => {
    await at(0, '등산');
    const [one, other] = await Promise.all([send({ messageId: 'm' }), send({ messageId: 'm' })]);
    expect(other).toEqual(one);
    expect(await workOff()).toHaveLength(1);
    expect(await inside()).toHaveLength(1);
    await open();
    expect(await send({ messageId: 'm' })).toEqual(one);
    expect(await refusal(send({ messageId: 'm', name: 'Sales High' }))).toBe('message-id-reused');
  });

  it('without its message id counts, and is nothing', async () => {
    for (let each = 0; each < 12; each += 1) await at(each, '등산');
    const counted = await send({ dryRun: true, messageId: undefined as never });
    expect(counted).toMatchObject({ id: null, count: 12, entries: [{ outcome: 'counted', count: 12, batch: null }] });
    expect(await workOff()).toEqual([]);
    expect(await database.query('select 1 from business_events where workspace_id = $1', [seeded.workspaceId])).toEqual(
      [],
    );
  });
});

describe('an expected count', () => {
  it('refuses when it has changed by more than a tenth, now or until the batch begins', async () => {
    for (let each = 0; each < 10; each += 1) await at(each, '등산');
    expect(await refusal(send({ expectedCount: 12, messageId: 'n' }))).toBe('count-changed');
    expect(await workOff()).toEqual([]);
    await send({ expectedCount: 10, messageId: 'n' });
    for (let each = 0; each < 2; each += 1) await at(each, '등산');
    expect(await workOff()).toMatchObject([
      { state: 'failed', error: expect.stringContaining('12 people') as unknown },
    ]);
    expect(await inside()).toEqual([]);
    await send({ expectedCount: 11 });
    expect((await workOff())[0]).toMatchObject({ state: 'done', entered: 12 });
  });
});

describe('properties that the rule cannot be asked with', () => {
  const not: Rule = { ...likes, is: 'notContains' } as Rule;
  it.each<[string, Rule, JsonObject, string]>([
    ['missing', likes, { store: { lat: 1, lng: 2 } }, 'category'],
    ['missing under a negative', not, {}, 'category'],
    ['null', not, { category: null }, 'category'],
    ['a list', not, { category: ['a'] }, 'category'],
    ['half a place', near, { store: { lat: 1 } }, 'store.lng'],
    ['a place as text', near, { store: { lat: '37.5', lng: '127' } }, 'store.lat'],
    ['a place off the earth', near, { store: { lat: 91, lng: 2 } }, 'store.lat'],
    [
      'no number',
      { op: 'compare', left: { source: 'trait', path: 'age' }, is: 'atLeast', value: { entry: 'age' } },
      { age: 'old' },
      'age',
    ],
    [
      'missing in the filter of a count',
      {
        op: 'compare',
        left: {
          source: 'eventCount',
          event: 'Bought',
          where: { op: 'compare', left: { source: 'property', path: 'item' }, is: 'equals', value: { entry: 'item' } },
        },
        is: 'atMost',
        value: 0,
      },
      {},
      'item',
    ],
  ])('lets nobody in and says which: %s', async (_, audience, properties, property) => {
    await at(0, '캠핑');
    await open({ ...door, audience });
    const answer: BusinessEventAnswer = await send({ properties });
    expect(answer.entries).toMatchObject([{ outcome: 'nobody', property, batch: null }]);
    expect(answer.entries[0]!.message).toContain(property);
    expect(await workOff()).toEqual([]);
  });

  it('the filter of the entry too', async () => {
    const where: Rule = { op: 'compare', left: { source: 'property', path: 'drop' }, is: 'atLeast', value: 10 };
    await open({ ...door, where });
    expect((await send()).entries).toMatchObject([{ outcome: 'nobody', property: null }]);
    await database.query(`update journey_control set state = 'stopped' where journey_id = $1`, [seeded.journeyId]);
    expect((await send()).entries).toEqual([]);
  });
});

it('agrees with the rule asked of each person, whatever the event carries', async () => {
  for (const liked of ['등산', '캠핑', '']) for (const metres of [0, 2_999, 3_001]) await at(metres, liked);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('등산', '캠핑', '낚시'),
      fc.constantFrom(37.5, 37.51, 0),
      async (category, lat) => {
        const { count } = await send({ dryRun: true, properties: { store: { lat, lng: 127 }, category } });
        const [row] = await database.query<{ count: number }>(
          `select count(*)::int as count from profiles where workspace_id = $1 and traits -> 'likes' ? $2
            and metres_between(((traits #>> '{location,lat}'))::float8, 127, $3, 127) <= 3000`,
          [seeded.workspaceId, category, lat],
        );
        expect(count).toBe(row!.count);
      },
    ),
    { numRuns: 30 },
  );
});

describe('why somebody did not come in', () => {
  const why = async (profileId: string) => {
    const sources = new WhySources();
    const rules = new PeopleRules(new PeopleRulesRepository(database));
    new BusinessWhys(new BusinessEventRepository(database), rules, sources).onModuleInit();
    const service = new WhyService(new WhyRepository(database), sources, new WaitingEntries());
    const { answer, verdict, entries } = await service.why(seeded, { journeyId: seeded.journeyId, profileId });
    return { answer, verdict, seen: entries[0]!.seen };
  };
  const drawn = () =>
    database.query('update journey_versions set graph = $2 where id = $1', [
      seeded.versionId,
      JSON.stringify({ nodes: { door: { id: 'door', name: 'Door', config: { event: 'Sales Low' } } } }),
    ]);
  beforeEach(drawn);

  it('says that none came, and then what of the rule they are not', async () => {
    const far = await at(10, '캠핑');
    expect((await why(far)).answer).toContain('no business event “Sales Low” came');
    await send();
    await workOff();
    const told = await why(far);
    expect(told).toMatchObject({ verdict: 'never-came', seen: { fits: false, trace: { result: false } } });
    expect(told.answer).toMatch(
      /“Sales Low” last came on .* UTC, and they didn’t match: likes contains 등산 \(it was /,
    );
  });

  it('tells those who match of the draw, or that it came before they did', async () => {
    const first = await at(10, '등산');
    await open({ ...door, most: 1 });
    await send();
    await workOff();
    const late = await at(20, '등산');
    expect((await why(first)).verdict).toBe('in');
    expect(await why(late)).toMatchObject({
      verdict: 'never-came',
      seen: { fits: true },
      answer: expect.stringContaining('weren’t among the 1 people'),
    });
  });

  it('says why the event let nobody in, or none in by this entry', async () => {
    const one = await at(10, '등산');
    await send({ properties: { store: { lat: 37.5, lng: 127 } } });
    expect((await why(one)).answer).toContain('and let nobody in. The event has no “category”');
    await open({ ...door, node: 'other' });
    await database.query(
      `update journey_versions set graph = replace(graph::text, 'door', 'other')::jsonb where id = $1`,
      [seeded.versionId],
    );
    expect((await why(one)).answer).toContain('before the journey let people in by it');
  });
});
