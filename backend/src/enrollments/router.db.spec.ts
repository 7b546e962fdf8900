import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { enteringOf } from '../../test/router.js';
import { insertEnrollment, insertEvent, seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import { EventsService } from '../events/index.js';
import type { Database, Sql } from '../platform/database/index.js';
import { DeadLetterRepository } from './dead-letter.repository.js';
import { ProgramRepository } from './program.repository.js';
import { CommitRepository } from './commit.repository.js';
import { RouterRepository } from './router.repository.js';
import type { MatchedWait, QueuedEvent } from './router.repository.js';
import { RouterService } from './router.service.js';
import { RunSignals } from './run-signals.js';
import { Runs } from './runs.js';

let database: Database;
let drop: () => Promise<void>;
let router: RouterRepository;
let seeded: Seeded;

beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  router = new RouterRepository(database);
  seeded = await seedJourney(database);
});
afterAll(() => drop?.());

/** What one turn takes, and how many rows of the queue it read for that. */
async function turn() {
  let taken: QueuedEvent[] = [];
  let read = { whole: -1, byIndex: -1 };
  const some = await router.withLanes({ lanes: 8, batch: 200 }, async ({ sql, events }) => {
    [read] = (await sql.query<typeof read>(
      `select seq_tup_read::int as whole, idx_tup_fetch::int as "byIndex"
        from pg_stat_xact_user_tables
        where relname = 'event_queue'`,
    )) as [typeof read];
    taken = events;
    await router.remove(sql, events);
  });
  return { some, taken, read };
}

describe('the lanes of the queue', () => {
  it('cost the same however long the queue is, also with plans from when it was short', async () => {
    for (let round = 0; round < 12; round += 1) {
      await insertEvent(database, seeded, { name: 'Alone', queued: true });
      if (round === 2) await database.query('analyze event_queue');
      expect((await turn()).taken).toHaveLength(1);
    }
    await database.query(
      `with input as materialized (
              select nextval('event_position') as position, uuidv7() as id, n from generate_series(1, 8000) n
            ),
            stored as (
              insert into events (
                workspace_id, id, position, profile_id, name, message_id, time, received_at
              ) select $1,
                id, position, $2, 'Late', 'm' || n, now(), now()
              from input
            )
       insert into event_queue (lane, position, workspace_id, event_id, received_at) select n % 16, position, $1, id,
         now()
       from input`,
      [seeded.workspaceId, seeded.profileId],
    );
    const { taken, read } = await turn();
    expect(taken).toHaveLength(200);
    expect(read.whole).toBe(0);
    expect(read.byIndex).toBeLessThan(300);
  });

  it('give up their events in order, and one long lane fills the batch alone', async () => {
    const left = new Map<number, string[]>();
    for (const { lane, position } of await database.query<{ lane: number; position: string }>(
      'select lane, position::text from event_queue order by event_queue.position',
    ))
      left.set(lane, [...(left.get(lane) ?? []), position]);
    await database.query('delete from event_queue where lane > 1 or (lane = 1 and position > $1::bigint)', [
      left.get(1)![2],
    ]);
    let last = 0n;
    for (let lanes = 2; lanes > 0; lanes -= 1) {
      const { taken } = await turn();
      expect(taken.filter(({ lane }) => lane === 1).map(({ position }) => position)).toEqual(
        lanes === 2 ? left.get(1)!.slice(0, 3) : [],
      );
      const long = taken.filter(({ lane }) => lane === 0).map(({ position }) => BigInt(position));
      expect(long).toHaveLength(lanes === 2 ? 100 : 200);
      for (const position of long) {
        expect(position).toBeGreaterThan(last);
        last = position;
      }
    }
  });
});

const snapshotNow = async () =>
  (await database.query<{ snapshot: string }>('select pg_current_snapshot()::text as snapshot'))[0]!.snapshot;
/** Takes what is queued and returns the waits that it matches. */
async function matched(
  before: (events: QueuedEvent[]) => Promise<void> = async () => undefined,
): Promise<{ waits: string[]; events: QueuedEvent[] }> {
  let found: { waits: string[]; events: QueuedEvent[] } = { waits: [], events: [] };
  await router.withLanes({ lanes: 16, batch: 200 }, async ({ sql, events }) => {
    await before(events);
    found = { waits: (await router.waitsFor(sql, events)).map((wait) => wait.wait), events };
    await router.remove(sql, events);
  });
  return found;
}

