import type { Fact, Json, JsonObject, Rule } from '@wend/contract';
import type { RunIdentity } from '@wend/temporal';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { insertEnrollment, insertEvent, seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import type { Database } from '../platform/database/index.js';
import { mergeProfiles } from '../profiles/index.js';
import { clockTolerance } from '../rules/index.js';
import { FactsRepository } from './facts.repository.js';
import { testFacts } from '../../test/facts.js';

let database: Database;
let drop: () => Promise<void>;
let seeded: Seeded;
let identity: RunIdentity;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop());
beforeEach(async () => {
  seeded = await seedJourney(database);
  ({ identity } = await insertEnrollment(database, seeded));
});

const hour = 3_600_000;
const traits = (value: JsonObject) =>
  database.query('update profiles set traits = $3 where workspace_id = $1 and id = $2', [
    seeded.workspaceId,
    seeded.profileId,
    JSON.stringify(value),
  ]);
async function ask(fact: Fact, at = Date.now(), set?: JsonObject) {
  const answers = await testFacts(database).answer({
    identity,
    at,
    facts: [{ index: 7, fact }],
    ...(set && { traits: set }),
  });
  return answers[7];
}

/** Somebody else of the same workspace. */
async function another(): Promise<Seeded> {
  const profileId = randomUUID();
  await database.query('insert into profiles (workspace_id, id) values ($1, $2)', [seeded.workspaceId, profileId]);
  return { ...seeded, profileId };
}

/** Orders for 0, 1, 2, … by each of these people, one a second, up to now. */
const orders = (people: string[], count: number) =>
  database.query(
    `insert into events (workspace_id, id, profile_id, name, message_id, properties, time)
     select $1, gen_random_uuid(), p.id, 'Ordered', p.id || '/' || n, jsonb_build_object('total', n, 'currency', 'EUR'),
       now() - make_interval(secs => $3 - n)
       from unnest($2::uuid[]) as p (id), generate_series(0, $3::int - 1) n`,
    [seeded.workspaceId, people, count],
  );
const over = (total: number): Fact => ({
  kind: 'eventCount',
  event: 'Ordered',
  where: { op: 'compare', left: { source: 'property', path: 'total' }, is: 'greaterThan', value: total },
});

