import { randomUUID } from 'node:crypto';
import type { Claim, Instruction, JsonObject } from '@wend/contract';
import { programFormat } from '@wend/engine';
import type { EnrollmentStart, RunIdentity } from '@wend/temporal';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClaimsRepository } from '../src/claims/claims.repository.js';
import { Claims } from '../src/claims/claims.service.js';
import { DigestsRepository } from '../src/claims/digests.repository.js';
import { AwaitedNameRepository } from '../src/enrollments/awaited-name.repository.js';
import { AwaitedNames } from '../src/enrollments/awaited-names.js';
import { CommitRepository } from '../src/enrollments/commit.repository.js';
import { CommitService } from '../src/enrollments/commit.service.js';
import { FirstStepService } from '../src/enrollments/first-step.service.js';
import { EventsService } from '../src/events/index.js';
import { Database } from '../src/platform/database/index.js';
import { cleanUp } from '../src/upkeep/clean-up.repository.js';
import { testDatabase } from './database.js';
import { testFacts } from './facts.js';
import { insertEnrollment, seedJourney } from './seed.js';
import type { Seeded } from './seed.js';

let database: Database;
let url: string;
let drop: () => Promise<void>;
let seeded: Seeded;
let claims: Claims;
beforeAll(async () => {
  ({ database, url, drop } = await testDatabase());
  claims = claimsOn(database);
});
afterAll(() => drop());
beforeEach(async () => {
  seeded = await seedJourney(database);
});

const claimsOn = (on: Database) => new Claims(new ClaimsRepository(on), new DigestsRepository(), new EventsService(on));
const start = Date.UTC(2026, 0, 5, 9);

type Ask = { at?: number; node?: string; visit?: number; key?: string; origin?: 'live' | 'test'; on?: Claims };
const ask = (
  { enrollmentId, journeyId }: RunIdentity,
  claim: Claim,
  { at = start, node = 'n', visit = 1, key = '', origin = 'live', on = claims }: Ask = {},
) => on.take(seeded, { enrollmentId, journeyId, origin, node, visit, at, claim, key });

/** A run that began by an event with a number, which happened `time` ms after the start. */
async function run(n = 0, time = 0, of = seeded): Promise<RunIdentity> {
  const { identity, entry } = await insertEnrollment(database, of);
  await database.query('update events set properties = $2, time = $3 where id = $1', [
    entry.id,
    JSON.stringify({ n }),
    new Date(start + time),
  ]);
  return identity;
}
const numbers = ({ events }: JsonObject) =>
  (events as { properties: { n: number } }[]).map((each) => each.properties.n);
const end = (identity: RunIdentity, status = 'exited') =>
  database.query('update enrollments set status = $2 where id = $1', [identity.enrollmentId, status]);
const fullEvents = () =>
  database.query<{ properties: JsonObject }>(
    `select properties from events where workspace_id = $1 and name = 'Digest Full'`,
    [seeded.workspaceId],
  );

describe('digests that are over', () => {
  const join: Claim = { kind: 'join' };
  const count = async (table: string) =>
    Number(
      (
        await database.query<{ count: string }>(`select count(*) from ${table} where workspace_id = $1`, [
          seeded.workspaceId,
        ])
      )[0]!.count,
    );

  it('go after 30 days with what is in them, also those that nobody took, and not while somebody may ask again', async () => {
    const [taken, early, held] = [await run(), await run(), await run()];
    for (const [index, each] of [taken, early, held].entries()) await ask(each, join, { node: `d${index}` });
    await ask(taken, { kind: 'list' }, { node: 'd0' });
    await Promise.all([end(taken, 'completed'), end(early)]);
    expect(await cleanUp({ database, name: 'digests' })).toBe(3 - 1);
    expect([await count('digests'), await count('digest_items')]).toEqual([1, 1]);
    await end(held);
    await database.query("update digests set opened_at = now() - interval '29 days' where workspace_id = $1", [
      seeded.workspaceId,
    ]);
    expect(await cleanUp({ database, name: 'digests' })).toBe(0);
  });
});

