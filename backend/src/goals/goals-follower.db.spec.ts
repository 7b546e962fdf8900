import { randomUUID } from 'node:crypto';
import type { Goal } from '@wend/contract';
import { goalHits } from '@wend/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { CatalogueFollower } from '../catalogue/index.js';
import { EventsService } from '../events/index.js';
import type { EventInput } from '../events/index.js';
import type { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { mergeProfiles } from '../profiles/index.js';
import { ErasureRepository, ErasureService } from '../upkeep/index.js';
import { GoalReads } from './goal-reads.repository.js';
import { GoalsFollower } from './goals-follower.js';
import { runsWith } from './goals.repository.js';

let database: Database;
let drop: () => Promise<void>;
let events: EventsService;
let scope: Scope;
let journey: { id: string; version: string };
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  events = new EventsService(database);
});
afterAll(() => drop?.());
beforeEach(async () => {
  const [row] = await database.query<{ id: string }>("insert into workspaces (name) values ('test') returning id");
  scope = { workspaceId: row!.id };
  journey = await journeyWith([purchase]);
});

const minuteMs = 60_000;
/** An hour ago: what happens in the minutes after is over. */
const began = Math.floor(Date.now() / minuteMs) * minuteMs - 60 * minuteMs;
const at = (minutes: number) => began + minutes * minuteMs;
const purchase: Goal = {
  id: 'buy',
  name: 'Purchase',
  event: 'Bought',
  withinSeconds: 600,
  value: 'revenue',
  currency: 'EUR',
};

async function journeyWith(goals: Goal[], number: number | null = 1): Promise<{ id: string; version: string }> {
  const id = randomUUID();
  await database.query("insert into journeys (workspace_id, id, name, draft) values ($1, $2, 'Shop', '{}')", [
    scope.workspaceId,
    id,
  ]);
  return { id, version: await versionOf(id, goals, number) };
}
async function versionOf(journeyId: string, goals: Goal[], number: number | null): Promise<string> {
  await database.query(
    "insert into programs (workspace_id, hash, format, program) values ($1, 'hash', 3, '{}') on conflict do nothing",
    [scope.workspaceId],
  );
  const [row] = await database.query<{ id: string }>(
    `insert into journey_versions (workspace_id, journey_id, number, graph, program_hash, entries, reentry)
     values ($1, $2, $3, $4, 'hash', '[]', '{}') returning id`,
    [scope.workspaceId, journeyId, number, JSON.stringify({ nodes: {}, edges: [], settings: { goals } })],
  );
  return row!.id;
}

const happens = (userId: string, name: string, over: Partial<EventInput> = {}) =>
  events.ingest({ scope, events: [{ kind: 'track', name, userId, messageId: randomUUID(), ...over }] });
async function idOf(user: string): Promise<string> {
  const [row] = await database.query<{ id: string }>(
    "select profile_id as id from identities where workspace_id = $1 and kind = 'user' and value = $2",
    [scope.workspaceId, user],
  );
  return row!.id;
}

/** A run of a person who came in so many minutes after `began`. */
async function enter(
  user: string,
  {
    minutes = 0,
    version = journey.version,
    ...over
  }: { minutes?: number; version?: string; origin?: string; control?: boolean; ended?: boolean } = {},
): Promise<string> {
  const [row] = await database.query<{ id: string }>(
    `insert into enrollments (
       workspace_id, journey_id, version_id, profile_id, entry_cause, entry_received_at, entered_at, workflow_id,
       status, origin, control, ended_at
     )
     values ($1, $2, $3, $4, $5, $6, $6, $5, $7, $8, $9, $10)
     returning id`,
    [
      scope.workspaceId,
      journey.id,
      version,
      await idOf(user),
      randomUUID(),
      new Date(at(minutes)),
      over.ended ? 'completed' : 'running',
      over.origin ?? 'live',
      over.control ?? null,
      over.ended ? new Date(at(minutes)) : null,
    ],
  );
  return row!.id;
}
async function sent(run: string, { node, minutes }: { node: string; minutes: number }): Promise<string> {
  const [row] = await database.query<{ id: string }>(
    `insert into messages (
       workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, status, queued_at, sent_at
     )
     select workspace_id, id, journey_id, version_id, profile_id, $3, 1, 'email', 'sent', $4, $4
     from enrollments where workspace_id = $1 and id = $2
     returning id`,
    [scope.workspaceId, run, node, new Date(at(minutes))],
  );
  return row!.id;
}

