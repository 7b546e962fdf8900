import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { RateBucketRepository } from './rate-buckets.repository.js';
import { RateLimitRepository } from './rate-limits.repository.js';
import { MessageRates } from './rates.service.js';
import type { Urgency } from './turns.js';

let database: Database;
let url: string;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, url, drop } = await testDatabase());
});
afterAll(() => drop?.());

/** A process that sends. */
const worker = () => new MessageRates(new RateLimitRepository(database), new RateBucketRepository(database));

async function workspace(): Promise<Scope> {
  const [row] = await database.query<{ id: string }>(`insert into workspaces (name) values ('Shop') returning id`);
  return { workspaceId: row!.id };
}
async function limit(scope: Scope, limits: { workspace?: number; channels?: Record<string, number> }): Promise<void> {
  const perSecond = (messages: number) => ({ messages, per: 'second' as const });
  await database.transaction((sql) =>
    new RateLimitRepository(database).save(scope, {
      sql,
      workspace: limits.workspace === undefined ? null : perSecond(limits.workspace),
      channels: Object.entries(limits.channels ?? {}).map(([channel, messages]) => ({
        channel,
        limit: perSecond(messages),
      })),
    }),
  );
}

type Sends = { scope: Scope; rates: MessageRates; channel?: string; urgency?: Urgency; connection?: [string, number] };
/** A message; when it went, null where it has to come later. */
async function send({ scope, rates, channel = 'email', urgency = 'bulk', connection }: Sends): Promise<number | null> {
  const buckets = await rates.bucketsOf(scope, {
    channel,
    journeyId: randomUUID(),
    live: true,
    connectionId: connection?.[0] ?? null,
    perSecond: connection?.[1] ?? null,
  });
  if (buckets.length === 0) return performance.now();
  const turn = await rates.turn(scope, { buckets, urgency });
  if (turn.kind === 'go') return performance.now();
  await delay(Math.min(turn.ms, 100));
  return null;
}
/** Messages that are always there, so many at once; when each of them went. */
async function flood(sends: Sends & { atOnce: number; until: () => boolean }): Promise<number[]> {
  const went: number[] = [];
  await Promise.all(
    Array.from({ length: sends.atOnce }, async () => {
      while (!sends.until()) {
        const at = await send(sends);
        if (at !== null && !sends.until()) went.push(at);
      }
    }),
  );
  return went;
}
/** A tenth of a second may be saved up; and this process may notice late when it was its turn. */
const allowed = (perSecond: number, seconds: number) => perSecond * (seconds + 0.1 + 0.15) + 1;
/** The most that went within any time as long as that. */
function mostWithin(went: number[], ms: number): number {
  const sorted = [...went].sort((a, b) => a - b);
  return sorted.reduce((most, at, index) => {
    const first = sorted.findIndex((each) => each > at - ms);
    return Math.max(most, index - first + 1);
  }, 0);
}

it('is shared by all who send, however they are killed, and no token that one of them lost is made good', async () => {
  const scope = await workspace();
  await limit(scope, { workspace: 50 });
  const end = performance.now() + 4_000;
  const went: number[] = [];
  await Promise.all(
    [0, 1].map(async () => {
      while (performance.now() < end) {
        // Killed: what it has taken and what waits in it is gone.
        const killed = performance.now() + 200 + Math.random() * 1_200;
        const until = () => performance.now() > Math.min(killed, end);
        went.push(...(await flood({ scope, rates: worker(), atOnce: 16, until })));
      }
    }),
  );
  expect(mostWithin(went, 1_000)).toBeLessThanOrEqual(allowed(50, 1));
  expect(mostWithin(went, 2_000)).toBeLessThanOrEqual(allowed(50, 2));
  // Of some 200 that there are, however busy the machine is.
  expect(went.length).toBeGreaterThan(40);
});

it('holds for each of several buckets, and nobody loses what another one cannot give', async () => {
  const scope = await workspace();
  await limit(scope, { workspace: 100, channels: { email: 20 } });
  const end = performance.now() + 2_000;
  const until = () => performance.now() > end;
  const rates = worker();
  const [mails, texts] = await Promise.all([
    flood({ scope, rates, channel: 'email', atOnce: 16, until }),
    flood({ scope, rates, channel: 'sms', atOnce: 16, until }),
  ]);
  expect(mostWithin(mails, 1_000)).toBeLessThanOrEqual(allowed(20, 1));
  expect(mostWithin([...mails, ...texts], 1_000)).toBeLessThanOrEqual(allowed(100, 1));
  expect(texts.length).toBeGreaterThan(mails.length);
});

it('changes within a second or so while messages wait, and asks nothing where there is no limit', async () => {
  const scope = await workspace();
  await limit(scope, { workspace: 10 });
  const end = performance.now() + 4_000;
  const rates = worker();
  const went = flood({ scope, rates, atOnce: 8, until: () => performance.now() > end });
  await delay(1_000);
  const changed = performance.now();
  await limit(scope, { workspace: 100 });
  const before = (await went).filter((at) => at < changed).length;
  const after = (await went).filter((at) => at > end - 1_000).length;
  expect(before).toBeLessThanOrEqual(13);
  expect(after).toBeGreaterThan(30);
  expect(
    await rates.bucketsOf(await workspace(), {
      channel: 'email',
      journeyId: randomUUID(),
      live: true,
      connectionId: randomUUID(),
      perSecond: null,
    }),
  ).toEqual([]);
});

