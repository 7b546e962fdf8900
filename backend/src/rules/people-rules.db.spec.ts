import { randomUUID } from 'node:crypto';
import { comparisons } from '@wend/contract';
import type { Comparand, Comparison, Operand, Rule } from '@wend/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { insertEvent, seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import type { Database } from '../platform/database/index.js';
import { Parameters, PeopleRules, PeopleRulesRepository, peopleSql, runFactsSql } from './index.js';

let database: Database;
let drop: () => Promise<void>;
let seeded: Seeded;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop());
beforeEach(async () => {
  seeded = await seedJourney(database);
});

const on = (left: Operand, is: Comparison, value?: Comparand): Rule => ({ op: 'compare', left, is, value });
const at = Date.parse('2026-05-03T20:00:00Z');
const day = 86_400_000;

/** What one-person and many-people SQL say, which must be the same. */
async function ask(rule: Rule, now = at) {
  const { workspaceId, profileId } = seeded;
  const rules = new PeopleRules(new PeopleRulesRepository(database));
  const answer = (await rules.answer(seeded, { rule, profileIds: [profileId], at: now })).get(profileId)!;
  const parameters = new Parameters([workspaceId, profileId]);
  const [row] = await database.query<{ member: boolean }>(
    `select ${peopleSql({ rule, at: now, profile: 'q', parameters, workspaceId })} as member
      from profiles q where q.workspace_id = $1 and q.id = $2`,
    parameters.values,
    { assembled: true },
  );
  expect(row!.member).toBe(answer.member);
  return answer;
}

const traits = (value: object) =>
  database.query('update profiles set traits = $3 where workspace_id = $1 and id = $2', [
    seeded.workspaceId,
    seeded.profileId,
    JSON.stringify(value),
  ]);