describe('waits', () => {
  /** A run that waits for `Bought` since it stood at this place in the order of receipt. */
  async function waiting(mark: { position: string; snapshot: string }, of: Seeded = seeded): Promise<void> {
    const { identity } = await insertEnrollment(database, of);
    await database.query(
      `insert into waits (
          workspace_id, profile_id, event_name, enrollment_id, wait, arm, workflow_id, since_position, since_snapshot,
            since_time
        )
        values ($1, $2, 'Bought', $3, 'wait#1', 0, 'x', $4, $5, 'infinity')`,
      [of.workspaceId, of.profileId, identity.enrollmentId, mark.position, mark.snapshot],
    );
  }
  beforeEach(async () => {
    await database.query('delete from event_queue');
    seeded = await seedJourney(database);
  });

  it('are ended by what came after they were opened, not by what came before and is routed late', async () => {
    const before = await insertEvent(database, seeded, { name: 'Bought', queued: true });
    await waiting({ position: before.position, snapshot: await snapshotNow() });
    expect(await matched()).toMatchObject({ waits: [], events: [{ id: before.id }] });
    await insertEvent(database, seeded, { name: 'Bought', queued: true });
    expect((await matched()).waits).toEqual(['wait#1']);
  });

  it('are ended by what was received before and committed after', async () => {
    await database.transaction(async (sql) => {
      await insertEvent(sql, seeded, { name: 'Bought', queued: true });
      await waiting({ position: '9000000000000', snapshot: await snapshotNow() });
    });
    expect((await matched()).waits).toEqual(['wait#1']);
  });

  it('of the person whom a merge left are found by an event that was read before the merge', async () => {
    const events = new EventsService(database);
    const scope = { workspaceId: seeded.workspaceId };
    await events.ingest({
      scope,
      events: [
        { kind: 'identify', userId: 'u', traits: {} },
        { name: 'Page', anonymousId: 'a' },
      ],
    });
    const profileOf = async (kind: string) =>
      (
        await database.query<{ profile_id: string }>(
          'select profile_id from identities where workspace_id = $1 and kind = $2',
          [scope.workspaceId, kind],
        )
      )[0]!.profile_id;
    const visitor = { ...seeded, profileId: await profileOf('anonymous') };
    await waiting({ position: '0', snapshot: await snapshotNow() }, visitor);
    await insertEvent(database, visitor, { name: 'Bought', queued: true });
    const merge = async () =>
      void (await events.ingest({ scope, events: [{ kind: 'identify', userId: 'u', anonymousId: 'a', traits: {} }] }));
    const found = await matched(merge);
    expect(found).toMatchObject({ waits: ['wait#1'], events: [{ profile_id: visitor.profileId }] });
    expect(await profileOf('user')).not.toBe(visitor.profileId);
  });

  it('are matched to many events by few looks', async () => {
    await database.query(
      `insert into waits (
          workspace_id, profile_id, event_name, enrollment_id, wait, arm, workflow_id, since_position, since_snapshot,
            since_time
        ) select $1,
          gen_random_uuid(), 'Bought', gen_random_uuid(), 'w', 0, 'x', 0, pg_current_snapshot(), now()
        from generate_series(1, 5000)`,
      [seeded.workspaceId],
    );
    for (let count = 0; count < 50; count += 1) await insertEvent(database, seeded, { name: 'Bought', queued: true });
    await router.withLanes({ lanes: 16, batch: 200 }, async ({ sql, events }) => {
      await router.waitsFor(sql, events);
      const [read] = await sql.query<{ read: number }>(
        `select sum(seq_tup_read + idx_tup_fetch)::int as read
          from pg_stat_xact_user_tables
          where relname in ('waits', 'profiles')`,
      );
      expect(read!.read).toBeLessThan(120);
      await router.remove(sql, events);
    });
  });
});

describe('a dead letter that is tried again', () => {
  it('stands at the end of its lane, and is still the event that it was', async () => {
    await database.query('delete from event_queue');
    const stored = await insertEvent(database, seeded, { name: 'Bought', queued: true });
    await router.withLanes({ lanes: 16, batch: 10 }, async ({ sql, events }) =>
      router.bury(sql, { event: events[0]!, error: 'why' }),
    );
    const letters = new DeadLetterRepository(database);
    const [letter] = await letters.list(seeded);
    const later = await insertEvent(database, seeded, { name: 'Bought' });
    expect(await letters.retry(seeded, letter!.id)).toBe(true);
    const { events } = await matched();
    expect(events).toMatchObject([{ id: stored.id, position: stored.position }]);
    expect(BigInt(events[0]!.queue_position)).toBeGreaterThan(BigInt(later.position));
    expect(await database.query('select 1 from event_queue')).toEqual([]);
  });
});

