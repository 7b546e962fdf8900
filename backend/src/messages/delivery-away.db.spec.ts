import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deliveryFixture, enroll, makeJourney, messageRow, queue } from '../../test/delivery-fixture.js';
import type { Journey, Queued } from '../../test/delivery-fixture.js';
import type { Behaviour, Remote } from '../../test/provider-contract.js';
import { hookReceiver, mailServer } from '../../test/provider-edges.js';
import { logger } from '../platform/logging/index.js';

const count = 40;
let mail: Remote;
let hooks: Remote;
let fixture: Awaited<ReturnType<typeof deliveryFixture>>;

beforeAll(async () => {
  logger.level = 'fatal';
  [mail, hooks] = await Promise.all([mailServer(), hookReceiver()]);
  fixture = await deliveryFixture({ allow: [mail.allow, hooks.allow] });
  fixture.loop();
});
afterAll(async () => {
  await fixture?.close();
  await mail?.close();
  await hooks?.close();
});

async function shop(): Promise<Journey> {
  const journey = await makeJourney(fixture.database, {
    mail: { type: 'wend/email', config: { subject: 'Hi', body: '<p>Hi</p>' } },
    text: { type: 'wend/sms', config: { text: 'Hi' } },
    hook: {
      type: 'wend/webhook',
      config: { method: 'POST', url: `http://${hooks.allow}/hook`, headers: [], body: 'x' },
    },
  });
  await fixture.database.query(
    `update channel_settings set sandbox = false where workspace_id = $1 and channel = 'email'`,
    [journey.workspaceId],
  );
  const [host, port] = mail.allow.split(':') as [string, string];
  await fixture.database.query(
    `insert into connections (workspace_id, kind, name, settings) values ($1, 'smtp', 'fake', $2)`,
    [
      journey.workspaceId,
      JSON.stringify({ host, port: Number(port), security: 'none', user: '', from: 'shop@example.com' }),
    ],
  );
  return journey;
}
async function queueMany(
  journey: Journey,
  { node, channel, from }: { node: string; channel: 'email' | 'webhook'; from: number },
): Promise<Queued[]> {
  const person = await enroll(fixture.database, { journey, traits: { email: 'ann@example.com' } });
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      queue(fixture.database, { journey, person, node, channel, visit: from + index }),
    ),
  );
}
const statuses = async (journey: Journey) =>
  Object.fromEntries(
    (
      await fixture.database.query<{ status: string; n: number }>(
        'select status, count(*)::int as n from messages where workspace_id = $1 group by 1',
        [journey.workspaceId],
      )
    ).map(({ status, n }) => [status, n]),
  );

describe('a mail server that is away', () => {
  it.each(['refuses', 'slow', 'resets', 'busy'] as Behaviour[])(
    '(%s) loses nothing, and sending recovers seconds after it is back',
    { timeout: 60_000 },
    async (behaviour) => {
      const journey = await shop();
      const first = await queueMany(journey, { node: 'mail', channel: 'email', from: 1 });
      await vi.waitFor(() => expect(first.some(({ id }) => mail.taken.includes(id))).toBe(true), 10_000);
      await mail.behave(behaviour);
      const second = await queueMany(journey, { node: 'mail', channel: 'email', from: 1_000 });
      const all = [...first, ...second];
      // It has been noticed, and what was not begun is neither sending nor unknown.
      await vi.waitFor(async () => {
        const rows = await Promise.all(all.map(({ id }) => messageRow(fixture.database, journey, id)));
        expect(rows.some(({ status, error }) => status === 'queued' && error !== null)).toBe(true);
        for (const row of rows) if (row.status === 'sending') expect(row.recipient).toBe('ann@example.com');
      }, 25_000);
      await mail.behave('well');
      await vi.waitFor(
        async () => expect(await statuses(journey).then(({ queued = 0, sending = 0 }) => queued + sending)).toBe(0),
        { timeout: 15_000, interval: 50 },
      );
      for (const { id } of all) {
        const row = await messageRow(fixture.database, journey, id);
        const times = mail.taken.filter((each) => each === id).length;
        // The line may have been cut in the middle of a few: those are not known, and not sent again.
        if (row.status === 'unknown') expect(times).toBeLessThanOrEqual(1);
        else
          expect({ status: row.status, attempts: row.attempts, times }).toEqual({
            status: 'sent',
            attempts: 1,
            times: 1,
          });
      }
      expect((await statuses(journey))['unknown'] ?? 0).toBeLessThanOrEqual(behaviour === 'busy' ? 0 : 5);
    },
  );

  it('keeps nobody else waiting, tells it once in the history, and is told of by the message', async () => {
    const journey = await shop();
    await mail.behave('refuses');
    const away = await queueMany(journey, { node: 'mail', channel: 'email', from: 1 });
    const stored = () => Promise.all(away.map(({ id }) => messageRow(fixture.database, journey, id)));
    await vi.waitFor(
      async () =>
        expect(await stored()).toContainEqual(
          expect.objectContaining({
            status: 'queued',
            attempts: 0,
            lease_owner: null,
            error: expect.stringMatching(/connection/i) as string,
          }),
        ),
      10_000,
    );
    const person = await enroll(fixture.database, {
      journey,
      origin: 'test',
      traits: { email: 'ann@example.com', phone: '+12125550100' },
    });
    const tested = await queue(fixture.database, { journey, person, node: 'mail', channel: 'email', origin: 'test' });
    const hooked = await queueMany(journey, { node: 'hook', channel: 'webhook', from: 1 });
    for (const { id } of [tested, ...hooked])
      await vi.waitFor(
        async () => expect(await messageRow(fixture.database, journey, id)).toMatchObject({ status: 'delivered' }),
        10_000,
      );
    const told = await fixture.database.query<{ n: number }>(
      `select count(*)::int as n from message_events where workspace_id = $1 and status = 'retry' group by message_id`,
      [journey.workspaceId],
    );
    expect(new Set(told.map(({ n }) => n))).toEqual(new Set([1]));
    await mail.behave('well');
    await vi.waitFor(
      async () => expect(await statuses(journey)).toEqual({ sent: count, delivered: count + 1 }),
      15_000,
    );
  });
});
