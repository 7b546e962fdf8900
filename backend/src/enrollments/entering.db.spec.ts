import { randomUUID } from 'node:crypto';
import type { Reentry } from '@wend/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { insertEvent, seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import { EventsService } from '../events/index.js';
import type { Database } from '../platform/database/index.js';
import { EnrollingRepository } from './enrolling.repository.js';
import type { Candidate } from './enrolling.repository.js';
import { enteredBy } from '../../test/entered.js';
import { isTooOld } from './entry-match.js';

let database: Database;
let drop: () => Promise<void>;
let enrolling: EnrollingRepository;
let seeded: Seeded;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  enrolling = new EnrollingRepository(database);
});
afterAll(() => drop?.());
beforeEach(async () => {
  seeded = await seedJourney(database);
});

/** Who came in of these. */
const enrol = (candidates: Candidate[]) => enteredBy(enrolling, candidates);

/** An event that lets its person in, as the router has it after its facts were asked for. */
async function candidate({
  reentry = { rule: 'always' },
  key = '',
  at = Date.now(),
  profileId = seeded.profileId,
}: { reentry?: Reentry; key?: string; at?: number; profileId?: string } = {}): Promise<Candidate> {
  const stored = await insertEvent(database, { ...seeded, profileId }, { name: 'Signed Up' });
  const enrollmentId = randomUUID();
  const entry = {
    workspace_id: seeded.workspaceId,
    journey_id: seeded.journeyId,
    version_id: seeded.versionId,
    reentry,
    program_hash: 'hash',
  };
  const first = {
    type: 'enrolled' as const,
    at,
    seed: enrollmentId,
    facts: { 0: 'of then' },
    entry: {
      id: stored.id,
      name: 'Signed Up',
      time: at,
      properties: {},
      mark: { position: stored.position, snapshot: '', time: at },
    },
  };
  return {
    entry,
    node: 'entry',
    profileId,
    cause: { event: stored.id },
    receivedAt: stored.receivedAt,
    key,
    enrollmentId,
    start: { identity: { ...seeded, profileId, enrollmentId, origin: 'live' }, offset: 0, first },
  };
}
const end = (enrollmentId: string) =>
  database.query(`update enrollments set status = 'completed', ended_at = now() where id = $1`, [enrollmentId]);
const ids = (entered: Candidate[]) => entered.map(({ enrollmentId }) => enrollmentId);
const setState = (state: string) =>
  database.query('update journey_control set state = $2 where journey_id = $1', [seeded.journeyId, state]);

describe('re-entry', () => {
  const hour = 3_600_000;
  /** Who of these came in: one who enters; again at once, while in it; after leaving; and an hour later. */
  async function inTurn(reentry: Reentry): Promise<string> {
    const now = Date.now();
    const words: string[] = [];
    const enter = async (word: string, at: number) => {
      const entered = await enrol([await candidate({ reentry, at })]);
      if (entered.length > 0) words.push(word);
      return entered;
    };
    await enter('first', now - 2 * hour);
    await enter('inside', now - 2 * hour + 1_000);
    await enter('inside later', now - hour + 2_000);
    await database.query(`update enrollments set status = 'completed', ended_at = now() where journey_id = $1`, [
      seeded.journeyId,
    ]);
    await enter('left', now - hour + 3_000);
    await enter('inside again', now);
    return words.join(', ');
  }

  it.each<[Reentry, string]>([
    [{ rule: 'never' }, 'first'],
    [{ rule: 'after', afterSeconds: 3_600 }, 'first, inside later'],
    [{ rule: 'whenLeft' }, 'first, left'],
    [{ rule: 'always' }, 'first, inside, inside later, left, inside again'],
  ])('by the rule %o lets in: %s', async (reentry, words) => expect(await inTurn(reentry)).toBe(words));

  it.each<[Reentry, number]>([
    [{ rule: 'never' }, 1],
    [{ rule: 'after', afterSeconds: 60 }, 1],
    [{ rule: 'whenLeft' }, 1],
    [{ rule: 'always' }, 2],
  ])('by the rule %o lets two events of one batch in: %s', async (reentry, count) => {
    const both = [await candidate({ reentry }), await candidate({ reentry })];
    expect(await enrol(both)).toHaveLength(count);
  });

  it.each<[Reentry, number]>([
    [{ rule: 'never' }, 2],
    [{ rule: 'whenLeft' }, 2],
    [{ rule: 'always' }, 3],
  ])('by the rule %o holds for each value of the entry key: %s come in', async (reentry, count) => {
    const three = [
      await candidate({ reentry, key: 'a' }),
      await candidate({ reentry, key: 'b' }),
      await candidate({ reentry, key: 'a' }),
    ];
    expect(await enrol(three)).toHaveLength(count);
    if (reentry.rule !== 'whenLeft') return;
    await end(three[0]!.enrollmentId);
    expect(ids(await enrol([await candidate({ reentry, key: 'b' })]))).toEqual([]);
    expect(await enrol([await candidate({ reentry, key: 'a' })])).toHaveLength(1);
  });

  it('lets one of ten in that come through as many workers at the same instant', async () => {
    const ten = await Promise.all(Array.from({ length: 10 }, () => candidate({ reentry: { rule: 'whenLeft' } })));
    const entered = await Promise.all(ten.map((one) => enrol([one])));
    expect(entered.flat()).toHaveLength(1);
  });

  it('looks once, however often somebody was in the journey', async () => {
    await database.query(
      `insert into enrollments (
         workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, workflow_id, entered_at,
           created_at, status, ended_at
       )
       select $1, $2, $3, $4, gen_random_uuid(), now(), 'w', now(), now() - n * interval '1 minute', 'completed', now()
       from generate_series(1, 5000) n`,
      [seeded.workspaceId, seeded.journeyId, seeded.versionId, seeded.profileId],
    );
    for (const rule of ['whenLeft', 'never'] as const) {
      const one = await candidate({ reentry: { rule } });
      await database.transaction(async (sql) => {
        const inOne = { transaction: (work: (given: typeof sql) => Promise<unknown>) => work(sql) } as Database;
        await sql.query('set local enable_seqscan = off; set local enable_bitmapscan = off');
        expect(await enteredBy(new EnrollingRepository(inOne), [one])).toHaveLength(rule === 'whenLeft' ? 1 : 0);
        const [read] = await sql.query<{ read: number }>(
          `select (seq_tup_read + idx_tup_fetch)::int as read from pg_stat_xact_user_tables where relname = 'enrollments'`,
        );
        expect(read!.read).toBeLessThan(20);
      });
    }
  });
});

