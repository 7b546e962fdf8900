import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { deliveryFixture, enroll, historyOf, makeJourney } from '../../test/delivery-fixture.js';
import type { Journey } from '../../test/delivery-fixture.js';
import { testBacklog } from '../../test/backlog.js';
import { HeldRepository } from '../delivery-rules/index.js';
import type { Caller } from '../platform/http/index.js';
import { logger } from '../platform/logging/index.js';

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let backlog: ReturnType<typeof testBacklog>;
let journey: Journey;
let caller: Caller;
beforeAll(async () => {
  logger.level = 'fatal';
  fixture = await deliveryFixture();
  backlog = testBacklog(fixture);
});
afterAll(() => fixture.close());
beforeEach(async () => {
  journey = await makeJourney(fixture.database, {
    mail: { type: 'wend/email', config: { subject: 'Hi', html: '<p>Hi</p>' } },
  });
  caller = {
    workspaceId: journey.workspaceId,
    actor: { kind: 'member', id: randomUUID(), email: 'mia@example.com', role: 'marketer' },
  } as unknown as Caller;
});

/** Held messages, the first of them due since `n` minutes ago. */
async function held(
  of: Journey,
  {
    count,
    channel = 'email',
    rule = 'quiet',
    inMinutes = 60,
  }: { count: number; channel?: string; rule?: string; inMinutes?: number },
) {
  const { enrollmentId, profileId } = await enroll(fixture.database, {
    journey: of,
    traits: { name: '민지', email: 'm@example.com' },
  });
  await fixture.database.query(
    `insert into messages (workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, origin,
       data, queued_at, run_offset_ms, next_attempt_at, held_by, held_at, held_until, ruling)
     select $1, $2, $3, $4, $5, 'mail', n, $6, 'live', '{}', now() - n * interval '1 minute', 0, 'infinity', $7, now(),
       now() + ($9::int + n) * interval '1 minute', '{"says": "Quiet."}'
     from generate_series(1, $8::int) n`,
    [of.workspaceId, enrollmentId, of.journeyId, of.versionId, profileId, channel, rule, count, inMinutes],
  );
}
const left = async () =>
  (
    await fixture.database.query<{ held: number; canceled: number }>(
      `select count(*) filter (where status = 'queued' and held_by is not null)::int as held,
         count(*) filter (where status = 'suppressed' and reason = 'aborted')::int as canceled
       from messages
       where workspace_id = $1`,
      [journey.workspaceId],
    )
  )[0]!;

it('counts what waits, and lists it page by page, those that may go first first', async () => {
  await held(journey, { count: 7 });
  await held(journey, { count: 3, channel: 'sms', inMinutes: -60 });
  const other = await makeJourney(fixture.database, {}, journey.workspaceId, 'h2');
  await held(other, { count: 2, rule: 'caps' });
  const summary = await backlog.service.summary(caller);
  expect(summary).toMatchObject({ total: 12, due: 3, perMinute: null });
  expect(summary.channels).toEqual([
    { channel: 'email', count: 9, due: 0 },
    { channel: 'sms', count: 3, due: 3 },
  ]);
  expect(summary.rules.map(({ rule, count }) => [rule, count])).toEqual([
    ['quiet', 10],
    ['caps', 2],
  ]);
  expect(Date.parse(summary.nextAt!)).toBeGreaterThan(Date.now());
  const seen: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await backlog.service.list(caller, { cursor, limit: 5 });
    seen.push(...page.items.map(({ until }) => until));
    if (page.next === null) break;
    cursor = page.next;
  }
  expect(seen).toHaveLength(12);
  expect(seen).toEqual([...seen].sort());
  const { items, next } = await backlog.service.list(caller, { limit: 5, journeyId: other.journeyId });
  expect(items).toHaveLength(2);
  expect(items[0]).toMatchObject({ profile: { name: '민지' }, rule: 'caps', says: 'Quiet.' });
  expect(next).toBeNull();
});

it('cancels one, with what everybody is told of it, and none that is on its way', async () => {
  await held(journey, { count: 2, inMinutes: -60 });
  const [first, second] = (await backlog.service.list(caller, { limit: 5 })).items;
  await backlog.service.cancel(caller, first!.id);
  expect(await left()).toEqual({ held: 1, canceled: 1 });
  expect(await historyOf(fixture.database, journey, first!.id)).toContain('suppressed');
  await new HeldRepository(fixture.database).release();
  await new HeldRepository(fixture.database).release();
  await expect(backlog.service.cancel(caller, second!.id)).rejects.toMatchObject({ code: 'not-held' });
  await expect(backlog.service.cancel(caller, first!.id)).rejects.toMatchObject({ code: 'not-held' });
  await expect(backlog.service.cancel(caller, randomUUID())).rejects.toMatchObject({ status: 404 });
});

it('cancels all of a filter, as many as were seen, and nothing that came later', async () => {
  await held(journey, { count: 1_201, channel: 'sms' });
  await held(journey, { count: 5 });
  const ask = (expected: number, requestId = randomUUID()) =>
    backlog.service.cancelAll(caller, { requestId, filter: { channel: 'sms' }, expected });
  await expect(ask(1_200)).rejects.toMatchObject({ code: 'backlog-grew' });
  const started = await ask(1_201);
  expect(started).toMatchObject({ state: 'running', total: 1_201, requestedBy: 'mia@example.com' });
  expect(await ask(1_201, started.id)).toMatchObject({ id: started.id });
  await held(journey, { count: 4, channel: 'sms' });
  // Two workers at once.
  const work = async () => {
    while (await backlog.cancellations.work());
  };
  await Promise.all([work(), work()]);
  expect(await left()).toEqual({ held: 9, canceled: 1_201 });
  expect((await backlog.service.summary(caller)).cancellations[0]).toMatchObject({
    state: 'done',
    total: 1_201,
    done: 1_201,
  });
});
