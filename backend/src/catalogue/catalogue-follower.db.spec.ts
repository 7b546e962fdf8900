import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@wend/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { EventsService } from '../events/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { CatalogueFollower } from './catalogue-follower.js';
import { CatalogueRepository } from './catalogue.repository.js';

let url: string;
let database: Database;
let drop: () => Promise<void>;
let events: EventsService;
let repository: CatalogueRepository;
const open: Database[] = [];

beforeAll(async () => {
  ({ url, database, drop } = await testDatabase());
  events = new EventsService(database);
  repository = new CatalogueRepository(database);
});
afterAll(async () => {
  for (const each of open) await each.close();
  await drop?.();
});

async function workspace(): Promise<Scope> {
  const [row] = await database.query<{ id: string }>("insert into workspaces (name) values ('test') returning id");
  return { workspaceId: row!.id };
}

/** Until all that is stored is counted. */
async function counted(followers = [new CatalogueFollower(database)]): Promise<void> {
  const [{ last }] = (await database.query<{ last: string }>(
    'select case when is_called then last_value else 0 end as last from event_position',
  )) as [{ last: string }];
  await expect
    .poll(
      async () => {
        for (const follower of followers) while (await follower.countOnce());
        const [row] = await database.query<{ counted: string }>('select counted from catalogue_progress');
        return BigInt(row!.counted) >= BigInt(last);
      },
      { timeout: 100_000, interval: 20 },
    )
    .toBe(true);
}

async function days(scope: Scope, kind: 'event' | 'trait' = 'event'): Promise<Record<string, number>> {
  const totals: Record<string, number> = {};
  for (const { name, count } of await repository.days(scope, { kind })) totals[name] = (totals[name] ?? 0) + count;
  return totals;
}

