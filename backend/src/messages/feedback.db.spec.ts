import { randomUUID } from 'node:crypto';
import type { FeedbackEvent } from '@wend/node-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryFixture, enroll, eventsOf, historyOf, makeJourney, queue } from '../../test/delivery-fixture.js';
import type { Journey } from '../../test/delivery-fixture.js';
import { relayProvider } from '../../test/relay-package.mjs';
import { logger } from '../platform/logging/index.js';
import type { Heard } from '../channels/index.js';

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let journey: Journey;
let other: Journey;
let connection: { id: string; kind: string };
const heard: Heard[] = [];

beforeAll(async () => {
  logger.level = 'fatal';
  fixture = await deliveryFixture({ brought: [relayProvider({ name: 'relay', channel: 'sms', idempotent: true })] });
  const nodes = { text: { type: 'wend/sms', config: { text: 'Hi' } } };
  journey = await makeJourney(fixture.database, nodes);
  other = await makeJourney(fixture.database, nodes);
  connection = { id: await connect(journey), kind: 'relay' };
  fixture.listeners.add({
    name: 'test',
    kinds: ['bounced', 'softBounced', 'complained', 'replied'],
    take: async (_, told) => void heard.push(told),
  });
  fixture.hits.limit({ holdMs: 0, togetherMs: 0, afterSendMs: 0 });
});
afterAll(() => fixture?.close());

async function connect({ workspaceId }: Journey): Promise<string> {
  const [row] = await fixture.database.query<{ id: string }>(
    `insert into connections (workspace_id, kind, name, settings) values ($1, 'relay', 'Relay', '{}') returning id`,
    [workspaceId],
  );
  return row!.id;
}

/** A message that went out by the relay; `providerId: null` while its answer is not stored yet. */
async function sent(options: { journey?: Journey; providerId?: string | null; status?: string } = {}) {
  const { journey: of = journey, providerId = randomUUID(), status = 'sent' } = options;
  const person = await enroll(fixture.database, { journey: of, traits: { phone: '+49301234567' } });
  const message = await queue(fixture.database, { journey: of, person, node: 'text', channel: 'sms' });
  await fixture.database.query(
    `update messages set status = $3, provider = 'relay', provider_id = $4, connection_id = $5, sent_at = now(),
       recipient = '+49301234567'
     where workspace_id = $1 and id = $2`,
    [of.workspaceId, message.id, status, providerId, connection.id],
  );
  return { ...message, providerId: providerId ?? randomUUID(), journey: of };
}
const tell = (...events: FeedbackEvent[]) => fixture.feedback.take(journey, { connection, events });
const statusOf = async (id: string) =>
  (await fixture.database.query<{ status: string }>('select status from messages where id = $1', [id]))[0]!.status;
const waiting = async () =>
  (
    await fixture.database.query<{ n: number }>(
      'select count(*)::int as n from feedback_waiting where workspace_id = $1',
      [journey.workspaceId],
    )
  )[0]!.n;
const due = () => fixture.database.query('update feedback_waiting set due_at = now()');

describe('what a provider tells', () => {
  it('moves the message forward, by its id or ours, and tells its run', async () => {
    const [one, two] = [await sent(), await sent()];
    await tell({ kind: 'delivered', providerId: one.providerId }, { kind: 'delivered', messageId: two.id });
    expect([await statusOf(one.id), await statusOf(two.id)]).toEqual(['delivered', 'delivered']);
    const names = (await eventsOf(fixture.database, journey, one.profileId)).map(({ name }) => name);
    expect(names).toEqual(['Message Delivered']);
  });

  it('moves the message of its own connection, where another one’s provider has given the same id', async () => {
    const providerId = randomUUID();
    const another = await connect(journey);
    const ours = await sent({ providerId });
    const theirs = [await sent({ providerId }), await sent({ providerId })];
    await fixture.database.query('update messages set connection_id = $2 where id = any($1::uuid[])', [
      theirs.map(({ id }) => id),
      another,
    ]);
    await tell({ kind: 'delivered', providerId });
    expect([await statusOf(ours.id), await statusOf(theirs[0]!.id), await statusOf(theirs[1]!.id)]).toEqual([
      'delivered',
      'sent',
      'sent',
    ]);
  });

  it('twice is once, and backwards is nothing', async () => {
    const message = await sent();
    const { providerId } = message;
    const delivered = { kind: 'delivered', providerId, id: 'e1' } as const;
    await tell(delivered, delivered);
    await Promise.all([tell(delivered), tell({ kind: 'sent', providerId }), tell({ kind: 'failed', providerId })]);
    expect(await statusOf(message.id)).toBe('delivered');
    expect(await historyOf(fixture.database, journey, message.id)).toEqual(['delivered']);
    expect(await eventsOf(fixture.database, journey, message.profileId)).toHaveLength(1);
  });

  it('of a message that nobody knew about shows that it went out', async () => {
    const message = await sent({ status: 'unknown' });
    await tell({ kind: 'delivered', messageId: message.id });
    expect(await statusOf(message.id)).toBe('delivered');
  });

  it('as a failure after it was taken is one, with the reason', async () => {
    const [refused, dead, soft] = [await sent(), await sent(), await sent()];
    await tell(
      { kind: 'failed', providerId: refused.providerId, detail: 'Handset off' },
      { kind: 'bounced', providerId: dead.providerId, detail: 'No such number' },
      { kind: 'softBounced', providerId: soft.providerId },
    );
    const rows = await fixture.database.query(
      'select status, reason, error from messages where id = any($1::uuid[]) order by array_position($1::uuid[], id)',
      [[refused.id, dead.id, soft.id]],
    );
    expect(rows).toEqual([
      { status: 'failed', reason: 'rejected', error: 'Handset off' },
      { status: 'bounced', reason: 'badAddress', error: 'No such number' },
      { status: 'bounced', reason: 'softBounced', error: 'The address did not take this message.' },
    ]);
  });

  it('as openings and clicks is judged like any other: a machine’s moves nothing', async () => {
    const [read, scanned] = [await sent({ status: 'delivered' }), await sent({ status: 'delivered' })];
    await tell(
      {
        kind: 'clicked',
        providerId: read.providerId,
        url: 'https://shop.example/',
        userAgent: 'Mozilla/5.0 (X11) Firefox/130.0',
      },
      { kind: 'opened', providerId: scanned.providerId, machine: true },
    );
    await expect.poll(async () => (await fixture.hits.judge(), statusOf(read.id))).toBe('clicked');
    expect(await statusOf(scanned.id)).toBe('delivered');
  });
});

