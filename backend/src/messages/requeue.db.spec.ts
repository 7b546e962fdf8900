import { randomUUID } from 'node:crypto';
import type { Ruling } from '@wend/contract';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { deliveryFixture, makeJourney } from '../../test/delivery-fixture.js';
import type { Journey } from '../../test/delivery-fixture.js';
import { listening } from '../../test/listening.js';
import { HeldRepository } from '../delivery-rules/index.js';
import { laneIn } from './lanes.js';
import { RequeueRepository } from './requeue.repository.js';

const owner = 'me';
const bulk = laneIn('bulk', 0);
const aside = laneIn('bulk', 7);
const ruling: Ruling = { rule: 'rates', says: '50 a second.', counted: null, most: null, allowedAt: null, what: '' };

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let journey: Journey;
beforeAll(async () => {
  fixture = await deliveryFixture();
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  journey = await makeJourney(fixture.database, {});
});

/** Messages that are due; their ids. `by`: in whose hands they are. */
async function add({ of = journey, count, by = null }: { of?: Journey; count: number; by?: string | null }) {
  const rows = await fixture.database.query<{ id: string }>(
    `insert into messages (workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, lane,
       queued_at, lease_owner, lease_until)
     select $1, gen_random_uuid(), $2, $3, gen_random_uuid(), 'n', 1, 'sms', $4, now(), $6,
       case when $6::text is not null then now() + interval '1 minute' end
     from generate_series(1, $5::int)
     returning id`,
    [of.workspaceId, of.journeyId, of.versionId, bulk, count, by],
  );
  return rows.map(({ id }) => id);
}
const rows = (of = journey) =>
  fixture.database.query<{
    id: string;
    lane: number;
    lease_owner: string | null;
    ruling: Ruling | null;
    content: object | null;
    held_by: string | null;
    later: boolean;
  }>(
    `select id, lane, lease_owner, ruling, content, held_by, next_attempt_at > now() as later
     from messages where workspace_id = $1 and journey_id = $2`,
    [of.workspaceId, of.journeyId],
  );

it('puts those of a slow journey aside by one statement, however many come at once, and nobody else’s', async () => {
  const other = await makeJourney(fixture.database, {}, journey.workspaceId, 'other');
  const mine = await add({ count: 100, by: owner });
  await add({ count: 200 });
  await add({ count: 3, by: 'another sender' });
  await add({ of: other, count: 10 });
  const { database, sent } = listening(fixture.database);
  const requeue = new RequeueRepository(database);
  await Promise.all(
    mine.map((id) =>
      requeue.gatherInLane(journey, {
        id,
        owner,
        journeyId: journey.journeyId,
        channel: 'sms',
        from: bulk,
        to: aside,
        ruling,
      }),
    ),
  );
  expect(sent).toHaveLength(1);
  const moved = (await rows()).filter(({ lane }) => lane === aside);
  expect(moved).toHaveLength(300);
  expect(moved.every((row) => row.lease_owner === null && row.ruling?.says === ruling.says)).toBe(true);
  expect((await rows()).filter(({ lane }) => lane === bulk).map((row) => row.lease_owner)).toEqual(
    Array.from({ length: 3 }, () => 'another sender'),
  );
  expect((await rows(other)).every(({ lane }) => lane === bulk)).toBe(true);
});

it('gives back by one statement what waits for a place and what is asked again, each as it is said', async () => {
  const mine = await add({ count: 60, by: owner });
  const [theirs] = await add({ count: 1, by: 'another sender' });
  const { database, sent } = listening(fixture.database);
  const requeue = new RequeueRepository(database);
  const kept = { recipient: null, connectionId: null, ruling: null };
  await Promise.all([
    ...mine
      .slice(0, 30)
      .map((id, index) =>
        requeue.putInLane(journey, { id, owner, lane: aside, content: { text: id }, inSeconds: index % 2, ...kept }),
      ),
    ...[...mine.slice(30), theirs!].map((id, index) =>
      requeue.release(journey, { id, owner, inSeconds: (index % 2) * 60 }),
    ),
  ]);
  expect(sent).toHaveLength(2);
  const all = new Map((await rows()).map((row) => [row.id, row]));
  for (const [index, id] of mine.entries()) {
    const inLane = index < 30;
    expect(all.get(id)).toMatchObject({
      lane: inLane ? aside : bulk,
      content: inLane ? { text: id } : null,
      lease_owner: null,
      later: index % 2 === 1,
    });
  }
  expect(all.get(theirs!)).toMatchObject({ lane: bulk, lease_owner: 'another sender' });
});

it('holds by one statement what rules keep back, and tells a reason once', async () => {
  const mine = await add({ count: 40, by: owner });
  const { database, sent } = listening(fixture.database);
  const held = new HeldRepository(database);
  const hold = (says: string) =>
    Promise.all(
      mine.map((id) =>
        held.hold(journey, {
          id,
          owner,
          by: 'quiet',
          until: new Date(Date.now() + 60_000),
          expiresAt: null,
          priority: 2,
          ruling: { ...ruling, rule: 'quiet', says },
        }),
      ),
    );
  const again = () =>
    fixture.database.query(`update messages set lease_owner = $2, held_by = null where workspace_id = $1`, [
      journey.workspaceId,
      owner,
    ]);
  await hold('21:00–08:00');
  await again();
  await hold('21:00–08:00');
  await again();
  await hold('22:00–08:00');
  expect(sent).toHaveLength(3);
  expect((await rows()).every((row) => row.held_by === 'quiet' && row.lease_owner === null)).toBe(true);
  const told = await fixture.database.query<{ detail: string; count: number }>(
    `select detail, count(*)::int as count from message_events
     where workspace_id = $1 and status = 'held' group by detail order by detail`,
    [journey.workspaceId],
  );
  expect(told).toEqual([
    { detail: '21:00–08:00', count: 40 },
    { detail: '22:00–08:00', count: 40 },
  ]);
  const counted = await fixture.database.query<{ count: number }>(
    `select sum(count)::int as count from rule_counts where workspace_id = $1 and act = 'held'`,
    [journey.workspaceId],
  );
  expect(counted).toEqual([{ count: 80 }]);
  await again();
  await held.note(journey, { id: mine[0]!, owner: randomUUID(), ruling: { ...ruling, says: 'not mine' } });
  expect((await rows()).some((row) => row.ruling?.says === 'not mine')).toBe(false);
});