describe('the follower', () => {
  it('counts each event once, by the day on which it happened', { timeout: 120_000 }, async () => {
    const scope = await workspace();
    const now = Date.now();
    await events.ingest({
      scope,
      events: [
        { name: 'Bought', userId: 'a' },
        { name: 'Bought', userId: 'b', time: now - 3 * 86_400_000 },
        { name: '구매', userId: 'b' },
        { kind: 'identify', userId: 'a', traits: { plan: 'pro', address: { city: '서울', geo: { lat: 1 } } } },
        { kind: 'identify', userId: 'b', traits: { plan: 'free' } },
      ],
    });
    await events.ingest({
      scope,
      events: [{ name: 'Bought', userId: 'x', enrollmentId: randomUUID() }],
      origin: 'test',
    });
    await counted();
    await counted();
    expect(await days(scope)).toEqual({ Bought: 2, 구매: 1, Identified: 2 });
    expect(await days(scope, 'trait')).toEqual({ plan: 2, 'address.city': 1, 'address.geo.lat': 1 });
    expect((await repository.days(scope, { kind: 'event', name: 'Bought' })).map(({ index }) => index).sort()).toEqual([
      26, 29,
    ]);
  });

  it('waits for a transaction that took its positions and is not committed', { timeout: 120_000 }, async () => {
    const scope = await workspace();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let stored: () => void = () => undefined;
    const isStored = new Promise<void>((resolve) => (stored = resolve));
    const slow = database.transaction(async (sql) => {
      await events.ingest({ scope, events: [{ name: 'Slow', userId: 's' }], sql });
      // What was only sent so far has arrived.
      await sql.query('select 1');
      stored();
      await held;
    });
    await isStored;
    await events.ingest({ scope, events: [{ name: 'Fast', userId: 'f' }] });
    const follower = new CatalogueFollower(database);
    for (let n = 0; n < 5; n += 1) await follower.countOnce();
    expect(await days(scope)).toEqual({});
    release();
    await slow;
    await counted();
    expect(await days(scope)).toEqual({ Slow: 1, Fast: 1 });
  });

  it('takes no notice of what runs in another database of the server', async () => {
    const scope = await workspace();
    const other = await testDatabase();
    let end = () => {};
    let isBegun = () => {};
    const begun = new Promise<void>((resolve) => (isBegun = resolve));
    const running = other.database.transaction(async (sql) => {
      await sql.query('select pg_current_xact_id()');
      isBegun();
      await new Promise<void>((resolve) => (end = resolve));
    });
    await begun;
    await events.ingest({ scope, events: [{ name: 'Here', userId: 'h' }] });
    while (await new CatalogueFollower(database).countOnce());
    expect(await days(scope)).toEqual({ Here: 1 });
    end();
    await running;
    await other.drop();
  });

  it('is exact whatever is stored, counted and killed at once', { timeout: 120_000 }, async () => {
    const name = fc.constantFrom('A', 'B', 'C', 'D');
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant('store' as const),
          names: fc.array(name, { minLength: 1, maxLength: 8 }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('roll back' as const),
          names: fc.array(name, { minLength: 1, maxLength: 4 }),
        }),
      },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('count' as const) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
    );
    const others = await Promise.all([1, 2].map(() => Database.connect({ url, poolSize: 3 })));
    open.push(...others);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const scope = await workspace();
        const expected: Record<string, number> = {};
        const under: Promise<unknown>[] = [];
        const store = (names: string[]) => names.map((each) => ({ name: each, userId: 'u' }));
        for (const [index, each] of steps.entries()) {
          if (each.do === 'store') {
            for (const one of each.names) expected[one] = (expected[one] ?? 0) + 1;
            under.push(events.ingest({ scope, events: store(each.names) }));
          }
          if (each.do === 'roll back')
            under.push(
              database
                .transaction(async (sql) => {
                  await events.ingest({ scope, events: store(each.names), sql });
                  throw new Error('rolled back');
                })
                .catch(() => undefined),
            );
          if (each.do === 'count') under.push(new CatalogueFollower(others[index % 2]!).countOnce());
          if (each.do === 'kill') {
            under.push(new CatalogueFollower(others[0]!).countOnce().catch(() => undefined));
            under.push(
              database.query(
                `select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and state <> 'idle' and query like '%event_name_days%'
                   and pid <> pg_backend_pid() and query not like '%pg_terminate_backend%'`,
              ),
            );
          }
        }
        const failed = (await Promise.allSettled(under)).filter(({ status }) => status === 'rejected');
        // A connection that was killed; whoever stores says so.
        expect(failed.length).toBeLessThanOrEqual(steps.filter((each) => each.do === 'kill').length * 2);
        await counted();
        expect(await days(scope)).toEqual(expected);
      }),
      { numRuns: 15, seed: 12 },
    );
  });

  it('knows the types of values, and which of them changed', { timeout: 120_000 }, async () => {
    const scope = await workspace();
    await events.ingest({
      scope,
      events: [
        {
          name: 'Bought',
          userId: 'a',
          properties: { price: 10, at: '2026-05-01', item: { id: 'x' }, tags: ['a'], gift: false, note: null },
        },
        { name: 'Bought', userId: 'b', properties: { price: 12 } },
      ],
    });
    await counted();
    expect(await repository.changed(scope, { kind: 'event' })).toEqual([]);
    await events.ingest({
      scope,
      events: [
        { name: 'Bought', userId: 'b', properties: { price: '10' } },
        { kind: 'identify', userId: 'b', traits: { age: 4, born: '2001-02-03T04:05:06Z' } },
      ],
    });
    await counted();
    const types = await repository.types(scope, { kind: 'event', name: 'Bought' });
    expect(types.map(({ path, type, count }) => `${path} ${type} ${count}`).sort()).toEqual([
      'at date 1',
      'gift boolean 1',
      'item object 1',
      'item.id text 1',
      'note empty 1',
      'price number 2',
      'price text 1',
      'tags list 1',
    ]);
    expect(await repository.changed(scope, { kind: 'event' })).toEqual([{ name: 'Bought', path: 'price' }]);
    expect(
      (await repository.types(scope, { kind: 'trait', path: '' })).map(({ name, type }) => `${name} ${type}`).sort(),
    ).toEqual(['age number', 'born date']);
    // What is expected decides, where somebody said it; text may look like a date.
    const said = (path: string, expectedType: 'text' | 'number') =>
      database.transaction((sql) =>
        repository.note(scope, { kind: 'event', name: 'Bought', path, note: { expectedType }, by: 'me', sql }),
      );
    await said('at', 'text');
    await said('price', 'number');
    expect(await repository.changed(scope, { kind: 'event' })).toEqual([{ name: 'Bought', path: 'price' }]);
    await events.ingest({ scope, events: [{ name: 'Bought', userId: 'b', properties: { item: 'text' } }] });
    await counted();
    expect(await repository.changed(scope, { kind: 'event' })).toEqual([
      { name: 'Bought', path: 'item' },
      { name: 'Bought', path: 'price' },
    ]);
    await said('gift', 'text');
    expect(await repository.changed(scope, { kind: 'event' })).toEqual([
      { name: 'Bought', path: 'gift' },
      { name: 'Bought', path: 'item' },
      { name: 'Bought', path: 'price' },
    ]);
  });

  it('sees a trait that was an object and comes as text', { timeout: 120_000 }, async () => {
    const scope = await workspace();
    const identify = (traits: JsonObject) =>
      events.ingest({ scope, events: [{ kind: 'identify', userId: 'a', traits }] });
    await identify({ address: { city: '서울' }, plan: 'pro' });
    await counted();
    expect(await repository.changed(scope, { kind: 'trait' })).toEqual([]);
    expect((await repository.names(scope, { kind: 'trait' })).map(({ name }) => name)).toEqual([
      'address.city',
      'plan',
    ]);
    await identify({ address: '서울', plan: 'pro' });
    await counted();
    expect(await repository.changed(scope, { kind: 'trait' })).toEqual([{ name: 'address', path: '' }]);
    expect((await repository.types(scope, { kind: 'trait', name: 'address' })).map(({ type }) => type).sort()).toEqual([
      'object',
      'text',
    ]);
  });

  it('keeps twenty events of a name to read values from', { timeout: 120_000 }, async () => {
    const scope = await workspace();
    for (let n = 0; n < 12; n += 1) {
      await events.ingest({
        scope,
        events: [1, 2, 3].map((each) => ({ name: 'Read', userId: 'a', properties: { n: n * 10 + each } })),
      });
      await counted();
    }
    const recent = await repository.recent(scope, { kind: 'event', name: 'Read' });
    expect(recent).toHaveLength(20);
    expect(recent[0]).toEqual({ n: 113 });
  });

  it('finds what is new without reading the old', { timeout: 120_000 }, async () => {
    const scope = await workspace();
    for (let n = 0; n < 10; n += 1)
      await events.ingest({
        scope,
        events: Array.from({ length: 2_000 }, (_, each) => ({
          name: 'Many',
          userId: `u${each % 50}`,
          properties: { text: 'x'.repeat(200) },
        })),
      });
    await counted();
    await database.query('vacuum analyze events');
    const [row] = await database.query<{ last: string }>('select last_value as last from event_position');
    const plan = JSON.stringify(
      await database.query(
        `explain (format json) select 1 from events where position > ${BigInt(row!.last) - 100n} and position <= ${row!.last}`,
      ),
    );
    expect(plan).toMatch(/events_\w*position/);
    expect(await days(scope)).toEqual({ Many: 20_000 });
  });

  it('leaves alone names that the catalogue has no room for', { timeout: 120_000 }, async () => {
    const scope = await workspace();
    await database.query(
      `insert into event_names (workspace_id, kind, name) select $1, 'event', 'N' || n from generate_series(1, 1999) n`,
      [scope.workspaceId],
    );
    await events.ingest({ scope, events: [{ name: 'Last', userId: 'a' }] });
    await new EventsService(database).ingest({
      scope,
      events: [
        { name: 'Too many', userId: 'a' },
        { name: 'Last', userId: 'a', properties: { more: 1 } },
      ],
    });
    await counted();
    expect(await repository.size(scope)).toBe(2_000);
    expect(await days(scope)).toEqual({ Last: 2 });
    expect((await repository.names(scope, { kind: 'event', name: 'Last' }))[0]!.properties).toEqual(['more']);
  });
});