describe('facts', () => {
  it('are those of the person whom a merge left, also before the run is stored', async () => {
    const survivor = await seedJourney(database);
    await database.query('update profiles set workspace_id = $1, traits = $3 where id = $2', [
      seeded.workspaceId,
      survivor.profileId,
      '{"plan":"pro"}',
    ]);
    await insertEvent(database, { ...seeded, profileId: survivor.profileId }, { name: 'Bought' });
    await database.query('update profiles set merged_into = $3 where workspace_id = $1 and id = $2', [
      seeded.workspaceId,
      seeded.profileId,
      survivor.profileId,
    ]);
    await database.query('delete from enrollments where workspace_id = $1', [seeded.workspaceId]);
    expect(await ask({ kind: 'trait', path: 'plan' })).toBe('pro');
    expect(await ask({ kind: 'eventCount', event: 'Bought' }, Date.now() + 1_000)).toBe(1);
  });

  it('are the traits as they are now, with what a test run set laid over them', async () => {
    await traits({ plan: 'free', address: { city: 'Oslo' } });
    expect([
      await ask({ kind: 'trait', path: 'plan' }),
      await ask({ kind: 'trait', path: 'address.city' }),
      await ask({ kind: 'trait', path: 'none' }),
    ]).toEqual(['free', 'Oslo', null]);
    await database.query(
      `insert into test_traits (workspace_id, enrollment_id, traits) values ($1, $2, '{"plan":"pro"}')`,
      [identity.workspaceId, identity.enrollmentId],
    );
    expect(await ask({ kind: 'trait', path: 'plan' })).toBe('pro');
  });

  it('count events up to the time of the run, not of the clock', async () => {
    const now = Date.now();
    for (const ago of [1, 5, 30])
      await insertEvent(database, seeded, { name: 'Bought', receivedAt: new Date(now - ago * hour) });
    expect(await ask({ kind: 'eventCount', event: 'Bought' })).toBe(3);
    expect(await ask({ kind: 'eventCount', event: 'Bought', withinSeconds: 6 * 3_600 })).toBe(2);
    expect(await ask({ kind: 'eventCount', event: 'Bought', withinSeconds: 6 * 3_600 }, now - 3 * hour)).toBe(1);
    expect(await ask({ kind: 'eventCount', event: 'Bought' }, now + 100 * hour)).toBe(3);
  });

  it('count what a filter wants however many events there are', async () => {
    await orders([seeded.profileId], 5_000);
    expect(await ask(over(-1))).toBe(5_000);
    // The heavy buyer ordered cheaply of late: the large orders are not among the last thousand events.
    expect(
      await ask({
        ...over(0),
        where: { op: 'compare', left: { source: 'property', path: 'total' }, is: 'lessThan', value: 300 },
      } as Fact),
    ).toBe(300);
    expect(await ask({ ...over(4_000), withinSeconds: 500 } as Fact)).toBeLessThanOrEqual(500);
  });

  it('find the events to count by the index of the person, whatever the filter', async () => {
    const others = await Promise.all(Array.from({ length: 40 }, another));
    await orders([seeded.profileId, ...others.map(({ profileId }) => profileId)], 500);
    await database.query('analyze events');
    let statement: { text: string; values: unknown[] } | undefined;
    const listening = {
      query: (text: string, values: unknown[]) => ((statement = { text, values }), database.query(text, values)),
    } as unknown as Database;
    const where: Rule = {
      op: 'any',
      rules: [over(-1), over(400)].flatMap((fact) => (fact.kind === 'eventCount' && fact.where ? [fact.where] : [])),
    };
    expect(
      await new FactsRepository(listening).countEvents(seeded, {
        profileId: seeded.profileId,
        enrollmentId: identity.enrollmentId,
        event: 'Ordered',
        at: Date.now(),
        where,
      }),
    ).toBe(500);
    const { text, values } = statement!;
    for (const asked of [
      () => database.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values),
      () => database.query<{ 'QUERY PLAN': string }>(`explain (generic_plan) ${text}`),
    ]) {
      const plan = (await asked()).map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toMatch(/Index Cond: .*profile_id = .*name = .*/);
      expect(plan).not.toContain('Seq Scan');
    }
  });

  it('count what has only just happened, also when the clock that stamped it is a little ahead', async () => {
    const at = Date.now();
    for (const ahead of [0, 40])
      await insertEvent(database, seeded, { name: 'Bought', receivedAt: new Date(at + ahead) });
    await insertEvent(database, seeded, { name: 'Bought', receivedAt: new Date(at + clockTolerance + 1) });
    expect(await ask({ kind: 'eventCount', event: 'Bought' }, at)).toBe(2);
  });

  it.each(['live', 'demo', 'import'])('count events of the origin %s', async (origin) => {
    const event = await insertEvent(database, seeded, { name: 'Bought' });
    await database.query('update events set origin = $3 where workspace_id = $1 and id = $2', [
      seeded.workspaceId,
      event.id,
      origin,
    ]);
    expect(await ask({ kind: 'eventCount', event: 'Bought' })).toBe(1);
  });

  it('are of who took the person in: before the run is stored, and when a merge comes between two questions', async () => {
    const into = await another();
    await insertEvent(database, into, { name: 'Bought', receivedAt: new Date(Date.now() - hour) });
    await insertEvent(database, seeded, { name: 'Bought' });
    await database.query(`update profiles set traits = '{"plan":"pro"}' where workspace_id = $1 and id = $2`, [
      seeded.workspaceId,
      into.profileId,
    ]);
    await database.query(
      `insert into consents (workspace_id, profile_id, channel, state) values ($1, $2, 'email', 'unsubscribed')`,
      [seeded.workspaceId, into.profileId],
    );
    await traits({ email: 'mina@example.com' });
    await database.transaction((sql) =>
      mergeProfiles(seeded, { sql, merges: [{ from: seeded.profileId, into: into.profileId }] }),
    );
    identity = { ...identity, enrollmentId: randomUUID() };
    expect(await ask({ kind: 'trait', path: 'plan' })).toBe('pro');
    expect(await ask({ kind: 'trait', path: 'email' })).toBe('mina@example.com');
    expect(await ask({ kind: 'reachable', channel: 'email' })).toBe(false);
    expect(await ask({ kind: 'eventCount', event: 'Bought' })).toBe(2);
    const counted = new FactsRepository(database).countEvents(seeded, {
      profileId: seeded.profileId,
      enrollmentId: identity.enrollmentId,
      event: 'Bought',
      at: Date.now(),
    });
    expect(await counted).toBe(2);
  });

  it('count only what the filter wants, of this person, in this workspace', async () => {
    await insertEvent(database, seeded, { name: 'Bought', properties: { total: 5 } });
    await insertEvent(database, seeded, { name: 'Bought', properties: { total: 50 } });
    await insertEvent(database, await seedJourney(database), { name: 'Bought', properties: { total: 50 } });
    expect(
      await ask(
        {
          kind: 'eventCount',
          event: 'Bought',
          where: { op: 'compare', left: { source: 'property', path: 'total' }, is: 'atLeast', value: 10 },
        },
        Date.now() + 1_000,
      ),
    ).toBe(1);
  });

  it("do not count events of somebody's test run", async () => {
    const other = (await insertEnrollment(database, seeded)).identity.enrollmentId;
    const event = await insertEvent(database, seeded, { name: 'Bought' });
    await database.query(`update events set origin = 'test', enrollment_id = $3 where workspace_id = $1 and id = $2`, [
      seeded.workspaceId,
      event.id,
      other,
    ]);
    expect(await ask({ kind: 'eventCount', event: 'Bought' }, Date.now() + 1_000)).toBe(0);
  });

  it('say whether a person can be reached: address, device and consent', async () => {
    expect(await ask({ kind: 'reachable', channel: 'email' })).toBe(false);
    await traits({ email: 'mina@example.com' });
    expect(await ask({ kind: 'reachable', channel: 'email' })).toBe(true);
    await database.query(
      `insert into consents (workspace_id, profile_id, channel, state) values ($1, $2, 'email', 'unsubscribed')`,
      [seeded.workspaceId, seeded.profileId],
    );
    expect(await ask({ kind: 'reachable', channel: 'email' })).toBe(false);
    await database.query(
      `insert into devices (workspace_id, profile_id, kind, token, permission) values ($1, $2, 'fcm', 't', 'denied')`,
      [seeded.workspaceId, seeded.profileId],
    );
    expect(await ask({ kind: 'reachable', channel: 'push' })).toBe(false);
    await database.query(`update devices set permission = 'provisional' where workspace_id = $1`, [seeded.workspaceId]);
    expect(await ask({ kind: 'reachable', channel: 'push' })).toBe(true);
  });

  it('tell the time where the person lives, or where the company does', async () => {
    const at = Date.parse('2026-05-03T20:00:00Z');
    expect(await ask({ kind: 'localTime', part: 'date' }, at)).toBe('2026-05-03');
    await database.query(`update workspaces set time_zone = 'Europe/Berlin' where id = $1`, [seeded.workspaceId]);
    expect(await ask({ kind: 'localTime', part: 'hour' }, at)).toBe(22);
    await traits({ timezone: 'Asia/Seoul' });
    expect(await ask({ kind: 'localTime', part: 'hour' }, at)).toBe(5);
    expect(await ask({ kind: 'nextLocalTime', time: '09:00', weekdays: [] }, at)).toBe(
      Date.parse('2026-05-04T00:00:00Z'),
    );
  });

  it('say until when to wait where the person lives, by the traits of that moment', async () => {
    const at = Date.parse('2026-05-03T20:00:00Z');
    const tomorrow: Fact = {
      kind: 'when',
      time: { kind: 'after', amount: 1, unit: 'days', time: '09:00', leapDay: 'february28' },
    };
    const renewal = (of: { source: 'trait'; path: string } | { source: 'value'; value: Json }): Fact => ({
      kind: 'when',
      time: {
        kind: 'date',
        of,
        shift: { amount: -1, unit: 'days' },
        time: '09:00',
        repeats: 'once',
        leapDay: 'march1',
      },
    });
    const dates = { timezone: 'Asia/Seoul', contract: { ends: '2026-06-01' }, old: '2026-01-01' };
    expect(await ask(tomorrow, at, { timezone: 'Asia/Seoul' })).toMatchObject({
      at: Date.parse('2026-05-05T00:00:00Z'),
      zone: 'Asia/Seoul',
    });
    expect(await ask(tomorrow, at, { timezone: 'Mars/Olympus' })).toMatchObject({
      at: Date.parse('2026-05-04T09:00:00Z'),
    });
    expect(await ask(renewal({ source: 'trait', path: 'contract.ends' }), at, dates)).toMatchObject({
      at: Date.parse('2026-05-31T00:00:00Z'),
      value: '2026-06-01',
    });
    expect(await ask(renewal({ source: 'trait', path: 'old' }), at, dates)).toMatchObject({ port: 'past' });
    expect(await ask(renewal({ source: 'trait', path: 'gone' }), at, dates)).toMatchObject({ port: 'unreadable' });
    expect(await ask(renewal({ source: 'value', value: '2026-06-02' }), at, dates)).toMatchObject({
      at: Date.parse('2026-06-01T00:00:00Z'),
    });
  });

  it('say the best time where the person lives, by the setting for it while nothing is known', async () => {
    const at = Date.parse('2026-05-03T20:00:00Z');
    const best = (otherwise: Extract<Fact, { kind: 'bestTime' }>['otherwise'], withinHours = 24) =>
      ask({ kind: 'bestTime', channel: 'email', withinHours, otherwise }, at, { timezone: 'Asia/Seoul' });
    const nothing = { confidence: 0, from: 'fallback', opens: 0, clicks: 0, visits: 0 };
    expect(await best({ by: 'time', time: '18:30' })).toEqual({
      at: Date.parse('2026-05-04T09:30:00Z'),
      hour: 18,
      ...nothing,
    });
    expect(await best({ by: 'time', time: '18:30' }, 3)).toMatchObject({ at: at + 3 * hour, hour: 8 });
    expect(await best({ by: 'everybody' })).toEqual({ at: at + hour, hour: 6, ...nothing });
  });

  it('are answered as if what the run has just set were written already', async () => {
    const at = Date.parse('2026-05-03T20:00:00Z');
    await traits({
      timezone: 'Asia/Seoul',
      plan: 'free',
      phone: '+4915112345678',
      address: { city: 'Oslo', zip: '0150' },
    });
    expect(await ask({ kind: 'trait', path: 'plan' }, at, { plan: 'pro' })).toBe('pro');
    expect(await ask({ kind: 'trait', path: 'plan' }, at, { tier: 1 })).toBe('free');
    expect(await ask({ kind: 'trait', path: 'address.city' }, at, { address: null })).toBeNull();
    expect(await ask({ kind: 'trait', path: 'address.zip' }, at, { address: { city: 'Rome' } })).toBeNull();
    expect(await ask({ kind: 'localTime', part: 'hour' }, at, { timezone: 'Europe/Berlin' })).toBe(22);
    expect(await ask({ kind: 'nextLocalTime', time: '09:00', weekdays: [] }, at, { timezone: 'Europe/Berlin' })).toBe(
      Date.parse('2026-05-04T07:00:00Z'),
    );
    expect(await ask({ kind: 'localTime', part: 'hour' }, at, { timezone: null })).toBe(20);
    expect(await ask({ kind: 'reachable', channel: 'email' }, at, { email: 'mina@example.com' })).toBe(true);
    expect(await ask({ kind: 'reachable', channel: 'sms' }, at, { phone: null })).toBe(false);
    // What a test run set earlier lies below.
    await database.query(
      `insert into test_traits (workspace_id, enrollment_id, traits) values ($1, $2, '{"plan":"basic","tier":2}')`,
      [identity.workspaceId, identity.enrollmentId],
    );
    expect([
      await ask({ kind: 'trait', path: 'plan' }, at, { plan: 'pro' }),
      await ask({ kind: 'trait', path: 'tier' }, at, { plan: 'pro' }),
    ]).toEqual(['pro', 2]);
  });
});