describe('a throttle', () => {
  const pass: Claim = { kind: 'pass', most: 2, withinSeconds: 3_600 };

  it('lets so many through in the time before each, and others after it', async () => {
    const ports = [];
    for (const at of [0, 1, 1_800, 3_599, 3_600, 3_601, 3_602])
      ports.push((await ask(await run(), pass, { at: start + at * 1_000 }))['port']);
    expect(ports).toEqual(['next', 'next', 'throttled', 'throttled', 'next', 'next', 'throttled']);
  });

  it('decides once for each visit, whenever it is asked again', async () => {
    const [first, second, third] = [await run(), await run(), await run()];
    const once: Claim = { ...pass, most: 1 };
    expect((await ask(first, once))['port']).toBe('next');
    expect((await ask(second, once))['port']).toBe('throttled');
    expect((await ask(first, once))['port']).toBe('next');
    expect((await ask(first, once, { visit: 2 }))['port']).toBe('throttled');
    expect((await ask(third, once, { node: 'other' }))['port']).toBe('next');
  });

  it('counts for each key, person and journey apart, and for each test run', async () => {
    const once: Claim = { ...pass, most: 1 };
    const huge = '한글'.repeat(100_000);
    for (const key of ['', 'a', 'A', huge]) {
      expect((await ask(await run(), once, { key }))['port']).toBe('next');
      expect((await ask(await run(), once, { key }))['port']).toBe('throttled');
      expect((await ask(await run(), once, { key, origin: 'test' }))['port']).toBe('next');
    }
    const other = { ...seeded, profileId: randomUUID() };
    await database.query('insert into profiles (workspace_id, id) values ($1, $2)', [
      seeded.workspaceId,
      other.profileId,
    ]);
    expect((await ask(await run(0, 0, other), once))['port']).toBe('next');
  });

  it('lets no more through when many ask in the same instant over many connections', async () => {
    const on = await Database.connect({ url, poolSize: 10 });
    const runs = await Promise.all(Array.from({ length: 50 }, () => run()));
    const several = claimsOn(on);
    const answers = await Promise.all(runs.map((each) => ask(each, { ...pass, most: 7 }, { on: several })));
    await on.close();
    expect(answers.filter(({ port }) => port === 'next')).toHaveLength(7);
  });
});

describe('a digest', () => {
  const join: Claim = { kind: 'join' };
  const list: Claim = { kind: 'list' };

  it('is opened by one and joined by the others, whose events it lists in the order in which they happened', async () => {
    const [opener, second, third] = [await run(2, 20), await run(3, 30), await run(1, 10)];
    expect(await ask(opener, join)).toEqual({ port: 'opened', count: 1 });
    expect(await ask(second, join)).toEqual({ port: 'joined', count: 2 });
    expect(await ask(third, join)).toEqual({ port: 'joined', count: 3 });
    const answer = await ask(opener, list);
    expect(answer).toMatchObject({
      count: 3,
      events: [{ name: 'Signed Up', time: new Date(start + 10).toISOString(), properties: { n: 1 } }, {}, {}],
    });
    expect(numbers(answer)).toEqual([1, 2, 3]);
  });

  it('gives the same answers to who asks again, and no event to two lists', async () => {
    const [opener, second, late] = [await run(1), await run(2), await run(3)];
    await ask(opener, join);
    await ask(second, join);
    // A process was killed before its step was committed.
    expect((await ask(opener, join))['port']).toBe('opened');
    expect((await ask(second, join))['port']).toBe('joined');
    expect(numbers(await ask(opener, list))).toEqual([1, 2]);
    expect((await ask(late, join))['port']).toBe('opened');
    expect(numbers(await ask(opener, list))).toEqual([1, 2]);
    expect((await ask(second, join))['port']).toBe('joined');
    expect(numbers(await ask(late, list))).toEqual([3]);
  });

  it('has each of 50 events of one millisecond once, over 10 connections', async () => {
    const on = await Database.connect({ url, poolSize: 10 });
    const several = claimsOn(on);
    const runs = await Promise.all(Array.from({ length: 50 }, (_, n) => run(n)));
    const answers = await Promise.all(runs.map((each) => ask(each, join, { on: several })));
    const openers = runs.filter((_, place) => answers[place]!['port'] === 'opened');
    expect(openers).toHaveLength(1);
    const listed = await ask(openers[0]!, list, { on: several });
    await on.close();
    expect(listed['count']).toBe(50);
    expect(numbers(listed).sort((a, b) => a - b)).toEqual(runs.map((_, n) => n));
  });

  it('is full with so many, tells whoever opened it so, once, and the next opens another', async () => {
    const on = await Database.connect({ url, poolSize: 10 });
    const several = claimsOn(on);
    const runs = await Promise.all(Array.from({ length: 50 }, (_, n) => run(n)));
    const full: Claim = { ...join, full: 10 };
    const answers = await Promise.all(runs.map((each) => ask(each, full, { on: several })));
    const openers = runs.filter((_, place) => answers[place]!['port'] === 'opened');
    await Promise.all(openers.map((each) => ask(each, full, { on: several })));
    const lists = await Promise.all(openers.map((each) => ask(each, list, { on: several })));
    await on.close();
    expect(lists.map(({ count }) => count)).toEqual([10, 10, 10, 10, 10]);
    expect(lists.flatMap(numbers).sort((a, b) => a - b)).toEqual(runs.map((_, n) => n));
    const told = (await fullEvents()).map(({ properties }) => properties);
    expect(told.map((each) => each['enrollmentId']).sort()).toEqual(openers.map((each) => each.enrollmentId).sort());
    expect(told[0]).toMatchObject({ nodeId: 'n', visit: 1 });
  });

  it('goes with a run that left early: the next one opens another', async () => {
    const [opener, joined, next] = [await run(1), await run(2), await run(3)];
    await ask(opener, join);
    await ask(joined, join);
    await end(joined, 'completed');
    await end(opener);
    expect((await ask(next, join))['port']).toBe('opened');
    expect(numbers(await ask(next, list))).toEqual([3]);
  });

  it('is of a key, a step and a person; of a test run it is its own', async () => {
    await ask(await run(), join, { key: 'a' });
    expect((await ask(await run(), join, { key: 'b' }))['port']).toBe('opened');
    expect((await ask(await run(), join, { key: 'a', node: 'm' }))['port']).toBe('opened');
    expect((await ask(await run(), join, { key: 'a', origin: 'test' }))['port']).toBe('opened');
    expect((await ask(await run(), join, { key: 'a' }))['port']).toBe('joined');
  });

  it('goes on beside another one when two people become one; who comes later joins the older one', async () => {
    const other = { ...seeded, profileId: randomUUID() };
    await database.query('insert into profiles (workspace_id, id) values ($1, $2)', [
      seeded.workspaceId,
      other.profileId,
    ]);
    const [older, younger] = [await run(1), await run(2, 0, other)];
    await ask(older, join, { at: start });
    await ask(younger, join, { at: start + 1 });
    for (const table of ['enrollments', 'digests'])
      await database.query(`update ${table} set profile_id = $1 where profile_id = $2`, [
        seeded.profileId,
        other.profileId,
      ]);
    const later = await run(3);
    expect((await ask(later, join, { at: start + 2 }))['port']).toBe('joined');
    expect(numbers(await ask(older, list))).toEqual([1, 3]);
    expect(numbers(await ask(younger, list))).toEqual([2]);
  });

  it('lists the last events where it has more than can be carried along', async () => {
    const opener = await run(0);
    await ask(opener, join);
    for (let n = 1; n <= 4; n += 1) {
      const each = await run(n, n);
      await database.query(
        `update events set properties = properties || jsonb_build_object('long', repeat('x', 40000))
         where id = (select entry_event_id from enrollments where id = $1)`,
        [each.enrollmentId],
      );
      await ask(each, join);
    }
    const listed = await ask(opener, list);
    expect(listed['count']).toBe(5);
    expect(numbers(listed)).toEqual([2, 3, 4]);
  });

  it('answers nothing for a run that is gone', async () => {
    const gone = await run();
    await database.query('delete from enrollments where id = $1', [gone.enrollmentId]);
    expect(await ask(gone, join)).toEqual({});
    expect(await ask(gone, list)).toEqual({});
  });
});

