import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testBestTimes } from '../../test/best-times.js';
import { testDatabase } from '../../test/database.js';
import { CatalogueFollower } from '../catalogue/index.js';
import { EventsService } from '../events/index.js';
import type { EventInput } from '../events/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { ErasureRepository, ErasureService } from '../upkeep/index.js';
import { BestTimeFollower } from './best-time-follower.js';
import { BestTimeRepository } from './best-time.repository.js';
import { learned } from './best-times.js';
import { halfLifeDays } from './habits.js';

let url: string;
let database: Database;
let drop: () => Promise<void>;
let events: EventsService;
let scope: Scope;
const open: Database[] = [];
beforeAll(async () => {
  ({ url, database, drop } = await testDatabase());
  events = new EventsService(database);
});
afterAll(async () => {
  for (const each of open) await each.close();
  await drop?.();
});
beforeEach(async () => {
  scope = await workspace();
  await use(scope);
});

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Yesterday, when such an hour began (UTC). */
const yesterday = (hour: number) => Math.floor(Date.now() / dayMs) * dayMs - dayMs + hour * hourMs;

async function workspace(): Promise<Scope> {
  const [row] = await database.query<{ id: string }>("insert into workspaces (name) values ('test') returning id");
  return { workspaceId: row!.id };
}
const use = ({ workspaceId }: Scope) =>
  database.query('insert into best_time_workspaces (workspace_id) values ($1)', [workspaceId]);

const told = (name: string, input: Omit<EventInput, 'name'> & { channel?: string }): EventInput => {
  const { channel = 'email', ...event } = input;
  return { ...event, name, messageId: `wend:${randomUUID()}`, properties: { channel } };
};
const page = (input: Omit<EventInput, 'kind'>): EventInput => ({ kind: 'page', ...input });
const ingest = (...inputs: EventInput[]) => events.ingest({ scope, events: inputs });

async function idOf(kind: 'user' | 'anonymous', value: string): Promise<string> {
  const [row] = await database.query<{ id: string }>(
    'select profile_id as id from identities where workspace_id = $1 and kind = $2 and value = $3',
    [scope.workspaceId, kind, value],
  );
  return row!.id;
}
const rowsOf = async (user: string) => (await new BestTimeRepository(database).of(scope, await idOf('user', user))).own;
const of = async (user: string, channel?: string) => learned(await rowsOf(user), { channel, at: Date.now() });
/** Hours with anything in them, and their weights: of yesterday hardly anything is gone. */
const hoursOf = ({ hours }: { hours: readonly number[] }) =>
  Object.fromEntries(hours.flatMap((weight, hour) => (weight === 0 ? [] : [[hour, Math.round(weight)]])));

/** Until all that is stored is counted. */
async function counted(followers = [new BestTimeFollower(database)]): Promise<void> {
  const [{ last }] = (await database.query<{ last: string }>(
    'select case when is_called then last_value else 0 end as last from event_position',
  )) as [{ last: string }];
  const catalogue = new CatalogueFollower(database);
  await expect
    .poll(
      async () => {
        while (await catalogue.countOnce());
        for (const follower of followers) while (await follower.countOnce());
        const [row] = await database.query<{ position: string }>(
          'select position from best_time_workspaces where workspace_id = $1',
          [scope.workspaceId],
        );
        return BigInt(row!.position) >= BigInt(last);
      },
      { timeout: 60_000, interval: 20 },
    )
    .toBe(true);
}

