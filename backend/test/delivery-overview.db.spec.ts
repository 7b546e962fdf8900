import { afterAll, beforeAll, expect, it } from 'vitest';
import { HoldoutRepository } from '../src/delivery-rules/holdout.repository.js';
import { OverviewRepository } from '../src/delivery-rules/overview.repository.js';
import { OverviewService } from '../src/delivery-rules/overview.service.js';
import { FiguresRepository } from '../src/insights/figures.repository.js';
import { testDatabase } from './database.js';
import type { Database } from '../src/platform/database/index.js';
import { makeJourney } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';

/** WEND_OVERVIEW=1000000 asks at full size; half of them are held. */
const size = Number(process.env['WEND_OVERVIEW'] ?? 4_000);

let database: Database;
let drop: () => Promise<void>;
let journey: Journey;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  journey = await makeJourney(database, {});
  await database.query(
    `insert into profiles (workspace_id, external_id) select $1, n::text from generate_series(1, $2) n`,
    [journey.workspaceId, size],
  );
  await database.query(
    `insert into messages (
       workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, origin, data, queued_at, lane,
       status, next_attempt_at, held_by, held_until
     )
     select $1, gen_random_uuid(), $2, $3, gen_random_uuid(), 'mail', 1,
       case when n % 4 = 0 then 'sms' else 'email' end, 'live', '{}', now(), n % 8,
       case when n % 1000 = 0 then 'sending' else 'queued' end,
       case when n % 2 = 1 then 'infinity' when n % 10 = 0 and n % 1000 <> 0 then now() + interval '1 hour' else now() - n * interval '1 ms' end,
       case when n % 2 = 1 then case when n % 3 = 0 then 'caps' else 'quiet' end end,
       case when n % 2 = 1 then now() + n * interval '1 second' end
     from generate_series(1, $4) n`,
    [journey.workspaceId, journey.journeyId, journey.versionId, size],
  );
  await database.query('vacuum analyze messages');
  await database.query('vacuum analyze profiles');
}, 600_000);
afterAll(() => drop?.());

const count = async (where: string) =>
  (
    await database.query<{ n: number }>(
      `select count(*)::int as n from messages where workspace_id = $1 and held_by is null and ${where}`,
      [journey.workspaceId],
    )
  )[0]!.n;

it('counts what is due, being sent, tried again and held as it is, at any size in little time', async () => {
  await database.query(
    `insert into rate_limits (workspace_id, channel, messages, per) values ($1, null, 120, 'minute'), ($1, 'sms', 5, 'second')`,
    [journey.workspaceId],
  );
  await database.query(
    `insert into rate_buckets (workspace_id, kind, name, taken_until) values ($1, 'channel', 'sms', now() + interval '1 hour')`,
    [journey.workspaceId],
  );
  const [{ id: slow } = { id: '' }] = await database.query<{ id: string }>(
    `insert into connections (workspace_id, kind, name, settings) values ($1, 'smtp', 'Shop mail', '{}') returning id`,
    [journey.workspaceId],
  );
  await database.query(
    `insert into rate_buckets (workspace_id, kind, name, slowed_from, slowed_to, slowed_at)
     values ($1, 'connection', $2, 20, 10, now())`,
    [journey.workspaceId, slow],
  );
  // Of the last whole minute what is added up and what is not; neither this minute nor the one before that one.
  await database.query(
    `insert into delivery_minutes (workspace_id, minute, journey_id, connection_id, channel, tried, sent, failed, complained)
     select $1, date_trunc('minute', now()) - n * interval '1 minute', $2, $3, 'email', 100, 80, 0, 0
     from generate_series(0, 2) n`,
    [journey.workspaceId, journey.journeyId, slow],
  );
  await database.query(
    `insert into delivery_deltas (workspace_id, journey_id, connection_id, channel, sent, at)
     select $1, $2, c.connection::uuid, c.channel, c.sent, date_trunc('minute', now()) - n * interval '1 minute'
     from (values ($3::text, 'email', 10), (null, 'sms', 40)) as c (connection, channel, sent)
     cross join generate_series(0, 2) n`,
    [journey.workspaceId, journey.journeyId, slow],
  );
  const rate = { name: '', limit: null, slowedTo: null, busy: false };
  const began = performance.now();
  const { queues, held, nextRelease, rates } = await new OverviewService(new OverviewRepository(database)).overview(
    journey,
  );
  const took = performance.now() - began;
  for (const { channel, due, sending, later, oldestDue } of queues) {
    const of = `channel = '${channel}' and `;
    const truth = {
      due: await count(`${of} status = 'queued' and next_attempt_at <= now()`),
      sending: await count(`${of} status = 'sending'`),
    };
    expect(sending).toBe(truth.sending);
    expect([due.more, due.more || due.count]).toEqual([truth.due + sending > 100_000, due.more || truth.due]);
    expect(later.count).toBeGreaterThan(0);
    expect(Date.parse(oldestDue!)).toBeLessThan(Date.now());
  }
  expect(queues.map(({ channel }) => channel)).toEqual(['email', 'sms']);
  expect(held.map(({ rule }) => rule)).toEqual(['quiet', 'caps']);
  expect(held.reduce((sum, each) => sum + each.count, 0)).toBe(size / 2);
  expect(nextRelease).not.toBeNull();
  expect(rates).toEqual([
    { ...rate, kind: 'workspace', of: '', lastMinute: 130, limit: { messages: 120, per: 'minute' } },
    { ...rate, kind: 'channel', of: 'email', name: 'email', lastMinute: 90 },
    {
      ...rate,
      kind: 'channel',
      of: 'sms',
      name: 'sms',
      lastMinute: 40,
      limit: { messages: 5, per: 'second' },
      busy: true,
    },
    { ...rate, kind: 'connection', of: slow, name: 'Shop mail', lastMinute: 90, slowedTo: 10 },
  ]);
  const live = performance.now();
  const nodes = await new FiguresRepository(database).held(journey, [journey.versionId]);
  expect(nodes.reduce((sum, each) => sum + each.count, 0)).toBe(size / 2);
  const people = performance.now();
  await new HoldoutRepository(database).count(journey, 1_000);
  if (size > 100_000) console.info({ overview: took, held: people - live, holdout: performance.now() - people });
});