describe('a rule about a person', () => {
  it('says why, and when its answer can change by itself', async () => {
    await traits({ plan: 'pro' });
    for (const ago of [1, 3, 6])
      await insertEvent(database, seeded, { name: 'Bought', receivedAt: new Date(at - ago * day) });
    const count: Operand = { source: 'eventCount', event: 'Bought', withinSeconds: (7 * day) / 1_000 };
    const both: Rule = {
      op: 'all',
      rules: [on({ source: 'trait', path: 'plan' }, 'equals', 'pro'), on(count, 'atLeast', 2)],
    };
    const answer = await ask(both);
    expect(answer.member).toBe(true);
    // Of three, the second last may go, not the first.
    expect(answer.changesAt).toBe(at + 4 * day);
    expect(answer.trace.clauses?.map(({ seen }) => seen)).toEqual(['pro', 3]);
    expect((await ask(both, at + 4 * day - 1)).member).toBe(true);
    expect((await ask(both, at + 4 * day)).member).toBe(false);
    expect((await ask(on(count, 'equals', 3))).changesAt).toBe(at + day);
    // Where another clause keeps people out for ever, nothing changes by itself.
    expect(
      await ask({ op: 'all', rules: [both, on({ source: 'trait', path: 'plan' }, 'equals', 'free')] }),
    ).toMatchObject({ member: false, changesAt: null });
  });

  it('counts what lies ahead of the clock when its time comes', async () => {
    await insertEvent(database, seeded, { name: 'Bought', receivedAt: new Date(at + day) });
    const { member, changesAt } = await ask(on({ source: 'eventCount', event: 'Bought' }, 'atLeast', 1));
    expect([member, changesAt]).toEqual([false, at + day - 5_000]);
    expect((await ask(on({ source: 'eventCount', event: 'Bought' }, 'atLeast', 1), at + day - 5_000)).member).toBe(
      true,
    );
  });

  it('knows the time where the person lives', async () => {
    await traits({ timezone: 'Asia/Seoul' });
    const hour = await ask(on({ source: 'localTime', part: 'hour' }, 'equals', 5));
    expect([hour.member, hour.changesAt]).toEqual([true, at + 3_600_000]);
    const monday = await ask(on({ source: 'localTime', part: 'weekday' }, 'equals', 1));
    expect([monday.member, monday.changesAt]).toEqual([true, Date.parse('2026-05-04T15:00:00Z')]);
  });

  it('knows who can be reached', async () => {
    const email = on({ source: 'reachable', channel: 'email' }, 'equals', true);
    expect((await ask(email)).member).toBe(false);
    await traits({ email: 'Mina@Example.com' });
    expect((await ask(email)).member).toBe(true);
    await database.query(
      `insert into suppressions (workspace_id, channel, address, address_key, reason, source)
        values ($1, 'email', 'mina@example.com', 'key', 'manual', 'member')`,
      [seeded.workspaceId],
    );
    expect((await ask(email)).member).toBe(false);
  });

  it.each<Operand>([
    { source: 'eventCount', event: 'A', withinDays: 7, where: on({ source: 'property', path: 'n' }, 'atLeast', 1) },
    { source: 'eventCount', event: 'A', from: '2026-05-01', to: '2026-05-31' },
    ...(['sum', 'minimum', 'maximum', 'first', 'last', 'distinctDays'] as const).map((measure): Operand => ({
      source: 'eventValue',
      measure,
      event: 'A',
      property: 'n',
      withinDays: 3,
    })),
    { source: 'eventValue', measure: 'last', event: 'A', withinSeconds: 60 },
    { source: 'sequence', event: 'A', then: 'B', thenWithinSeconds: 60, withinDays: 3 },
    { source: 'sequence', event: 'A', then: 'B', thenWithinSeconds: 60, without: true },
    { source: 'messages', state: 'opened', channel: 'email', withinDays: 3 },
    { source: 'journeys', state: 'in' },
    { source: 'journeys', state: 'completed', withinDays: 3 },
    { source: 'consent', channel: 'email' },
    { source: 'consent', channel: 'email', topic: 'offers' },
    { source: 'device', platform: 'ios', versionFrom: '1.10', versionBelow: '2', app: 'a', permission: 'denied' },
    { source: 'distance', path: 'location', latitude: 52, longitude: 13 },
    { source: 'distance', path: 'location', entryLatitude: 'lat', entryLongitude: 'lng' },
    { source: 'randomBucket' },
    { source: 'globalHoldout' },
  ])('can ask %j by every operator', async (left) => {
    await insertEvent(database, seeded, { name: 'A', receivedAt: new Date(at), properties: { n: 1 } });
    for (const is of comparisons) await ask(on(left, is, 1));
  });

  it('can be asked more comparisons than a function of PostgreSQL has arguments', async () => {
    await traits({ t149: 1 });
    await insertEvent(database, seeded, { name: 'E3', receivedAt: new Date(at) });
    const rules = Array.from({ length: 150 }, (_, index) =>
      index % 2 === 0
        ? on({ source: 'eventCount', event: `E${index}`, withinSeconds: 60 }, 'atLeast', 1)
        : on({ source: 'trait', path: `t${index}` }, 'equals', 1),
    );
    expect((await ask({ op: 'any', rules })).member).toBe(true);
    const parameters = new Parameters([]);
    const facts = rules.map((_, index) => ({
      kind: 'operand' as const,
      operand: { source: 'eventCount' as const, event: `E${index}` },
    }));
    const [row] = await database.query<{ values: number[] }>(
      runFactsSql({ ...seeded, enrollmentId: randomUUID(), traits: {}, at, facts, parameters }),
      parameters.values,
      { assembled: true },
    );
    expect(row!.values.map((count, index) => [count, index]).filter(([count]) => count !== 0)).toEqual([[1, 3]]);
  });

  it('has one answer where nothing is known and where nothing is about people', async () => {
    for (const rule of [
      on({ source: 'property', path: 'a' }, 'notEquals', 1),
      on({ source: 'run', path: 'a' }, 'equals', 1),
      { op: 'any', rules: [] },
      { op: 'not', rule: { op: 'all', rules: [] } },
    ] as Rule[])
      await ask(rule);
  });
});