describe('settings with Liquid in them', () => {
  const template: JsonObject = {
    who: '{{ profile.external_id }} {{ profile.plan }}',
    total: '{{ entry.total | times: 2 }}',
    tier: '{{ run.score.tier }}',
    fixed: [1],
  };
  const fact: Fact = { kind: 'values', node: 'n', template, run: { score: { tier: { level: 3 } } } };

  it('see the person as the run does, all of the entry, and results of earlier steps', async () => {
    await database.query(`update profiles set external_id = 'mina' where workspace_id = $1 and id = $2`, [
      seeded.workspaceId,
      seeded.profileId,
    ]);
    await traits({ plan: 'free' });
    const entry = await insertEvent(database, seeded, { name: 'Ordered', properties: { total: 21 } });
    await database.query(
      'update enrollments set entry_event_id = $2, entry_received_at = (select received_at from events where id = $2) where id = $1',
      [identity.enrollmentId, entry.id],
    );
    const values = { who: 'mina free', total: 42, tier: { level: 3 }, fixed: [1] };
    expect(await ask(fact)).toEqual({ ok: true, values });
    expect(await ask(fact, Date.now(), { plan: 'pro' })).toEqual({ ok: true, values: { ...values, who: 'mina pro' } });
  });

  it('see the entry of a run that is only about to begin', async () => {
    const before = { ...identity, enrollmentId: randomUUID() };
    const answers = await testFacts(database).answer({
      identity: before,
      at: Date.now(),
      facts: [{ index: 0, fact }],
      entry: { total: 1.5 },
    });
    expect(answers[0]).toMatchObject({ ok: true, values: { total: 3 } });
  });

  it('keep nothing that the database cannot hold', async () => {
    await traits({ plan: '👍' });
    expect(
      await ask({ kind: 'values', node: 'n', template: { half: '{{ profile.plan | split: "" | first }}' } }),
    ).toEqual({
      ok: true,
      values: { half: '\uFFFD' },
    });
  });
});
