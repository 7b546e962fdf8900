import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { Database } from '../platform/database/index.js';
import { ensurePartitions } from '../upkeep/index.js';
import { EventsService } from './events.service.js';

let url: string;
let database: Database;
let drop: () => Promise<void>;
const open: Database[] = [];

beforeAll(async () => {
  ({ url, database, drop } = await testDatabase());
});
afterAll(async () => {
  for (const each of open) await each.close();
  await drop?.();
});

/** `awaited`: names of events that runs wait for, so that the router is to have them. */
async function workspace({ awaited = [] }: { awaited?: string[] } = {}) {
  const [row] = await database.query<{ id: string }>("insert into workspaces (name) values ('test') returning id");
  await database.query('insert into awaited_names (workspace_id, name, settled) select $1, unnest($2::text[]), true', [
    row!.id,
    awaited,
  ]);
  return { workspaceId: row!.id };
}
/** As another api process would have it: its own pool, cache and batches. */
async function otherProcess() {
  const own = await Database.connect({ url, poolSize: 4 });
  open.push(own);
  return new EventsService(own);
}
const count = async (table: string, { workspaceId }: { workspaceId: string }) =>
  Number((await database.query(`select count(*) from ${table} where workspace_id = $1`, [workspaceId]))[0]!['count']);