it('gives away no more than there is, whatever eight connections ask for at once', async () => {
  const others = await Promise.all(Array.from({ length: 8 }, () => Database.connect({ url, poolSize: 1 })));
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 400 }),
      fc.array(fc.record({ count: fc.integer({ min: 1, max: 50 }), withinMs: fc.constantFrom(0, 100, 400) }), {
        minLength: 8,
        maxLength: 60,
      }),
      async (perSecond, asked) => {
        const scope = await workspace();
        const bucket = { kind: 'workspace', name: '', perSecond } as const;
        const began = performance.now();
        const leases = await Promise.all(
          asked.map((each, n) => new RateBucketRepository(others[n % 8]!).lease(scope, { ...each, buckets: [bucket] })),
        );
        const seconds = (performance.now() - began) / 1_000;
        const given = leases.reduce((sum, { at }) => sum + at.length, 0);
        // The first one, what is saved up, and what may be taken ahead.
        expect(given).toBeLessThanOrEqual(1 + perSecond * (seconds + 0.1 + 0.4));
        expect(given).toBeGreaterThan(0);
        for (const { at } of leases) {
          expect(at.length).toBeLessThanOrEqual(50);
          at.slice(1).forEach((ms, n) => ms > 0 && expect(ms - at[n]!).toBeLessThanOrEqual(1_000 / perSecond + 0.01));
        }
      },
    ),
    { numRuns: 20 },
  );
  await Promise.all(others.map((other) => other.close()));
});

it('lets a faster limit hold at once, where the next message was a minute away', async () => {
  const scope = await workspace();
  const limits = new RateLimitRepository(database);
  const save = (messages: number, per: 'minute' | 'second') =>
    database.transaction((sql) => limits.save(scope, { sql, workspace: { messages, per }, channels: [] }));
  const lease = async () => {
    const buckets = await limits.buckets(scope);
    return new RateBucketRepository(database).lease(scope, { buckets, count: 1, withinMs: 0 });
  };
  await save(1, 'minute');
  expect((await lease()).nextMs).toBeGreaterThan(50_000);
  await save(100, 'second');
  expect((await lease()).nextMs).toBeLessThanOrEqual(5_000);
});

it('gives the next token to whoever is most urgent, wherever many wait', async () => {
  const scope = await workspace();
  await limit(scope, { workspace: 20 });
  const end = performance.now() + 4_000;
  const until = () => performance.now() > end;
  const floods = [worker(), worker()].map((rates) => flood({ scope, rates, atOnce: 32, until }));
  const waited: number[] = [];
  const third = worker();
  while (performance.now() < end - 700) {
    await delay(200);
    const at = performance.now();
    const went = await send({ scope, rates: third, urgency: waited.length % 2 === 0 ? 'transactional' : 'single' });
    waited.push((went ?? Infinity) - at);
  }
  expect(waited.length).toBeGreaterThan(5);
  expect(Math.max(...waited)).toBeLessThan(1_000);
  const all = (await Promise.all(floods)).flat();
  expect(all.length).toBeGreaterThan(20);
  expect(mostWithin(all, 1_000)).toBeLessThanOrEqual(allowed(20, 1));
});

it('gives a connection half when its provider refuses, once for all under way, and a tenth more each 10 seconds', async () => {
  const scope = await workspace();
  const connectionId = randomUUID();
  const rates = worker();
  const slowed = async (secondsAgo = 0) => {
    await database.query(
      `update rate_buckets set slowed_at = slowed_at - make_interval(secs => $2) where workspace_id = $1`,
      [scope.workspaceId, secondsAgo],
    );
    const [bucket] = await new RateLimitRepository(database).buckets(scope);
    if (!bucket) return null;
    const lease = await new RateBucketRepository(database).lease(scope, {
      buckets: [{ ...bucket, perSecond: 100 }],
      count: 1,
      withinMs: 0,
    });
    return Math.round(1_000 / lease.gapMs);
  };
  const refused = (more: { perSecond?: number | null; retryAfterSeconds?: number } = {}) =>
    rates.refused(scope, { connectionId, perSecond: 100, senders: 1, retryAfterSeconds: null, ...more });
  await Promise.all(Array.from({ length: 8 }, () => refused()));
  expect(await slowed()).toBe(50);
  expect(await slowed(20)).toBe(70);
  await refused();
  expect(await slowed()).toBe(35);
  // What it asks for counts, also of a message that was under way with the one by which it was slowed down.
  await refused({ retryAfterSeconds: 20 });
  expect(await slowed()).toBe(35);
  expect(await send({ scope, rates: worker(), connection: [connectionId, 100] })).toBeNull();
  expect(await slowed(60)).toBe(95);
  expect(await slowed(10)).toBeNull();
  // It asked for more time: nobody sends before that.
  await refused({ retryAfterSeconds: 30 });
  expect(await send({ scope, rates: worker(), connection: [connectionId, 100], urgency: 'transactional' })).toBeNull();
});

it('of a connection without a limit halves what went by it', async () => {
  const scope = await workspace();
  const connectionId = randomUUID();
  const rates = worker();
  for (let count = 0; count < 40; count += 1) rates.goes(scope, connectionId);
  await rates.refused(scope, { connectionId, perSecond: null, senders: 2, retryAfterSeconds: null });
  const [row] = await database.query<{ to: number }>(
    'select slowed_to as to from rate_buckets where workspace_id = $1 and name = $2',
    [scope.workspaceId, connectionId],
  );
  // The count may have begun anew with a second.
  expect(row!.to).toBeGreaterThanOrEqual(10);
  expect(row!.to).toBeLessThanOrEqual(40);
  const message = { channel: 'email', journeyId: randomUUID(), live: true, connectionId, perSecond: null };
  expect(await rates.bucketsOf(scope, message)).toMatchObject([{ kind: 'connection', name: connectionId }]);
});
