import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { deliveryFixture, enroll, historyOf, makeJourney, messageRow, queue } from '../../test/delivery-fixture.js';
import type { Journey, Queued } from '../../test/delivery-fixture.js';

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;

beforeAll(async () => {
  fixture = await deliveryFixture();
});
afterAll(() => fixture?.close());

const nodes = { text: { type: 'wend/sms', config: { text: 'Hi {{ profile.name }}' } } };
const recipient = '+12125550100';

/** A message that somebody works on and has not written down yet. */
async function leased(): Promise<{ journey: Journey; message: Queued }> {
  const { database } = fixture;
  const journey = await makeJourney(database, nodes);
  const person = await enroll(database, { journey, traits: { phone: recipient } });
  const message = await queue(database, { journey, person, node: 'text', channel: 'sms' });
  await database.query(
    `update messages set lease_owner = 'me', lease_until = now() + interval '1 minute'
      where workspace_id = $1 and id = $2`,
    [journey.workspaceId, message.id],
  );
  return { journey, message };
}

const keep = ({ workspaceId }: Journey, { id }: Queued) =>
  fixture.outcomes.record({
    workspaceId,
    messageId: id,
    to: 'delivered',
    attempt: { number: 1, provider: 'sandbox', connectionId: null, answer: null },
    handover: {
      owner: 'me',
      provider: 'sandbox',
      recipient,
      addressKey: fixture.suppressions.keyOf({ workspaceId }, { channel: 'sms', address: recipient }),
      messageClass: 'marketing',
      topic: null,
      content: { text: 'Hi' },
      lane: 0,
    },
  });

const changes: Record<string, (journey: Journey, message: Queued) => Promise<unknown>> = {
  'the run has left': ({ workspaceId }, { enrollmentId }) =>
    fixture.database.query(`update enrollments set status = 'exited' where workspace_id = $1 and id = $2`, [
      workspaceId,
      enrollmentId,
    ]),
  'the journey was paused': ({ workspaceId, journeyId }) =>
    fixture.database.query(`update journey_control set state = 'paused' where workspace_id = $1 and journey_id = $2`, [
      workspaceId,
      journeyId,
    ]),
  'the address was suppressed': (journey) =>
    fixture.suppressions.take(journey, {
      news: [{ channel: 'sms', address: recipient, kind: 'complained', source: 'sending' }],
    }),
  'the person has unsubscribed': ({ workspaceId }, { id }) =>
    fixture.database.query(
      `insert into consents (workspace_id, profile_id, channel, state)
       select workspace_id, profile_id, channel, 'unsubscribed' from messages where workspace_id = $1 and id = $2`,
      [workspaceId, id],
    ),
  'somebody else has it': ({ workspaceId }, { id }) =>
    fixture.database.query(`update messages set lease_owner = 'another' where workspace_id = $1 and id = $2`, [
      workspaceId,
      id,
    ]),
};

it.each(Object.entries(changes))('nothing is written of a message when %s since it was checked', async (_, change) => {
  const { journey, message } = await leased();
  await change(journey, message);
  expect(await keep(journey, message)).toBe(false);
  expect(await messageRow(fixture.database, journey, message.id)).toMatchObject({
    status: 'queued',
    attempts: 0,
    content: null,
  });
  expect(await historyOf(fixture.database, journey, message.id)).toEqual([]);
});

it('it is delivered once, with what it was, whoever says so again', async () => {
  const { journey, message } = await leased();
  expect(await keep(journey, message)).toBe(true);
  expect(await keep(journey, message)).toBe(false);
  expect(await messageRow(fixture.database, journey, message.id)).toMatchObject({
    status: 'delivered',
    attempts: 1,
    provider: 'sandbox',
    recipient,
    content: { text: 'Hi' },
    lease_owner: null,
  });
  expect(await historyOf(fixture.database, journey, message.id)).toEqual(['sent', 'delivered']);
});

it('of very many each is delivered once by two that send, with its own content, and those who must not get it get none', async () => {
  const { database } = fixture;
  const journey = await makeJourney(database, nodes);
  const count = 2_000;
  await database.query(
    `with people as (
       insert into profiles (workspace_id, external_id, traits)
       select $1, 'p' || n, jsonb_build_object('name', 'N' || n, 'phone', '+1212555' || (1000 + n))
       from generate_series(1, $4::int) n
       returning id, external_id
     ), runs as (
       insert into enrollments (
         workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, status, workflow_id,
           entered_at
       )
       select $1, $2, $3, id, gen_random_uuid(), now(), case when external_id like '%7' then 'exited' else 'running' end,
         'w', now()
       from people
       returning id, profile_id
     )
     insert into messages (
       workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, queued_at
     )
     select $1, id, $2, $3, profile_id, 'text', 1, 'sms', now() from runs`,
    [journey.workspaceId, journey.journeyId, journey.versionId, count],
  );
  await fixture.suppressions.take(journey, {
    news: Array.from({ length: 100 }, (_, at) => ({
      channel: 'sms' as const,
      address: `+1212555${1_001 + at * 10}`,
      kind: 'complained' as const,
      source: 'sending' as const,
    })),
  });
  const loops = [fixture.loop(), fixture.loop()];
  for (const loop of loops) loop.nudge();
  await vi.waitFor(
    async () =>
      expect(
        await database.query(
          `select status, count(*)::int as count from messages where workspace_id = $1 group by 1 order by 1`,
          [journey.workspaceId],
        ),
      ).toEqual([
        { status: 'delivered', count: 1_700 },
        { status: 'suppressed', count: 300 },
      ]),
    { timeout: 45_000, interval: 200 },
  );
  // Nobody has another's, each attempt and each state counts once.
  const [odd] = await database.query<{ count: number; history: number; events: number }>(
    `select count(*) filter (
         where m.status = 'delivered' and (m.attempts <> 1 or m.content ->> 'text' <> 'Hi ' || (p.traits ->> 'name')
           or m.recipient <> p.traits ->> 'phone')
       )::int as count,
       (select count(*)::int from message_events v where v.workspace_id = $1) as history,
       (select count(*)::int from events e where e.workspace_id = $1 and e.name in ('Message Sent', 'Message Delivered'))
         as events
     from messages m join profiles p on p.workspace_id = $1 and p.id = m.profile_id where m.workspace_id = $1`,
    [journey.workspaceId],
  );
  expect(odd).toEqual({ count: 0, history: 2 * 1_700 + 300, events: 2 * 1_700 });
});