describe('what comes before its message is known', () => {
  it('waits for it, also when it comes twice, and is applied once', async () => {
    const message = await sent({ providerId: null });
    const event = { kind: 'bounced', providerId: message.providerId, id: 'early' } as const;
    heard.length = 0;
    await tell(event, event);
    await tell(event);
    expect([await waiting(), heard.length]).toEqual([1, 0]);
    await due();
    await fixture.feedback.sweep();
    expect([await waiting(), await statusOf(message.id)]).toEqual([1, 'sent']);
    await fixture.database.query('update messages set provider_id = $2 where id = $1', [
      message.id,
      message.providerId,
    ]);
    await due();
    await Promise.all([fixture.feedback.sweep(), fixture.feedback.sweep()]);
    expect([await waiting(), await statusOf(message.id), heard.length]).toEqual([0, 'bounced', 1]);
    await tell(event);
    expect(heard).toHaveLength(1);
  });

  it('and never is, is dropped after a day, and at once where its connection is gone', async () => {
    await tell({ kind: 'delivered', providerId: 'of another shop' });
    await due();
    await fixture.feedback.sweep();
    expect(await waiting()).toBe(1);
    await fixture.database.query(
      `update feedback_waiting set received_at = now() - interval '25 hours', due_at = now()`,
    );
    await fixture.feedback.sweep();
    expect(await waiting()).toBe(0);
  });
});

describe('listeners', () => {
  it('hear of the message, once per event, and of replies that name none', async () => {
    const message = await sent();
    heard.length = 0;
    const complained = { kind: 'complained', providerId: message.providerId, id: 'c1', detail: 'abuse' } as const;
    const reply = { kind: 'replied', recipient: '+49301234567', text: 'STOP', id: 'r1' } as const;
    await tell(complained, reply);
    await tell(complained, reply);
    expect(heard.map(({ event, message: about, channel }) => [event.kind, about?.id ?? null, channel])).toEqual([
      ['complained', message.id, 'sms'],
      ['replied', null, 'sms'],
    ]);
    expect(heard[0]!.message).toMatchObject({ recipient: '+49301234567', profileId: message.profileId });
    expect(await historyOf(fixture.database, journey, message.id)).toEqual(['complained']);
    expect(await statusOf(message.id)).toBe('sent');
  });

  it('that throw keep the event from being taken: it is told again', async () => {
    const message = await sent();
    let broken = true;
    const done: string[] = [];
    fixture.listeners.add({
      name: 'broken',
      kinds: ['unsubscribed'],
      take: (_, { message: about }) => {
        if (broken) return Promise.reject(new Error('not now'));
        done.push(about!.id);
        return Promise.resolve();
      },
    });
    const event = { kind: 'unsubscribed', providerId: message.providerId, id: 'u1' } as const;
    await expect(tell(event)).rejects.toThrow('not now');
    broken = false;
    await tell(event);
    await tell(event);
    expect(done).toEqual([message.id]);
  });
});

it('tells nothing of another workspace’s messages, nor of another provider’s', async () => {
  const [foreign, own] = [await sent({ journey: other }), await sent()];
  await fixture.database.query(`update messages set provider = 'smtp' where id = $1`, [own.id]);
  await tell(
    { kind: 'bounced', messageId: foreign.id },
    { kind: 'bounced', providerId: foreign.providerId },
    { kind: 'bounced', messageId: own.id },
    { kind: 'bounced', messageId: 'no id at all' },
  );
  expect([await statusOf(foreign.id), await statusOf(own.id)]).toEqual(['sent', 'sent']);
});

it('keeps whatever bytes and lengths a provider sends', async () => {
  const message = await sent();
  await tell({
    kind: 'failed',
    providerId: message.providerId,
    detail: `\u0000\ud800${'x'.repeat(50_000)}`,
    at: new Date(Date.now() + 86_400_000),
    id: 'y'.repeat(9_000),
  });
  expect(await statusOf(message.id)).toBe('failed');
  const [event] = await fixture.database.query<{ at: Date }>('select at from message_events where message_id = $1', [
    message.id,
  ]);
  expect(event!.at.getTime()).toBeLessThanOrEqual(Date.now());
});
