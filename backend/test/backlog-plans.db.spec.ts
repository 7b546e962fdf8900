import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliveryFixture, makeJourney } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';
import { listening, planOf } from './listening.js';
import { CancellationRepository } from '../src/backlog/cancellation.repository.js';
import { freeExpired, releaseBacklog, releaseSettings, walkSettings } from '../src/delivery-rules/backlog.sql.js';
import { RecheckRepository } from '../src/delivery-rules/recheck.repository.js';

/** As many as a larger shop has: half of them are held. */
const messages = 200_000;
const start = { until: '-infinity', id: '00000000-0000-0000-0000-000000000000' };

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let journey: Journey;
beforeAll(async () => {
  fixture = await deliveryFixture();
  journey = await makeJourney(fixture.database, {});
  await fixture.database.query(
    `insert into messages (workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, status,
       queued_at, next_attempt_at, held_by, held_until, held_priority)
     select $1, gen_random_uuid(), $2, $3, gen_random_uuid(), 'n', 1, case when n % 100 = 0 then 'sms' else 'email' end,
       case when n % 2 = 0 then 'queued' else 'sent' end, now(), case when n % 2 = 0 then 'infinity'::timestamptz else now() end,
       case when n % 2 = 0 then 'quiet' end, case when n % 2 = 0 then now() + (n - 50000) * interval '1 ms' end, 1 + n % 5
     from generate_series(1, ${messages}) n`,
    [journey.workspaceId, journey.journeyId, journey.versionId],
  );
  await fixture.database.query('insert into backlogs (workspace_id) values ($1)', [journey.workspaceId]);
  await fixture.database.query('analyze messages, backlogs');
}, 120_000);
afterAll(() => fixture?.close());

it('lets go what is due without reading what is not', async () => {
  const plan = await fixture.database.transaction(
    async (sql) =>
      (await sql.query<{ 'QUERY PLAN': string }>(`explain ${releaseBacklog}`))
        .map((row) => row['QUERY PLAN'])
        .join('\n'),
    { settings: releaseSettings },
  );
  expect(plan).not.toMatch(/Seq Scan on messages/);
  expect(plan).toMatch(/Index Scan using messages_held on messages/);
  expect(plan).toMatch(/Index Scan using messages_pkey on messages/);
  const [row] = await fixture.database.query<{ 'QUERY PLAN': string }>(`explain (format json) ${freeExpired}`);
  expect(JSON.stringify(row)).toMatch(/messages_held_expiring/);
  expect(JSON.stringify(row)).not.toMatch(/Seq Scan/);
});

it('judges anew, and cancels few of very many, part by part along the backlog', async () => {
  const { database, sent } = listening(fixture.database);
  await database.transaction((sql) =>
    new RecheckRepository(database).next(journey, {
      sql,
      after: { afterUntil: start.until, afterId: start.id },
      limit: 1_000,
    }),
  );
  const rechecked = await planOf({
    database: fixture.database,
    sent,
    words: '"journeyPriority"',
    settings: walkSettings,
  });
  expect(rechecked).toMatch(/Index Scan using messages_backlog on messages/);
  const cancellations = new CancellationRepository(database);
  const filter = { journeyId: journey.journeyId, channel: 'sms' };
  await database.transaction(async (sql) => {
    await cancellations.insert(journey, { sql, id: randomUUID(), filter, requested_by: 'Mia', total: 2_000 });
    const of = (await cancellations.take(sql))!;
    const { found, end } = await cancellations.next(journey, { sql, of, after: start, limit: 500 });
    // A fiftieth of the 20,000 that are read at once; the next look goes on after all of these.
    expect(found).toHaveLength(400);
    const { found: more } = await cancellations.next(journey, { sql, of, after: end!, limit: 500 });
    expect(more.filter((id) => found.includes(id))).toEqual([]);
    expect(more).toHaveLength(400);
  });
  const plan = await planOf({
    database: fixture.database,
    sent: [sent.find(({ text }) => text.includes('as part'))!],
    words: 'as part',
    settings: walkSettings,
  });
  expect(plan).toMatch(/Index Scan using messages_backlog on messages/);
  expect(plan).not.toMatch(/Seq Scan/);
});