describe('what lets a person in', () => {
  it.each(['event', 'other cause'])('begins one run of a journey, whichever entries it fits: %s', async (kind) => {
    const cause = kind === 'event' ? {} : { cause: { name: 'first of May' } };
    const one = { ...(await candidate()), ...cause };
    const other = { ...one, node: 'second entry', enrollmentId: randomUUID() };
    const entered = await Promise.all([enrol([one]), enrol([other]), enrol([one, other])]);
    expect(entered.flat()).toHaveLength(1);
    expect(
      await database.query('select entry_node, entry_event_id, entry_cause from enrollments where journey_id = $1', [
        seeded.journeyId,
      ]),
    ).toEqual([
      {
        entry_node: entered.flat()[0]!.node,
        entry_event_id: 'event' in one.cause ? one.cause.event : null,
        entry_cause: 'event' in one.cause ? null : 'first of May',
      },
    ]);
  });

  it.each<[Reentry, number]>([
    [{ rule: 'never' }, 1],
    [{ rule: 'whenLeft' }, 1],
    [{ rule: 'always' }, 2],
  ])('by the rule %o counts for the journey, not for the entry: %s come in', async (reentry, count) => {
    const both = [await candidate({ reentry }), { ...(await candidate({ reentry })), node: 'second entry' }];
    expect(await enrol(both)).toHaveLength(count);
  });
});

describe('a paused journey', () => {
  it('keeps those who come in, held, and lets none of them begin', async () => {
    await setState('paused');
    const one = await candidate();
    expect(await enrol([one])).toMatchObject([{ enrollmentId: one.enrollmentId, held: true }]);
    expect(
      await database.query('select status, held, start is not null as kept from enrollments where id = $1', [
        one.enrollmentId,
      ]),
    ).toEqual([{ status: 'starting', held: true, kept: true }]);
    await setState('live');
    expect(await enrol([await candidate()])).toMatchObject([{ held: false }]);
  });

  it('that is stopped meanwhile takes nobody in; a stop that is being committed is waited for', async () => {
    const one = await candidate();
    let entering: Promise<Candidate[]> | undefined;
    await database.transaction(async (sql) => {
      await sql.query(`update journey_control set state = 'stopped' where journey_id = $1`, [seeded.journeyId]);
      entering = enrol([one]);
      await standsInLine();
    });
    expect(await entering).toEqual([]);
  });

  it('and a publish at the same time wait for each other in turn, never in a circle', async () => {
    const one = await candidate();
    let entering: Promise<Candidate[]> | undefined;
    await database.transaction(async (sql) => {
      await sql.query('select 1 from journeys where id = $1 for update', [seeded.journeyId]);
      entering = enrol([one]);
      await standsInLine();
      await sql.query(`update journey_control set epoch = epoch + 1 where journey_id = $1`, [seeded.journeyId]);
    });
    expect(await entering).toHaveLength(1);
  });
});