/** Until all that is stored is counted. */
async function counted(followers = [new GoalsFollower(database)]): Promise<void> {
  const [{ last }] = (await database.query<{ last: string }>(
    'select case when is_called then last_value else 0 end as last from event_position',
  )) as [{ last: string }];
  const catalogue = new CatalogueFollower(database);
  await expect
    .poll(
      async () => {
        while (await catalogue.countOnce());
        await Promise.all(
          followers.map(async (follower) => {
            while (await follower.countOnce());
          }),
        );
        const [row] = await database.query<{ position: string; runs: string }>(
          `select position, (select count(*) from goal_runs r where r.workspace_id = $1) as runs
           from goal_workspaces where workspace_id = $1`,
          [scope.workspaceId],
        );
        return BigInt(row!.position) >= BigInt(last) && row!.runs === '0';
      },
      { timeout: 60_000, interval: 20 },
    )
    .toBe(true);
}
const hitsOf = (run: string) => new GoalReads(database).ofRuns(scope, [run]);
const totals = async (versions = [journey.version]) => (await new GoalReads(database).totals(scope, versions)).totals;

describe('the follower', () => {
  it('keeps what reaches a goal, once, with the first and the last message before it', async () => {
    await happens('ann', 'Looked', { time: at(0) });
    const run = await enter('ann');
    const first = await sent(run, { node: 'mail', minutes: 1 });
    const last = await sent(run, { node: 'push', minutes: 3 });
    await sent(run, { node: 'after', minutes: 6 });
    await happens('ann', 'Bought', { time: at(3), properties: { revenue: 10.1 } });
    await happens('ann', 'Bought', { time: at(5), properties: { revenue: '0.2', currency: 'usd' } });
    await happens('ann', 'Bought', { time: at(11), properties: { revenue: 99 } });
    await counted();
    await counted([new GoalsFollower(database), new GoalsFollower(database)]);
    expect(await hitsOf(run)).toMatchObject([
      {
        name: 'Purchase',
        value: 10.1,
        currency: 'EUR',
        firstTouch: { messageId: first },
        lastTouch: { messageId: last },
      },
      { value: 0.2, currency: 'USD', lastTouch: { node: 'push' } },
    ]);
    expect(await totals()).toEqual([
      { goal: 'buy', control: false, currency: 'EUR', runs: 1, hits: 1, value: 10.1 },
      { goal: 'buy', control: false, currency: 'USD', runs: 0, hits: 1, value: 0.2 },
    ]);
    expect((await new GoalReads(database).totals(scope, [journey.version])).touches).toEqual([
      { goal: 'buy', node: 'mail', first: 2, last: 0 },
      { goal: 'buy', node: 'push', first: 0, last: 2 },
    ]);
  });

  it('counts after the run has ended, and what was stored before the run was', async () => {
    await happens('ann', 'Bought', { time: at(2) });
    await counted();
    const run = await enter('ann', { ended: true });
    await counted();
    expect(await hitsOf(run)).toHaveLength(1);
    await happens('ann', 'Bought', { time: at(9) });
    await counted();
    expect(await hitsOf(run)).toHaveLength(2);
    expect(await totals()).toMatchObject([{ runs: 1, hits: 2 }]);
  });

  it('counts the control group apart, and test runs not at all: they see their own events only', async () => {
    await happens('ann', 'Looked', { time: at(0) });
    const run = await enter('ann', { control: true });
    const test = await enter('ann', { origin: 'test' });
    await happens('ann', 'Bought', { time: at(1) });
    const own = { kind: 'track', name: 'Bought', userId: 'ann', messageId: randomUUID(), time: at(2) } as const;
    await events.ingest({ scope, origin: 'test', events: [{ ...own, enrollmentId: test }] });
    await counted();
    expect((await hitsOf(run)).map((hit) => hit.at.getTime())).toEqual([at(1)]);
    expect((await hitsOf(test)).map((hit) => hit.at.getTime())).toEqual([at(2)]);
    expect(await totals()).toMatchObject([{ control: true, runs: 1, hits: 1 }]);
  });

  it('keeps the goals that a run began with; figures of versions add up by the goal', async () => {
    await happens('ann', 'Looked', { time: at(0) });
    const old = await enter('ann');
    const version = await versionOf(journey.id, [{ ...purchase, name: 'Order', event: 'Ordered' }], 2);
    const young = await enter('ann', { version });
    await happens('ann', 'Bought', { time: at(1) });
    await happens('ann', 'Ordered', { time: at(1) });
    await counted();
    expect((await hitsOf(old)).map(({ name }) => name)).toEqual(['Purchase']);
    expect((await hitsOf(young)).map(({ name }) => name)).toEqual(['Order']);
    const both = await new GoalReads(database).totals(scope, [journey.version, version]);
    expect(both.goals).toEqual([{ id: 'buy', name: 'Order', event: 'Ordered', withinSeconds: 600 }]);
    expect(both.totals).toMatchObject([{ runs: 2, hits: 2 }]);
  });

  it('leaves nothing of who is erased but numbers', async () => {
    await happens('ann', 'Looked', { time: at(0) });
    const run = await enter('ann');
    await happens('ann', 'Bought', { time: at(1) });
    await counted();
    await new ErasureService(new ErasureRepository(database, false), { erase: () => Promise.resolve() }).person(
      scope,
      await idOf('ann'),
    );
    expect(await hitsOf(run)).toEqual([]);
    expect(await totals()).toMatchObject([{ runs: 1, hits: 1 }]);
  });
});

