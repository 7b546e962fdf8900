import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { defineProvider } from '@wend/node-sdk';
import { z } from 'zod';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { deliveryFixture, enroll, makeJourney } from '../../test/delivery-fixture.js';
import type { Journey } from '../../test/delivery-fixture.js';
import { logger } from '../platform/logging/index.js';
import { laneIn } from './lanes.js';
import type { LaneClass } from './lanes.js';

/** Takes its time for each message, and never more of them at once than it is given places. */
const slow = defineProvider({
  channel: 'sms',
  name: 'slow',
  title: 'Slow',
  description: 'A provider that takes its time.',
  idempotent: true,
  settings: z.object({}),
  open: () => ({
    async send({ handingOver }) {
      await handingOver();
      await delay(200);
      return { status: 'sent' };
    },
  }),
});

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let journey: Journey;
let other: Journey;
let loop: ReturnType<typeof fixture.loop>;

beforeAll(async () => {
  logger.level = 'fatal';
  fixture = await deliveryFixture({ brought: [slow] });
});
afterAll(() => fixture?.close());
const nodes = {
  mail: { type: 'wend/email', config: { subject: 'Hi', body: 'Hi' } },
  text: { type: 'wend/sms', config: { text: 'Hi' } },
  receipt: { type: 'wend/email', config: { subject: 'Hi', body: 'Hi', messageClass: 'transactional' } },
  code: { type: 'wend/sms', config: { text: 'Hi', messageClass: 'transactional' } },
};
beforeEach(async () => {
  journey = await makeJourney(fixture.database, nodes);
  other = await makeJourney(fixture.database, nodes, journey.workspaceId, 'other');
  await fixture.database.query(
    `update channel_settings set sandbox = false where workspace_id = $1 and channel = 'sms'`,
    [journey.workspaceId],
  );
  await fixture.database.query(
    `insert into connections (workspace_id, id, kind, name, settings) values ($1, $2, 'slow', 'Slow', '{}')`,
    [journey.workspaceId, randomUUID()],
  );
  loop = fixture.loop();
});
afterEach(() => loop.stop(0));

type Queued = { of?: Journey; node: keyof typeof nodes; count: number; lane: LaneClass };
/** Messages of one person, as commits queue them. */
async function queueAll({ of = journey, node, count, lane }: Queued): Promise<void> {
  const person = await enroll(fixture.database, {
    journey: of,
    traits: { email: 'ann@example.net', phone: '+49 30 1234567' },
  });
  await fixture.database.query(
    `insert into messages (workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, data,
       queued_at, lane)
     select $1, $2, $3, $4, $5, $6, n, $7, '{}', now(), $8 from generate_series(1, $9::int) n`,
    [
      of.workspaceId,
      person.enrollmentId,
      of.journeyId,
      of.versionId,
      person.profileId,
      node,
      nodes[node].type === 'wend/email' ? 'email' : 'sms',
      laneIn(lane, 0),
      count,
    ],
  );
  loop.nudge();
}
const counts = async (of: Journey, lane: LaneClass) => {
  const [row] = await fixture.database.query<{ gone: number; left: number }>(
    `select count(*) filter (where status in ('sent', 'delivered'))::int as gone,
       count(*) filter (where status in ('queued', 'sending'))::int as left
     from messages where workspace_id = $1 and journey_id = $2 and lane / 4096 = $3`,
    [of.workspaceId, of.journeyId, laneIn(lane, 0) / 4_096],
  );
  return row!;
};

it(
  'lets transactional messages pass thousands of others, in the sandbox and where a provider is slow',
  { timeout: 120_000 },
  async () => {
    await queueAll({ node: 'mail', count: 6_000, lane: 'bulk' });
    await queueAll({ node: 'text', count: 2_000, lane: 'bulk' });
    await queueAll({ node: 'text', count: 500, lane: 'single' });
    await expect.poll(async () => (await counts(journey, 'bulk')).gone, { timeout: 20_000 }).toBeGreaterThan(100);
    const passed: number[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      const before = await counts(journey, 'bulk');
      await queueAll({ of: other, node: turn % 2 === 0 ? 'receipt' : 'code', count: 1, lane: 'transactional' });
      await expect
        .poll(async () => (await counts(other, 'transactional')).left, { timeout: 20_000, interval: 20 })
        .toBe(0);
      passed.push((await counts(journey, 'bulk')).gone - before.gone);
    }
    expect((await counts(other, 'transactional')).gone).toBe(6);
    // The sandbox takes some thousand a second; the slow ones hold 32 places for 200 ms each.
    const left = await counts(journey, 'bulk');
    expect(left.left).toBeGreaterThan(1_000);
    expect(Math.max(...passed)).toBeLessThan(3_000);
  },
);

it(
  'a journey that may only go slowly is in nobody’s way, and goes no faster than it may',
  { timeout: 120_000 },
  async () => {
    await fixture.database.query(
      `insert into rate_limits (workspace_id, journey_id, messages, per) values ($1, $2, 10, 'second')`,
      [journey.workspaceId, journey.journeyId],
    );
    const begun = performance.now();
    await queueAll({ node: 'text', count: 3_000, lane: 'bulk' });
    await queueAll({ of: other, node: 'text', count: 60, lane: 'bulk' });
    await expect.poll(async () => (await counts(other, 'bulk')).left, { timeout: 30_000 }).toBe(0);
    const seconds = (performance.now() - begun) / 1_000;
    const { gone, left } = await counts(journey, 'bulk');
    expect(gone).toBeLessThanOrEqual(10 * (seconds + 0.2) + 1);
    expect(left).toBeGreaterThan(2_000);
    // More is heard while they wait.
    await fixture.database.query('update rate_limits set messages = 100 where workspace_id = $1', [
      journey.workspaceId,
    ]);
    await expect
      .poll(async () => (await counts(journey, 'bulk')).gone - gone, { timeout: 30_000 })
      .toBeGreaterThan(150);
  },
);