describe('the follower', () => {
  it('counts opens, clicks and visits once, by the hour where the person lives', async () => {
    await ingest(
      { kind: 'identify', userId: 'mina', traits: { timezone: 'Asia/Seoul' } },
      told('Message Sent', { userId: 'mina', time: yesterday(0) }),
      told('Message Opened', { userId: 'mina', time: yesterday(1) }),
      told('Message Clicked', { userId: 'mina', time: yesterday(1) + 60_000 }),
      told('Message Opened', { userId: 'mina', time: yesterday(2), channel: 'push' }),
      page({ userId: 'mina', time: yesterday(3) }),
    );
    await counted();
    await counted();
    expect(await of('mina', 'email')).toMatchObject({ opens: 1, clicks: 1, visits: 1 });
    expect(hoursOf(await of('mina', 'email'))).toEqual({ 10: 4, 12: 1 });
    expect(hoursOf(await of('mina'))).toEqual({ 10: 4, 11: 1, 12: 1 });
    expect((await rowsOf('mina')).map(({ channel, sent }) => [channel, sent])).toEqual([
      ['', 0],
      ['email', 1],
      ['push', 0],
    ]);
  });

  it('takes several signs of somebody in an hour for one visit, in one go or in several', async () => {
    await ingest(
      page({ userId: 'a', time: yesterday(8) }),
      page({ userId: 'a', time: yesterday(8) + 60_000 }),
      page({ userId: 'a', time: yesterday(9) }),
    );
    await counted();
    await ingest(page({ userId: 'a', time: yesterday(9) + 5 }), page({ userId: 'a', time: yesterday(10) }));
    await counted();
    expect(await of('a')).toMatchObject({ visits: 3 });
    expect(hoursOf(await of('a'))).toEqual({ 8: 1, 9: 1, 10: 1 });
  });

  it('leaves out what no person did: servers, test runs, files, and what says it came long ago', async () => {
    await ingest(
      { name: 'Invoice Paid', userId: 'a', time: yesterday(8) },
      { name: 'Message Opened', userId: 'a', properties: { channel: 'email' }, time: yesterday(8) },
      page({ userId: 'a', time: Date.now() - 200 * dayMs }),
    );
    await events.ingest({ scope, events: [page({ userId: 'a', enrollmentId: randomUUID() })], origin: 'test' });
    await events.ingest({ scope, events: [page({ userId: 'a' })], origin: 'import' });
    await counted();
    expect(await of('a')).toMatchObject({ opens: 0, visits: 0 });
  });

  it('counts what a browser or an app tracked', async () => {
    await ingest(
      { name: 'Cart Viewed', userId: 'a', time: yesterday(8), context: { page: { url: 'https://a.example' } } },
      { name: 'Cart Viewed', userId: 'a', time: yesterday(9), context: { device: { type: 'ios' } } },
    );
    await counted();
    expect(hoursOf(await of('a'))).toEqual({ 8: 1, 9: 1 });
  });

  it('lets half of it go after the half-life', async () => {
    await ingest(told('Message Opened', { userId: 'a', time: Date.now() - halfLifeDays * dayMs }));
    await counted();
    const { hours } = await of('a');
    expect(hours.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(0.5, 3);
  });

  it('learns from what happened before anybody asked, and nothing where nobody does', async () => {
    const asking = scope;
    scope = await workspace();
    await ingest(told('Message Opened', { userId: 'early', time: yesterday(7) }));
    const late = scope;
    scope = asking;
    await counted();
    scope = late;
    expect(await rowsOf('early')).toEqual([]);
    await use(scope);
    await counted();
    expect(hoursOf(await of('early'))).toEqual({ 7: 1 });
  });

  it('is switched on by a version with the step or the condition, and by a segment', async () => {
    const using = async (graph: string) => {
      const { workspaceId } = await workspace();
      await database.query(`insert into journeys (workspace_id, id, name, draft) values ($1, $2, 'T', '{}')`, [
        workspaceId,
        workspaceId,
      ]);
      await database.query(`insert into programs (workspace_id, hash, format, program) values ($1, 'hash', 2, '{}')`, [
        workspaceId,
      ]);
      await database.query(
        `insert into journey_versions (workspace_id, journey_id, number, graph, program_hash, entries, reentry)
         values ($1, $2, 1, $3, 'hash', '[]', '{"rule":"never"}')`,
        [workspaceId, workspaceId, graph],
      );
      return new BestTimeRepository(database).inUse({ workspaceId });
    };
    expect(await using('{"nodes":{"a":{"type":"wend/wait"}}}')).toBe(false);
    expect(await using('{"nodes":{"a":{"type":"wend/wait-best-time"}}}')).toBe(true);
    expect(await using('{"nodes":{"a":{"config":{"rule":{"left":{"source":"bestChannel"}}}}}}')).toBe(true);
    const { workspaceId } = await workspace();
    await database.query(`insert into segments (workspace_id, name, rule) values ($1, 'S', $2)`, [
      workspaceId,
      '{"op":"compare","left":{"source":"bestChannel"},"is":"equals","value":"email"}',
    ]);
    expect(await new BestTimeRepository(database).inUse({ workspaceId })).toBe(true);
  });

  it('forgets who is erased, also in what everybody did, and what comes of them is counted for nobody', async () => {
    await ingest(
      told('Message Opened', { userId: 'gone', time: yesterday(7) }),
      told('Message Clicked', { userId: 'gone', time: yesterday(7), channel: 'push' }),
      page({ userId: 'gone', time: yesterday(9) }),
      told('Message Opened', { userId: 'stays', time: yesterday(7) }),
      told('Message Sent', { userId: 'stays', time: yesterday(6) }),
    );
    await counted();
    const stays = await rowsOf('stays');
    const id = await idOf('user', 'gone');
    await ingest(told('Message Opened', { userId: 'gone', time: yesterday(8) }));
    await new ErasureService(new ErasureRepository(database, false), { erase: () => Promise.resolve() }).person(
      scope,
      id,
    );
    await counted();
    expect(
      await database.query('select 1 from best_time_people where workspace_id = $1 and profile_id = $2', [
        scope.workspaceId,
        id,
      ]),
    ).toEqual([]);
    const { everybody } = await new BestTimeRepository(database).of(scope, id);
    for (const { channel, hours, opens, clicks, visits, sent } of everybody) {
      const own = stays.find((row) => row.channel === channel);
      const counts = {
        opens: own?.opens ?? 0,
        clicks: own?.clicks ?? 0,
        visits: own?.visits ?? 0,
        sent: own?.sent ?? 0,
      };
      expect({ channel, opens, clicks, visits, sent }).toEqual({ channel, ...counts });
      for (const [hour, weight] of hours.entries()) expect(weight).toBeCloseTo(own?.hours[hour] ?? 0, 6);
    }
    expect(everybody).toHaveLength(3);
  });

  it('is exact whatever is stored, joined, counted and killed at once', { timeout: 120_000 }, async () => {
    const anonymous = fc.constantFrom('x', 'y', 'z');
    const user = fc.constantFrom('u', 'v');
    const what = fc.constantFrom('Message Sent', 'Message Opened', 'Message Clicked');
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant('store' as const),
          who: anonymous,
          what: fc.array(fc.record({ name: what, hour: fc.nat(23) }), { minLength: 1, maxLength: 5 }),
        }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('join' as const), who: anonymous, user }) },
      { weight: 5, arbitrary: fc.record({ do: fc.constant('count' as const) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const) }) },
    );
    const others = await Promise.all([1, 2].map(() => Database.connect({ url, poolSize: 3 })));
    open.push(...others);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        scope = await workspace();
        await use(scope);
        const owners = new Map<string, string>();
        const under: Promise<unknown>[] = [];
        // Those who are there may be joined: who is told of by two users at once belongs to whoever comes first.
        await ingest(...['x', 'y', 'z'].map((id) => ({ name: 'Seen', anonymousId: id })));
        await ingest(...['u', 'v'].map((id) => ({ name: 'Seen', userId: id })));
        const stored: { who: string; name: string; hour: number }[] = [];
        const followers = others.map((each) => new BestTimeFollower(each));
        const catalogue = new CatalogueFollower(database);
        for (const [index, each] of steps.entries()) {
          if (each.do === 'store') {
            stored.push(...each.what.map((one) => ({ ...one, who: each.who })));
            under.push(
              ingest(
                ...each.what.map(({ name, hour }) => told(name, { anonymousId: each.who, time: yesterday(hour) })),
              ),
            );
          }
          if (each.do === 'join' && !owners.has(each.who)) {
            owners.set(each.who, each.user);
            under.push(ingest({ kind: 'identify', anonymousId: each.who, userId: each.user }));
          }
          if (each.do === 'count') {
            await catalogue.countOnce();
            under.push(followers[index % 2]!.countOnce().catch(() => undefined));
          }
          if (each.do === 'kill') {
            await catalogue.countOnce();
            under.push(followers[0]!.countOnce().catch(() => undefined));
            under.push(
              database.query(
                `select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and state <> 'idle' and query like '%best_time%'
                   and pid <> pg_backend_pid() and query not like '%pg_terminate_backend%'
                   and query not like '%profile_changes%'`,
              ),
            );
          }
        }
        await Promise.allSettled(under);
        await counted();
        const rows = await database.query<{
          name: string;
          hours: number[];
          opens: number;
          clicks: number;
          sent: number;
        }>(
          `select i.value as name, t.hours, t.opens::int, t.clicks::int, t.sent::int from identities i
           join best_time_people t on t.workspace_id = i.workspace_id and t.profile_id = i.profile_id
           where i.workspace_id = $1 and t.channel = 'email'`,
          [scope.workspaceId],
        );
        const groups = new Map<string, string[]>();
        for (const who of ['x', 'y', 'z']) {
          const owner = owners.get(who) ?? who;
          groups.set(owner, [...(groups.get(owner) ?? []), who]);
        }
        for (const [owner, members] of groups) {
          const mine = stored.filter(({ who }) => members.includes(who));
          const row = rows.find(({ name }) => name === owner);
          const count = (name: string) => mine.filter((each) => each.name === name).length;
          expect({ opens: row?.opens ?? 0, clicks: row?.clicks ?? 0, sent: row?.sent ?? 0 }).toEqual({
            opens: count('Message Opened'),
            clicks: count('Message Clicked'),
            sent: count('Message Sent'),
          });
        }
        const [all] = await database.query<{ hours: number[]; opens: number }>(
          `select hours, opens::int from best_time_everybody where workspace_id = $1 and channel = 'email'`,
          [scope.workspaceId],
        );
        expect(all?.opens ?? 0).toBe(stored.filter(({ name }) => name === 'Message Opened').length);
        const people = await database.query<{ hours: number[] }>(
          `select hours from best_time_people where workspace_id = $1 and channel = 'email'`,
          [scope.workspaceId],
        );
        for (const [hour, weight] of (all?.hours ?? []).entries())
          expect(people.reduce((sum, { hours }) => sum + hours[hour]!, 0)).toBeCloseTo(weight, 6);
      }),
      { numRuns: 15, seed: 13 },
    );
  });
});

