import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noQuietHours } from '@wend/contract';
import { deliveryFixture, enroll, makeJourney } from '../../test/delivery-fixture.js';
import type { Journey } from '../../test/delivery-fixture.js';
import { Database } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { HeldRepository } from './held.repository.js';

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
beforeAll(async () => {
  logger.level = 'fatal';
  fixture = await deliveryFixture();
});
afterAll(() => fixture.close());

const mail = { mail: { type: 'wend/email', config: { subject: 'Hi', html: '<p>Hi</p>' } } };
const journeyHere = (workspace?: string, hash = 'h') => makeJourney(fixture.database, mail, workspace, hash);
const pace = ({ workspaceId }: Journey, perMinute: number | null) =>
  fixture.database.query(
    `insert into delivery_rules (workspace_id, kind, settings) values ($1, 'quiet', $2)
     on conflict (workspace_id, kind) do update set settings = excluded.settings`,
    [workspaceId, JSON.stringify({ ...noQuietHours, perMinute })],
  );

/** Held messages of one person: of three hours, queued in some other order; each tenth is of no use any more. */
async function held(
  of: Journey,
  { count, priority, expiring = false }: { count: number; priority: number; expiring?: boolean },
) {
  const { enrollmentId, profileId } = await enroll(fixture.database, {
    journey: of,
    traits: { email: 'a@example.com' },
  });
  await fixture.database.query(
    `insert into messages (workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, origin,
       data, queued_at, run_offset_ms, next_attempt_at, held_by, held_at, held_until, held_priority, expires_at)
     select $1, $2, $3, $4, $5, 'mail', n, 'email', 'live', '{}', now() - interval '1 day' + n * 7919 % 10007 * interval '1 second',
       0, 'infinity', 'quiet', now() - interval '10 hours', now() - n % 3 * interval '1 hour', $6,
       case when $8 and n % 10 = 0 then now() - interval '1 minute' else now() + interval '1 day' end
     from generate_series(1, $7::int) n`,
    [of.workspaceId, enrollmentId, of.journeyId, of.versionId, profileId, priority, count, expiring],
  );
}