/** Somebody waits for a transaction that this test holds open. */
async function standsInLine(): Promise<void> {
  await expect
    .poll(
      async () =>
        (
          await database.query(
            'select 1 from pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0',
          )
        ).length,
      { timeout: 10_000 },
    )
    .toBeGreaterThan(0);
}

describe('a merge of the person who enters', () => {
  const known = randomUUID();
  /** A visitor and a known user; `merge` makes them one, as each login does. */
  async function visitor() {
    const events = new EventsService(database);
    const scope = { workspaceId: seeded.workspaceId };
    await events.ingest({
      scope,
      events: [
        { name: 'Page', anonymousId: 'a' },
        { kind: 'identify', userId: known, traits: {} },
      ],
    });
    const profileOf = async (kind: string) =>
      (
        await database.query<{ profile_id: string }>(
          'select profile_id from identities where workspace_id = $1 and kind = $2',
          [scope.workspaceId, kind],
        )
      )[0]!.profile_id;
    const [anonymous, user] = [await profileOf('anonymous'), await profileOf('user')];
    const merge = () =>
      new EventsService(database).ingest({
        scope,
        events: [{ kind: 'identify', userId: known, anonymousId: 'a', traits: {} }],
      });
    return { anonymous, user, merge };
  }
  const ownerOf = async (enrollmentId: string) =>
    (
      await database.query<{ profile_id: string; start: Candidate['start'] }>(
        'select profile_id, start from enrollments where id = $1',
        [enrollmentId],
      )
    )[0]!;

  it("that came after they were looked up is followed: the run is the other one's, and knows nothing of before", async () => {
    const { anonymous, user, merge } = await visitor();
    const one = await candidate({ profileId: anonymous });
    await merge();
    const [entered] = await enrol([one]);
    expect(entered).toMatchObject({ profileId: user, start: { identity: { profileId: user } } });
    expect(entered!.start.first.facts).toBeUndefined();
    expect(await ownerOf(one.enrollmentId)).toMatchObject({
      profile_id: user,
      start: { identity: { profileId: user } },
    });
  });

  it('that is being committed comes first', async () => {
    const { anonymous, user } = await visitor();
    const one = await candidate({ profileId: anonymous });
    let entering: Promise<Candidate[]> | undefined;
    await database.transaction(async (sql) => {
      await new EventsService(database).ingest({
        scope: { workspaceId: seeded.workspaceId },
        sql,
        events: [{ kind: 'identify', userId: known, anonymousId: 'a', traits: {} }],
      });
      entering = enrol([one]);
      await standsInLine();
    });
    expect(ids(await entering!)).toEqual([one.enrollmentId]);
    expect((await ownerOf(one.enrollmentId)).profile_id).toBe(user);
  });

  it('waits for those who are entering and then takes their runs along; other events of theirs do not wait', async () => {
    const { anonymous, user, merge } = await visitor();
    const one = await candidate({ profileId: anonymous });
    let merging: Promise<unknown> | undefined;
    await database.transaction(async (sql) => {
      const inOne = { transaction: (work: (given: typeof sql) => Promise<unknown>) => work(sql) } as Database;
      await enteredBy(new EnrollingRepository(inOne), [one]);
      await new EventsService(database).ingest({
        scope: { workspaceId: seeded.workspaceId },
        events: [
          { name: 'Page', anonymousId: 'a' },
          { kind: 'identify', anonymousId: 'a', traits: { theme: 'dark' } },
        ],
      });
      merging = merge();
      await standsInLine();
    });
    await merging;
    expect((await ownerOf(one.enrollmentId)).profile_id).toBe(user);
  });

  it('makes one person of two who enter: the rule holds for the one', async () => {
    const { anonymous, user, merge } = await visitor();
    await enrol([await candidate({ profileId: user, reentry: { rule: 'never' } })]);
    const again = await candidate({ profileId: anonymous, reentry: { rule: 'never' } });
    await merge();
    expect(await enrol([again])).toEqual([]);
  });
});

it('an entry takes events that reached us in time, however long our own queue took', () => {
  const event = (ageSeconds: number, offset = 0) => ({
    received_at: new Date('2026-01-10T12:00:00Z'),
    time: new Date(Date.parse('2026-01-10T12:00:00Z') + offset - ageSeconds * 1_000),
    run_offset_ms: offset,
  });
  const entry = { maxAgeSeconds: 3_600 };
  expect([0, 3_600, 3_601].map((age) => isTooOld(entry, event(age)))).toEqual([false, false, true]);
  expect(isTooOld({}, event(1e9))).toBe(false);
  // People of the demo live in the past: their time runs behind by the offset.
  expect([0, 3_601].map((age) => isTooOld(entry, event(age, -86_400_000)))).toEqual([false, true]);
});