describe('the best time of somebody', () => {
  const opensAt = (user: string, hours: number[]) =>
    hours.map((hour) => told('Message Opened', { userId: user, time: yesterday(hour) }));
  const askFor = async (user: string, otherwise: number | null = null) =>
    testBestTimes(database).of(scope, {
      profileId: await idOf('user', user),
      channel: 'email',
      at: Date.now(),
      withinHours: 24,
      zone: 'UTC',
      otherwise,
    });
  const people = Array.from({ length: 20 }, (_, n) => n);

  it('is their own as long as people’s own hours say more of what they do next than everybody’s', async () => {
    await ingest(...people.flatMap((n) => opensAt(`p${n}`, [n, n, n, n, n])));
    await counted();
    await ingest(...people.flatMap((n) => opensAt(`p${n}`, [n, n, n, n, n, n])));
    await counted();
    expect(await askFor('p3')).toMatchObject({ hour: 3, from: 'own', opens: 11 });
    expect(await askFor('p17')).toMatchObject({ hour: 17, from: 'own' });
  });

  it('is everybody’s where their own say no more, or the time of day that was chosen', async () => {
    await ingest(...people.flatMap((n) => opensAt(`p${n}`, [n, n + 1, n + 2, n, n])));
    await counted();
    expect(await askFor('p3')).toMatchObject({ hour: 3, from: 'own' });
    // What they do next has nothing to do with it, and a little more of it is at eight in the evening.
    const all = Array.from({ length: 24 }, (_, hour) => hour);
    await ingest(...people.flatMap((n) => opensAt(`p${n}`, [...all, 20, 20, 20])));
    await counted();
    expect(await askFor('p3')).toMatchObject({ hour: 20, from: 'everybody', confidence: 0, opens: 32 });
    const chosen = Date.now() + hourMs;
    expect(await askFor('p3', chosen)).toMatchObject({ at: chosen, from: 'fallback' });
    const habits = await testBestTimes(database).habits(scope, {
      profileId: await idOf('user', 'p3'),
      at: Date.now(),
      reachable: {},
    });
    expect(habits!.times.map(({ helps, hour, opens }) => ({ helps, hour, opens }))).toEqual([
      { helps: false, hour: 20, opens: 32 },
      { helps: false, hour: 20, opens: 32 },
    ]);
  });

  it('is the next hour where too little is known of everybody', async () => {
    await ingest(...opensAt('one', [6, 6, 6]), ...opensAt('other', [6, 7]), { kind: 'identify', userId: 'new' });
    await counted();
    expect(await askFor('new')).toMatchObject({ from: 'fallback', confidence: 0 });
    expect(await askFor('one')).toMatchObject({ from: 'own', hour: 6 });
  });

  it('is the hour of their own, and everybody’s for whom nothing is known', async () => {
    await ingest(
      { kind: 'identify', userId: 'own', traits: { timezone: 'UTC' } },
      { kind: 'identify', userId: 'new', traits: { timezone: 'UTC' } },
      ...Array.from({ length: 30 }, () => told('Message Opened', { userId: 'own', time: yesterday(6) })),
      ...Array.from({ length: 90 }, (_, n) => told('Message Opened', { userId: `p${n}`, time: yesterday(19) })),
    );
    await counted();
    const ask = async (user: string) =>
      testBestTimes(database).of(scope, {
        profileId: await idOf('user', user),
        channel: 'email',
        at: Date.UTC(2026, 11, 24, 12),
        withinHours: 24,
        zone: 'UTC',
        otherwise: null,
      });
    expect(await ask('own')).toMatchObject({ hour: 6, from: 'own', opens: 30, at: Date.UTC(2026, 11, 25, 6) });
    expect((await ask('own')).confidence).toBeGreaterThan(0.6);
    expect(await ask('new')).toMatchObject({ hour: 19, from: 'everybody', opens: 0, confidence: 0 });
  });
});