describe('a first step', () => {
  const digest: Instruction = {
    node: 'd',
    enter: true,
    op: 'digest',
    join: 0,
    list: 1,
    until: { seconds: 60 },
    target: { port: 'next', pc: -1 },
  };
  const program = {
    format: programFormat,
    instructions: [digest],
    facts: [
      { kind: 'claim' as const, node: 'd', claim: { kind: 'join' as const, key: '{{ entry.n }}' } },
      { kind: 'claim' as const, node: 'd', claim: { kind: 'list' as const } },
    ],
    firstReads: [],
    exits: [],
    names: {},
    entryPaths: [],
    eventPaths: {},
  };

  async function startOf(n: number): Promise<EnrollmentStart> {
    const identity = await run(n);
    const event = { id: randomUUID(), name: 'Signed Up', time: start, properties: {} };
    const first: EnrollmentStart['first'] = {
      type: 'enrolled',
      at: Date.now(),
      seed: identity.enrollmentId,
      entry: { ...event, mark: { position: '1', snapshot: '', time: start } },
    };
    await database.query(`update enrollments set start = '{}' where id = $1`, [identity.enrollmentId]);
    return { identity, program, offset: 0, first };
  }

  it('parks whoever opens a digest, and needs no workflow for who joins it', async () => {
    const commits = new CommitService(
      new CommitRepository(database),
      testFacts(database),
      new AwaitedNames(new AwaitedNameRepository(database)),
    );
    const steps = new FirstStepService(commits);
    const [opener, joined, other] = [await startOf(1), await startOf(1), await startOf(2)];
    expect((await steps.take(opener))?.snapshot?.state.wait).toMatchObject({ kind: 'time' });
    expect(await steps.take(joined)).toBeNull();
    expect((await steps.take(other))?.snapshot).toBeDefined();
    const [row] = await database.query(
      `select e.status, e.end_reason as reason, e.start is null as "startGone", v.port
       from enrollments e join visits v on v.enrollment_id = e.id where e.id = $1`,
      [joined.identity.enrollmentId],
    );
    expect(row).toEqual({ status: 'completed', reason: 'Joined a digest', startGone: true, port: 'joined' });
  });
});