describe('concurrency', () => {
  it('stores one message id once, sent 100 times at once through four processes', async () => {
    const scope = await workspace({ awaited: ['Once'] });
    const processes = await Promise.all([1, 2, 3, 4].map(otherProcess));
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        processes[n % 4]!.ingest({ scope, events: [{ name: 'Once', userId: 'u', messageId: 'the-id' }] }),
      ),
    );
    expect(results.flatMap(({ eventIds }) => eventIds).filter((id) => id !== null)).toHaveLength(1);
    expect(await count('events', scope)).toBe(1);
    expect(await count('event_queue', scope)).toBe(1);
    expect(await count('profiles', scope)).toBe(1);
  });

  it('takes batches about the same people in opposite order at once without a deadlock', async () => {
    const scope = await workspace();
    const processes = await Promise.all([1, 2, 3, 4].map(otherProcess));
    const [before] = await database.query<{ deadlocks: string }>(
      'select deadlocks from pg_stat_database where datname = current_database()',
    );
    const people = Array.from({ length: 40 }, (_, n) => n);
    for (let round = 0; round < 6; round += 1) {
      await Promise.all(
        processes.map((events, index) => {
          const order = index % 2 === 0 ? people : [...people].reverse();
          return events.ingest({
            scope,
            events: order.map((n) =>
              n % 3 === 0
                ? {
                    kind: 'identify' as const,
                    userId: `u${n}`,
                    anonymousId: `a${n}`,
                    traits: { [`round${round}`]: index },
                  }
                : { name: 'Seen', ...(n % 3 === 1 ? { anonymousId: `a${n - 1}` } : { userId: `u${n}` }) },
            ),
          });
        }),
      );
    }
    await database.query('select pg_stat_force_next_flush()');
    const [after] = await database.query<{ deadlocks: string }>(
      'select deadlocks from pg_stat_database where datname = current_database()',
    );
    expect(after!.deadlocks).toBe(before!.deadlocks);
    expect(await count('events', scope)).toBe(40 * 4 * 6);
    // Each user is one profile, also where the anonymous id came first in another process.
    const live = await database.query('select 1 from profiles where workspace_id = $1 and merged_into is null', [
      scope.workspaceId,
    ]);
    expect(live).toHaveLength(14 + 13);
    const stray = await database.query(
      `select 1
        from events e
        join profiles p on p.workspace_id = e.workspace_id and p.id = e.profile_id
        where e.workspace_id = $1 and p.merged_into is not null`,
      [scope.workspaceId],
    );
    expect(stray).toHaveLength(0);
  });

  it('keeps the events of one person in one lane of the queue', async () => {
    const scope = await workspace({ awaited: ['A', 'B'] });
    const [one, two] = await Promise.all([otherProcess(), otherProcess()]);
    for (let round = 0; round < 10; round += 1)
      await Promise.all([
        one.ingest({ scope, events: [{ name: 'A', userId: 'p' }] }),
        two.ingest({ scope, events: [{ name: 'B', userId: 'p' }] }),
      ]);
    const queued = await database.query(
      'select lane, count(*)::int from event_queue where workspace_id = $1 group by lane',
      [scope.workspaceId],
    );
    expect(queued).toEqual([{ lane: expect.any(Number), count: 20 }]);
  });

  it('notices what another process did to people that it remembers', async () => {
    const scope = await workspace();
    const [one, two] = await Promise.all([otherProcess(), otherProcess()]);
    const seen = async (name: string, anonymousId: string) =>
      expect((await one.ingest({ scope, events: [{ name, anonymousId }] })).eventIds[0]).not.toBeNull();
    // Written the first time, found the second, remembered the third.
    for (const name of ['First', 'Second', 'Third']) for (const visitor of ['a', 'b']) await seen(name, visitor);
    await two.ingest({ scope, events: [{ kind: 'identify', userId: 'u', traits: {} }] });
    await two.ingest({
      scope,
      events: [
        { name: 'Login', userId: 'u', anonymousId: 'a' },
        { kind: 'identify', userId: 'v', anonymousId: 'b', traits: {} },
      ],
    });
    await seen('After', 'a');
    await one.ingest({ scope, events: [{ name: 'Login', userId: 'w', anonymousId: 'b' }] });
    const rows = await database.query<{ user: string; names: string[] }>(
      `select p.external_id as user, array_agg(e.name order by e.position) as names
        from profiles p
        join events e on e.workspace_id = p.workspace_id and e.profile_id = p.id
        where p.workspace_id = $1 group by p.id, p.external_id order by 1`,
      [scope.workspaceId],
    );
    expect(rows).toEqual([
      { user: 'u', names: ['First', 'Second', 'Third', 'Identified', 'Login', 'After'] },
      { user: 'v', names: ['First', 'Second', 'Third', 'Identified'] },
      { user: 'w', names: ['Login'] },
    ]);
  });

  it('lets only the request with an impossible event pay for it', async () => {
    const scope = await workspace();
    const events = await otherProcess();
    // Not reachable through the HTTP API, which checks first: the database itself refuses these.
    const bad = { name: 'Bad\u0000', userId: 'b' };
    const results = await Promise.all([
      ...Array.from({ length: 8 }, (_, n) => events.ingest({ scope, events: [{ name: 'Good', userId: `g${n}` }] })),
      events.ingest({ scope, events: [{ name: 'Good', userId: 'b' }, bad, { name: 'Good', userId: 'c' }] }),
    ]);
    expect(results.map(({ rejected }) => rejected.map(({ index }) => index))).toEqual([
      ...Array.from({ length: 8 }, () => []),
      [1],
    ]);
    expect(await count('events', scope)).toBe(10);
  });
});