type Step =
  | { do: 'event'; user: number; minutes: number }
  | { do: 'enter'; user: number; minutes: number }
  | { do: 'merge'; user: number; other: number }
  | { do: 'count' };
const user = fc.integer({ min: 0, max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('event' as const), user, minutes: fc.integer({ min: -1, max: 14 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('enter' as const), user, minutes: fc.integer({ min: 0, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), user, other: user }) },
  { weight: 2, arbitrary: fc.constant({ do: 'count' as const }) },
);

describe('whatever comes first', () => {
  it('ends with what a look at everybody’s whole history finds', { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
        const [row] = await database.query<{ id: string }>("insert into workspaces (name) values ('t') returning id");
        scope = { workspaceId: row!.id };
        journey = await journeyWith([purchase]);
        for (const name of ['p0', 'p1', 'p2']) await events.ingest({ scope, events: [{ name: 'Seen', userId: name }] });
        const alias = new Map([0, 1, 2].map((id) => [id, id]));
        const runs: string[] = [];
        for (const each of steps) {
          if (each.do === 'event') await happens(`p${alias.get(each.user)!}`, 'Bought', { time: at(each.minutes) });
          else if (each.do === 'enter') runs.push(await enter(`p${alias.get(each.user)!}`, { minutes: each.minutes }));
          else if (each.do === 'count') await new GoalsFollower(database).countOnce();
          else await merge(alias, each);
        }
        await counted();
        expect(await kept(runs)).toEqual(await sought(runs));
      }),
      { numRuns: 25 },
    );
  });
});

/** Two people become one; who goes is known by the other one’s name from then on. */
async function merge(
  alias: Map<number, number>,
  { user: a, other: b }: { user: number; other: number },
): Promise<void> {
  const [into, from] = [alias.get(a)!, alias.get(b)!];
  if (into === from) return;
  const [stays, goes] = [await idOf(`p${into}`), await idOf(`p${from}`)];
  await database.transaction((sql) => mergeProfiles(scope, { sql, merges: [{ from: goes, into: stays }] }));
  for (const [id, now] of alias) if (now === from) alias.set(id, into);
}

async function kept(runs: string[]): Promise<string[]> {
  const rows = await new GoalReads(database).ofRuns(scope, runs);
  return rows.map((hit) => `${hit.enrollmentId} ${hit.eventId}`).sort();
}

/** Every event of whoever the run belongs to now. */
async function sought(runs: string[]): Promise<string[]> {
  const all = await database.transaction((sql) => runsWith(scope, { sql, ids: runs }));
  const found = await Promise.all(
    all.map(async ({ enrollmentId, goals, run }) => {
      const rows = await database.query<{ id: string; name: string; time: Date; properties: Record<string, never> }>(
        `select v.id, v.name, v.time, v.properties from events v join enrollments e using (workspace_id, profile_id)
         where e.workspace_id = $1 and e.id = $2`,
        [scope.workspaceId, enrollmentId],
      );
      const history = rows.map((each) => ({ ...each, time: each.time.getTime() }));
      return goalHits({ goals, run, events: history }).map((hit) => `${enrollmentId} ${hit.event.id}`);
    }),
  );
  return found.flat().sort();
}