describe('a backlog of 10,000', () => {
  it(
    'leaves in order and at its pace, whichever of two workers lets go, and killed at any time',
    { timeout: 120_000 },
    async () => {
      const first = await journeyHere();
      const journeys = [first, await journeyHere(first.workspaceId, 'h2'), await journeyHere(first.workspaceId, 'h3')];
      await pace(first, null);
      for (const [index, journey] of journeys.entries())
        await held(journey, { count: index === 0 ? 3_334 : 3_333, priority: [2, 5, 1][index]!, expiring: true });
      const wanted = (
        await fixture.database.query<{ id: string }>(
          `select id from messages where workspace_id = $1 and expires_at > now()
         order by held_priority, held_until, queued_at, id`,
          [first.workspaceId],
        )
      ).map(({ id }) => id);
      expect(wanted).toHaveLength(9_001);
      const perMinute = 60_000;
      await pace(first, perMinute);
      const clock = async () =>
        (
          await fixture.database.query<{ at: number; left: number }>(
            `select date_part('epoch', clock_timestamp()) * 1000 as at,
           (select count(*)::int from messages
             where workspace_id = $1 and expires_at > now() and held_by is null) as left`,
            [first.workspaceId],
          )
        )[0]!;
      const samples = [await clock()];
      let over = false;
      const worker = async () => {
        while (!over) {
          let database: Database | null = null;
          try {
            database = await Database.connect({ url: fixture.url, poolSize: 1, applicationName: 'released' });
            const repository = new HeldRepository(database);
            while (!over)
              if ((await repository.release()) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
          } catch {
            // Killed, at work or as it connects: another one begins.
          }
          await database?.close().catch(() => undefined);
        }
      };
      const workers = [worker(), worker()];
      while (samples.at(-1)!.left < wanted.length) {
        if (samples.length % 4 === 0)
          await fixture.database.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
           where application_name = 'released' and datname = current_database() and random() < 0.5`,
          );
        await new Promise((resolve) => setTimeout(resolve, 40));
        samples.push(await clock());
      }
      over = true;
      await Promise.all(workers);
      const left = await fixture.database.query<{ id: string; held_by: string | null }>(
        `select id, held_by from messages where workspace_id = $1 and expires_at > now() order by next_attempt_at`,
        [first.workspaceId],
      );
      expect(left.every(({ held_by: by }) => by === null)).toBe(true);
      expect(left.map(({ id }) => id)).toEqual(wanted);
      // Never more than its pace, but for what two seconds let gather.
      const start = samples[0]!.at;
      for (const { at, left: count } of samples)
        expect(count).toBeLessThanOrEqual(((at - start) / 60_000) * perMinute + (perMinute / 60) * 2 + 1);
      // And not much less.
      const took = samples.at(-1)!.at - start;
      expect(took).toBeLessThan((9_001 / perMinute) * 60_000 * 1.5 + 2_000);
      // What had expired took nobody's place.
      const [expired] = await fixture.database.query<{ held: number }>(
        'select count(*)::int as held from messages where workspace_id = $1 and expires_at <= now() and held_by is not null',
        [first.workspaceId],
      );
      expect(expired!.held).toBe(0);
    },
  );
});

it('goes as fast as rates allow without a pace, only what is due, and nobody waits for another workspace', async () => {
  const slow = await journeyHere();
  await pace(slow, 1);
  await held(slow, { count: 30, priority: 1 });
  const fast = await journeyHere();
  await held(fast, { count: 1_200, priority: 3 });
  await fixture.database.query(
    `update messages set held_until = now() + interval '1 hour' where workspace_id = $1 and visit <= 200`,
    [fast.workspaceId],
  );
  const repository = new HeldRepository(fixture.database);
  let calls = 0;
  while ((await repository.release()) > 0) calls += 1;
  // Some hundred at once.
  expect(calls).toBeLessThan(8);
  const stay = async ({ workspaceId }: Journey) =>
    (
      await fixture.database.query<{ count: number }>(
        'select count(*)::int as count from messages where workspace_id = $1 and held_by is not null',
        [workspaceId],
      )
    )[0]!.count;
  expect(await stay(fast)).toBe(200);
  expect(await stay(slow)).toBe(29);
});

it('takes no token for what ends when it is let go: of a run that has ended, or of a journey that was stopped', async () => {
  const live = await journeyHere();
  const stopped = await journeyHere(live.workspaceId, 'h2');
  await pace(live, 1);
  await held(live, { count: 40, priority: 1 });
  await held(stopped, { count: 40, priority: 2 });
  await fixture.database.query(`update enrollments set status = 'exited' where workspace_id = $1 and journey_id = $2`, [
    live.workspaceId,
    live.journeyId,
  ]);
  await fixture.database.query(
    `update journey_control set state = 'stopped' where workspace_id = $1 and journey_id = $2`,
    [live.workspaceId, stopped.journeyId],
  );
  await held(live, { count: 3, priority: 3 });
  const repository = new HeldRepository(fixture.database);
  while ((await repository.release()) > 0);
  const left = await fixture.database.query<{ priority: number; gone: number }>(
    `select held_priority as priority, count(*) filter (where held_by is null)::int as gone
     from messages
     where workspace_id = $1
     group by 1
     order by 1`,
    [live.workspaceId],
  );
  expect(left).toEqual([
    { priority: 1, gone: 40 },
    { priority: 2, gone: 40 },
    { priority: 3, gone: 1 },
  ]);
});

it('is sent, and what comes too late is not', { timeout: 60_000 }, async () => {
  // Of the other tests: it would be sent first.
  await fixture.database.query('delete from messages');
  const journey = await journeyHere();
  await held(journey, { count: 300, priority: 3, expiring: true });
  const loops = [fixture.loop(), fixture.loop()];
  const states = () =>
    fixture.database.query<{ status: string; reason: string | null; count: number }>(
      `select case when status in ('sent', 'delivered') then 'out' else status end as status, reason, count(*)::int as count
       from messages
       where workspace_id = $1
       group by 1, 2
       order by 1`,
      [journey.workspaceId],
    );
  await expect.poll(states, { timeout: 30_000 }).toEqual([
    { status: 'out', reason: null, count: 270 },
    { status: 'suppressed', reason: 'expired', count: 30 },
  ]);
  await Promise.all(loops.map((loop) => loop.stop()));
});