describe('transactions', () => {
  it("keeps what a caller's transaction keeps", async () => {
    const scope = await workspace({ awaited: ['First'] });
    const events = await otherProcess();
    await events.ingest({ scope, events: [{ name: 'First', userId: 'u' }] });
    const [person] = await database.query<{ id: string }>('select id from profiles where workspace_id = $1', [
      scope.workspaceId,
    ]);
    const failed = database.transaction(async (sql) => {
      await events.ingest({
        scope,
        events: [{ name: 'Message Opened', profileId: person!.id, messageId: 'm:opened' }],
        sql,
      });
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await count('events', scope)).toBe(1);
    const done = await database.transaction((sql) =>
      events.ingest({
        scope,
        events: [{ name: 'Message Opened', profileId: person!.id, messageId: 'm:opened' }],
        origin: 'test',
        runOffsetMs: -5,
        sql,
      }),
    );
    expect(done.eventIds[0]).not.toBeNull();
    const [queued] = await database.query(
      'select lane, run_offset_ms from event_queue where workspace_id = $1 and event_id = $2',
      [scope.workspaceId, done.eventIds[0]],
    );
    const [first] = await database.query('select lane from event_queue where workspace_id = $1 and event_id <> $2', [
      scope.workspaceId,
      done.eventIds[0],
    ]);
    expect(queued).toEqual({ lane: first!['lane'], run_offset_ms: '-5' });
    await expect(events.ingest({ scope, events: [{ name: 'X', profileId: randomUUID() }] })).resolves.toMatchObject({
      rejected: [{ index: 0 }],
    });
  });

  it('wakes the router when, and only when, events are committed that it is to have', async () => {
    const scope = await workspace({ awaited: ['E'] });
    const events = await otherProcess();
    const listener = await database.pool.connect();
    let heard = 0;
    listener.on('notification', () => (heard += 1));
    await listener.query('listen wend_events');
    await events.ingest({ scope, events: [{ name: 'E', userId: 'u', messageId: 'n1' }] });
    await listener.query('select 1');
    expect(heard).toBe(1);
    await events.ingest({ scope, events: [{ name: 'E', userId: 'u', messageId: 'n1' }] });
    await listener.query('select 1');
    expect(heard).toBe(1);
    await events.ingest({ scope, events: [{ name: 'Nobody waits', userId: 'u', messageId: 'n2' }] });
    await listener.query('select 1');
    expect(heard).toBe(1);
    listener.release(true);
  });
});

describe('traits', () => {
  const traitsOf = async ({ workspaceId }: { workspaceId: string }, externalId: string) =>
    (
      await database.query('select traits from profiles where workspace_id = $1 and external_id = $2', [
        workspaceId,
        externalId,
      ])
    )[0]?.['traits'];

  it('are added to those of a person who gets a new name in the same batch', async () => {
    const scope = await workspace();
    const events = await otherProcess();
    await events.ingest({ scope, events: [{ kind: 'identify', userId: 'u', traits: { plan: 'pro' } }] });
    // The profile is looked up as "u", without traits; the name under which they arrive is learnt only here.
    await events.ingest({
      scope,
      events: [
        { name: 'Seen', userId: 'u', anonymousId: 'a' },
        { kind: 'identify', anonymousId: 'a', traits: { city: 'Riga' } },
      ],
    });
    expect(await traitsOf(scope, 'u')).toEqual({ plan: 'pro', city: 'Riga' });
  });

  it('are added to those of a person who is merged in the same batch', async () => {
    const scope = await workspace();
    const events = await otherProcess();
    await events.ingest({
      scope,
      events: [
        { kind: 'identify', userId: 'u', traits: { plan: 'pro' } },
        { kind: 'identify', anonymousId: 'a', traits: { age: 30 } },
      ],
    });
    await events.ingest({
      scope,
      events: [{ kind: 'identify', userId: 'u', anonymousId: 'a', traits: { city: 'Riga' } }],
    });
    expect(await traitsOf(scope, 'u')).toEqual({ plan: 'pro', age: 30, city: 'Riga' });
  });

  it('set for a profile by its id are added to it', async () => {
    const scope = await workspace();
    const events = await otherProcess();
    await events.ingest({ scope, events: [{ kind: 'identify', userId: 'u', traits: { plan: 'pro' } }] });
    const [person] = await database.query<{ id: string }>('select id from profiles where workspace_id = $1', [
      scope.workspaceId,
    ]);
    await events.ingest({ scope, events: [{ kind: 'identify', profileId: person!.id, traits: { city: 'Riga' } }] });
    expect(await traitsOf(scope, 'u')).toEqual({ plan: 'pro', city: 'Riga' });
  });
});

describe('imported events', () => {
  it('count as what the person did, and wake nobody, whatever is awaited', async () => {
    const scope = await workspace({ awaited: ['Bought'] });
    const events = await otherProcess();
    const yearAgo = Date.now() - 365 * 86_400_000;
    await events.ingest({ scope, events: [{ name: 'Bought', userId: 'u' }] });
    await events.ingest({
      scope,
      origin: 'import',
      events: [
        { name: 'Bought', userId: 'u', time: yearAgo },
        { name: 'Bought', userId: 'v', time: yearAgo },
      ],
    });
    expect(await count('events', scope)).toBe(3);
    expect(await count('event_queue', scope)).toBe(1);
    const [row] = await database.query<{ time: Date }>(
      `select time from events where workspace_id = $1 and origin = 'import' limit 1`,
      [scope.workspaceId],
    );
    expect(row!.time.getTime()).toBe(yearAgo);
  });

  it('set traits by their time, and leave a device with whom it was seen last', async () => {
    const scope = await workspace();
    const events = await otherProcess();
    const context = (token: string) => ({ device: { token } });
    await events.ingest({
      scope,
      events: [{ kind: 'identify', userId: 'new', traits: { plan: 'pro' }, context: context('phone') }],
    });
    await events.ingest({
      scope,
      origin: 'import',
      events: [
        { kind: 'identify', userId: 'new', traits: { plan: 'free', city: 'Riga' }, time: 1_000 },
        { name: 'Opened', userId: 'old', time: 2_000, context: context('phone') },
        { name: 'Opened', userId: 'old', time: 2_000, context: context('tablet') },
      ],
    });
    const [person] = await database.query(
      `select traits from profiles where workspace_id = $1 and external_id = 'new'`,
      [scope.workspaceId],
    );
    expect(person!['traits']).toEqual({ plan: 'pro', city: 'Riga' });
    const devices = await database.query(
      `select d.token, p.external_id as owner
        from devices d
        join profiles p on p.workspace_id = d.workspace_id and p.id = d.profile_id
        where d.workspace_id = $1
        order by 1`,
      [scope.workspaceId],
    );
    expect(devices).toEqual([
      { token: 'phone', owner: 'new' },
      { token: 'tablet', owner: 'old' },
    ]);
  });

  it('go into each partition, of before and of later', async () => {
    const scope = await workspace();
    const events = await otherProcess();
    await ensurePartitions({ database, now: new Date(Date.UTC(2036, 0, 15)) });
    for (const receivedAt of [Date.UTC(2036, 0, 15), Date.UTC(2050, 0, 1)])
      await events.ingest({ scope, origin: 'import', receivedAt, events: [{ name: 'Bought', userId: 'u' }] });
    expect(await count('events', scope)).toBe(2);
    await expect(
      database.query(`update events set origin = 'other' where workspace_id = $1`, [scope.workspaceId]),
    ).rejects.toMatchObject({ code: '23514' });
  });
});

it('a statement that takes too long for one request costs the others nothing', async () => {
  const scope = await workspace();
  let calls = 0;
  // Whatever is stored for "Heavy" takes longer than the database allows.
  class Slow extends Database {}
  const own = await Database.connect({ url, poolSize: 4 });
  open.push(own);
  Object.setPrototypeOf(own, Slow.prototype);
  Slow.prototype.transaction = async function transaction(this: Database, work, settings) {
    return Database.prototype.transaction.call(
      this,
      async (sql) => {
        calls += 1;
        const result = await work(sql);
        const heavy = await sql.query(`select 1 from events where workspace_id = $1 and name = 'Heavy' limit 1`, [
          scope.workspaceId,
        ]);
        if (heavy.length > 0) await sql.query(`set local statement_timeout = '20ms'; select pg_sleep(5)`);
        return result;
      },
      settings,
    ) as never;
  };
  const events = new EventsService(own);
  const answers = await Promise.allSettled(
    ['First', 'Heavy', 'One', 'Two'].map((name) => events.ingest({ scope, events: [{ name, userId: name }] })),
  );
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  // The first went at once, the others together, then each alone.
  expect(calls).toBe(5);
});