describe('a lane', () => {
  beforeEach(() => database.query('delete from event_queue; update event_lanes set not_before = now()'));

  it('stays with a worker that waits for the Temporal server and says that it is alive', async () => {
    await insertEvent(database, seeded, { name: 'Alone', queued: true });
    await router.withLanes({ lanes: 16, batch: 10 }, async ({ sql, events }) => {
      await sql.query(`set local idle_in_transaction_session_timeout = '2900ms'`);
      const [{ pid } = { pid: 0 }] = await sql.query<{ pid: number }>('select pg_backend_pid() as pid');
      // Longer than a transaction may stand still.
      await expect
        .poll(
          async () =>
            (
              await database.query<{ age: number }>(
                'select extract(epoch from now() - xact_start)::float8 as age from pg_stat_activity where pid = $1',
                [pid],
              )
            )[0]!.age,
          { timeout: 10_000 },
        )
        .toBeGreaterThan(4);
      await router.remove(sql, events);
    });
    expect(await database.query('select 1 from event_queue')).toEqual([]);
  });

  it('is free again soon after the process that has it is frozen', async () => {
    await insertEvent(database, seeded, { name: 'Alone', queued: true });
    const client = await database.pool.connect();
    const [{ allowed } = { allowed: '' }] = (
      await client.query<{ allowed: string }>(
        `select current_setting('idle_in_transaction_session_timeout') as allowed`,
      )
    ).rows;
    expect(allowed).toBe('7s');
    // A process that stands still says nothing on its connection any more.
    await client.query('begin; select 1 from event_lanes for update');
    const since = Date.now();
    await expect.poll(() => turn().then(({ taken }) => taken.length), { timeout: 15_000 }).toBe(1);
    expect(Date.now() - since).toBeLessThan(10_000);
    client.release(true);
  });
});

describe('a statement that takes too long', () => {
  /** As for a person with very many waits: what is asked for them takes longer than the database allows. */
  class SlowFor extends RouterRepository {
    readonly batches: string[][] = [];

    constructor(private readonly slow: (name: string) => boolean) {
      super(database);
    }

    override async waitsFor(sql: Sql, events: QueuedEvent[]): Promise<MatchedWait[]> {
      this.batches.push(events.map(({ name }) => name));
      if (!events.some(({ name }) => this.slow(name))) return super.waitsFor(sql, events);
      await sql.query(`set local statement_timeout = '50ms'`);
      return sql.query<MatchedWait>('select pg_sleep(5)');
    }
  }
  const serviceOf = (repository: RouterRepository) => {
    const programs = new ProgramRepository(database);
    return new RouterService(
      repository,
      programs,
      enteringOf(database, { programs }),
      new RunSignals(new Runs(), programs),
      new CommitRepository(database),
    );
  };
  const queue = () =>
    database.query<{ name: string; attempts: number }>(
      'select e.name, q.attempts from event_queue q join events e on e.id = q.event_id order by q.position',
    );
  const due = () => database.query('update event_queue set not_before = now()');
  beforeEach(async () => {
    await database.query(
      'delete from event_queue; delete from dead_letters; update event_lanes set not_before = now()',
    );
    for (const name of ['One', 'Heavy', 'Two']) await insertEvent(database, seeded, { name, queued: true });
  });

  it('counts against the event that it is for, which is put aside at last; the others go on at once, and the lane does not rest', async () => {
    const repository = new SlowFor((name) => name === 'Heavy');
    const service = serviceOf(repository);
    await service.routeOnce();
    expect(repository.batches).toEqual([['One', 'Heavy', 'Two'], ['One'], ['Heavy'], ['Two']]);
    expect(await queue()).toEqual([{ name: 'Heavy', attempts: 1 }]);
    expect(await database.query('select 1 from event_lanes where not_before > now()')).toEqual([]);
    for (let attempt = 2; attempt <= 5; attempt += 1) {
      await due();
      await insertEvent(database, seeded, { name: 'Three', queued: true });
      await service.routeOnce();
      expect((await queue()).map(({ name }) => name)).toEqual(attempt < 5 ? ['Heavy'] : []);
      // What failed before goes alone: the new ones share nothing with it.
      expect(repository.batches.slice(-2)).toEqual([['Three'], ['Heavy']]);
    }
    expect(await database.query('select event_name, error from dead_letters')).toEqual([
      { event_name: 'Heavy', error: 'canceling statement due to statement timeout' },
    ]);
  });

  it('is an outage for nobody, but what the database really does not answer is one: nothing is counted', async () => {
    const repository = new SlowFor(() => false);
    repository.entriesFor = () =>
      Promise.reject(Object.assign(new Error('the database system is shutting down'), { code: '57P03' }));
    await expect(serviceOf(repository).routeOnce()).rejects.toThrow('shutting down');
    expect(await queue()).toEqual([
      { name: 'One', attempts: 0 },
      { name: 'Heavy', attempts: 0 },
      { name: 'Two', attempts: 0 },
    ]);
  });
});
