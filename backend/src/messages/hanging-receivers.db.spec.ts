import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { deliveryFixture, enroll, makeJourney, messageRow, queue } from '../../test/delivery-fixture.js';
import type { Journey } from '../../test/delivery-fixture.js';
import type { Remote } from '../../test/provider-contract.js';
import { mailServer } from '../../test/provider-edges.js';
import { startSink } from '../../test/sink.js';
import { logger } from '../platform/logging/index.js';

type Sink = Awaited<ReturnType<typeof startSink>>;
let well: Sink;
let mail: Remote;
beforeAll(async () => {
  logger.level = 'fatal';
  [well, mail] = await Promise.all([startSink(), mailServer()]);
});
afterAll(async () => {
  await Promise.all([well?.close(), mail?.close()]);
});

/** They take every call and never answer. */
let hanging: Sink[];
let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
beforeEach(async () => {
  hanging = await Promise.all(Array.from({ length: 3 }, () => startSink(() => undefined)));
  fixture = await deliveryFixture({ allow: [...hanging, well, mail].map(({ allow }) => allow) });
  return async () => {
    // Calls are cut first, so that nothing waits for them.
    await Promise.all(hanging.map((each) => each.close()));
    await fixture.close();
  };
});

async function shop(): Promise<Journey> {
  const hook = (url: string) => ({ type: 'wend/webhook', config: { method: 'POST', url, headers: [], body: 'x' } });
  const journey = await makeJourney(fixture.database, {
    ...Object.fromEntries(hanging.map(({ url }, index) => [`hangs${index}`, hook(`${url}/hook`)])),
    hook: hook(`${well.url}/hook`),
    mail: { type: 'wend/email', config: { subject: 'Hi', body: '<p>Hi</p>' } },
  });
  await fixture.database.query(
    `update channel_settings set sandbox = false where workspace_id = $1 and channel = 'email'`,
    [journey.workspaceId],
  );
  const [host, port] = mail.allow.split(':') as [string, string];
  const settings = { host, port: Number(port), security: 'none', user: '', from: 'shop@example.com' };
  await fixture.database.query(
    `insert into connections (workspace_id, kind, name, settings) values ($1, 'smtp', 'fake', $2)`,
    [journey.workspaceId, JSON.stringify(settings)],
  );
  return journey;
}
/** Messages to the receivers that hang, in turn, since a minute ago. */
async function queueHanging(journey: Journey, { count, receivers }: { count: number; receivers: number }) {
  const person = await enroll(fixture.database, { journey, traits: { email: 'ann@example.com' } });
  await fixture.database.query(
    `insert into messages (workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, origin,
       data, queued_at)
     select $1, $2, $3, $4, $5, 'hangs' || n % $7::int, n, 'webhook', 'live', '{}', now() - interval '1 minute'
     from generate_series(1, $6::int) n`,
    [
      journey.workspaceId,
      person.enrollmentId,
      journey.journeyId,
      journey.versionId,
      person.profileId,
      count,
      receivers,
    ],
  );
  return person;
}
const calls = () => hanging.reduce((sum, each) => sum + each.calls.length, 0);

const unknownReceiver = async ({ workspaceId }: Journey): Promise<number> =>
  (
    await fixture.database.query<{ count: number }>(
      `select count(*)::int as count from messages where workspace_id = $1 and status = 'queued' and lane = 0`,
      [workspaceId],
    )
  )[0]!.count;
const sent = async (journey: Journey, of: Omit<Parameters<typeof queue>[1], 'journey'>): Promise<number> => {
  const begun = performance.now();
  const { id } = await queue(fixture.database, { journey, ...of });
  await expect
    .poll(async () => (await messageRow(fixture.database, journey, id)).status, { timeout: 20_000, interval: 10 })
    .toMatch(/^(sent|delivered)$/);
  return performance.now() - begun;
};

it.each([
  { receivers: 1, places: 32 },
  // Together they have all places of their channel: other channels have theirs.
  { receivers: 3, places: 48 },
])(
  '1,000 calls of $receivers receivers that hang take $places places, and no mail waits for them',
  { timeout: 90_000 },
  async ({ receivers, places }) => {
    const journey = await shop();
    const person = await queueHanging(journey, { count: 1_000, receivers });
    const loop = fixture.loop();
    await expect.poll(calls, { timeout: 20_000 }).toBe(places);
    const took: number[] = [];
    for (let visit = 10_001; visit <= 10_010; visit += 1)
      took.push(await sent(journey, { person, node: 'mail', channel: 'email', visit }));
    expect(took.sort((a, b) => a - b)[5]).toBeLessThan(3_000);
    expect(Math.max(...took)).toBeLessThan(15_000);
    if (receivers === 1) {
      // Once it is known whom the others are for, another receiver of the channel does not wait for them either.
      await expect.poll(() => unknownReceiver(journey), { timeout: 45_000 }).toBe(0);
      expect(await sent(journey, { person, node: 'hook', channel: 'webhook', visit: 10_011 })).toBeLessThan(15_000);
    }
    await Promise.all(hanging.map((each) => each.close()));
    await loop.stop(5_000);
  },
);
