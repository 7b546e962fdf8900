import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { deliveryFixture, enroll, makeJourney, queue } from '../../test/delivery-fixture.js';
import type { Journey } from '../../test/delivery-fixture.js';

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let journey: Journey;
beforeAll(async () => {
  fixture = await deliveryFixture();
  journey = await makeJourney(fixture.database, {
    chat: {
      type: 'wend/telegram',
      config: { text: 'Hi {{ profile.name }}', smsFallback: 'Hello by SMS, {{ profile.name }}' },
    },
    counted: {
      type: 'wend/telegram',
      config: { text: 'Hi {{ profile.name }}', smsFallback: 'Hello by SMS, {{ profile.name }}' },
    },
    alone: { type: 'wend/telegram', config: { text: 'Hi' } },
  });
  fixture.loop();
});
afterAll(() => fixture.close());

type Row = { id: string; channel: string; status: string; content: { text?: string } | null; resend_of: string | null };
const rowsOf = (enrollmentId: string): Promise<Row[]> =>
  fixture.database.query<Row>(
    `select id, channel, status, content, resend_of
      from messages
      where workspace_id = $1 and enrollment_id = $2
      order by resend_number`,
    [journey.workspaceId, enrollmentId],
  );
async function sent(node: string, traits = {}) {
  const person = await enroll(fixture.database, {
    journey,
    traits: { name: 'Mina', telegram_chat_id: '7', phone: '+4915112345678', ...traits },
  });
  const message = await queue(fixture.database, { journey, person, node, channel: 'telegram' });
  // It is taken, and told of later.
  await fixture.database.query(
    `update messages set status = 'sent', attempts = 1, provider = 'telegram-bot', lease_owner = null where id = $1`,
    [message.id],
  );
  return { ...person, id: message.id };
}
const bounce = (id: string) =>
  fixture.outcomes.record({ workspaceId: journey.workspaceId, messageId: id, to: 'bounced', reason: 'badAddress' });

it('goes out once on the other channel, however often the refusal is told', async () => {
  const message = await sent('chat');
  await Promise.all([bounce(message.id), bounce(message.id), bounce(message.id)]);
  await bounce(message.id);
  await vi.waitFor(
    async () =>
      expect(await rowsOf(message.enrollmentId)).toMatchObject([
        { channel: 'telegram', status: 'bounced' },
        { channel: 'sms', status: 'delivered', resend_of: message.id, content: { text: 'Hello by SMS, Mina' } },
      ]),
    { timeout: 10_000, interval: 50 },
  );
  // What becomes of that one sends nothing more.
  const [, sms] = await rowsOf(message.enrollmentId);
  await fixture.database.query(`update messages set status = 'sent' where id = $1`, [sms!.id]);
  await bounce(sms!.id);
  expect(await rowsOf(message.enrollmentId)).toHaveLength(2);
});

it('asks for consent and address of its own channel', async () => {
  const message = await sent('chat', { phone: null });
  await bounce(message.id);
  await vi.waitFor(
    async () =>
      expect(await rowsOf(message.enrollmentId)).toMatchObject([{ status: 'bounced' }, { status: 'suppressed' }]),
    { timeout: 10_000, interval: 50 },
  );
});

it('is not there where the step says nothing, or somebody can put it right', async () => {
  const alone = await sent('alone');
  await bounce(alone.id);
  const misconfigured = await sent('chat');
  await fixture.outcomes.record({
    workspaceId: journey.workspaceId,
    messageId: misconfigured.id,
    to: 'failed',
    reason: 'configuration',
  });
  expect(await rowsOf(alone.enrollmentId)).toHaveLength(1);
  expect(await rowsOf(misconfigured.enrollmentId)).toHaveLength(1);
});

it('counts for the step together with what it is sent for: either one of them arrives, or the step has failed once', async () => {
  const figures = async () =>
    Object.fromEntries(
      (
        await fixture.database.query<{ measure: string; count: number }>(
          `select measure, sum(count)::int as count
            from journey_stat_deltas
            where workspace_id = $1 and node = 'counted'
            group by measure
            having sum(count) <> 0`,
          [journey.workspaceId],
        )
      ).map(({ measure, count }) => [measure, count]),
    );
  const arrives = await sent('counted');
  await bounce(arrives.id);
  await vi.waitFor(async () => expect((await rowsOf(arrives.enrollmentId))[1]).toMatchObject({ status: 'delivered' }), {
    timeout: 10_000,
    interval: 50,
  });
  expect(await figures()).toEqual({ 'message:sent': 1, 'message:delivered': 1 });
  const lost = await sent('counted', { phone: null });
  await bounce(lost.id);
  await vi.waitFor(async () => expect((await rowsOf(lost.enrollmentId))[1]).toMatchObject({ status: 'suppressed' }), {
    timeout: 10_000,
    interval: 50,
  });
  expect(await figures()).toEqual({
    'message:sent': 1,
    'message:delivered': 1,
    'message:suppressed:unreachable': 1,
  });
});
