import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Cap, JourneyCaps, JsonObject } from '@wend/contract';
import { deliveryFixture, enroll, makeJourney, queue } from '../../test/delivery-fixture.js';
import type { Journey, Queued } from '../../test/delivery-fixture.js';
import { Database } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { CapsRepository } from './caps.repository.js';
import { testCaps } from '../../test/caps.js';
import { CapsService } from './caps.service.js';
import type { CapQuestion } from './caps.service.js';
import { RecheckRepository } from './recheck.repository.js';
import { RechecksService } from './rechecks.service.js';
import { RuleSettingsRepository } from './rule-settings.repository.js';
import { RuleSettings } from './rule-settings.service.js';

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let journey: Journey;
beforeAll(async () => {
  logger.level = 'fatal';
  fixture = await deliveryFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  journey = await makeJourney(fixture.database, {
    mail: { type: 'wend/email', config: { subject: 'Hi', html: '<p>Hi</p>' } },
    order: { type: 'wend/email', config: { subject: 'Hi', html: '<p>Hi</p>', messageClass: 'transactional' } },
    offers: { type: 'wend/email', config: { subject: 'Hi', html: '<p>Hi</p>', topic: 'offers' } },
    text: { type: 'wend/sms', config: { text: 'Hi' } },
    later: { type: 'wend/sms', config: { text: 'Hi', whenCapped: 'wait', latestHours: 48 } },
  });
});

const rechecks = () =>
  new RechecksService(
    new RecheckRepository(fixture.database),
    new RuleSettings(new RuleSettingsRepository(fixture.database)),
  );
const channels: Record<string, string> = { mail: 'email', order: 'email', offers: 'email', text: 'sms', later: 'sms' };
const aDay = { kind: 'rolling', amount: 1, unit: 'days' } as const;
const scope = () => ({ workspaceId: journey.workspaceId });
const limit = (limits: Cap[], countTransactional = false) =>
  fixture.rules.saveCaps(scope(), { limits, countTransactional });
const person = (of: Journey = journey, traits: JsonObject = { email: 'a@example.com', phone: '+49 30 1234567' }) =>
  enroll(fixture.database, { journey: of, traits });
let visit = 0;
const send = (who: Awaited<ReturnType<typeof person>>, node: string, of: Journey = journey): Promise<Queued> =>
  queue(fixture.database, { journey: of, person: who, node, channel: channels[node]!, visit: (visit += 1) });
type Row = {
  id: string;
  status: string;
  reason: string | null;
  held_by: string | null;
  held_until: Date | null;
  ruling: { says: string; counted: number; most: number; allowedAt: string } | null;
};
const rows = (workspaceId = journey.workspaceId) =>
  fixture.database.query<Row>(
    'select id, status, reason, held_by, held_until, ruling from messages where workspace_id = $1 order by queued_at, id',
    [workspaceId],
  );
async function settled(): Promise<Row[]> {
  await expect
    .poll(async () => (await rows()).filter(({ status, held_by: by }) => status === 'queued' && by === null).length, {
      timeout: 30_000,
      interval: 50,
    })
    .toBe(0);
  return rows();
}
const went = (all: Row[]) => all.filter(({ status }) => !['queued', 'suppressed'].includes(status)).length;

describe('places under a limit', () => {
  it.each([
    ['all', undefined],
    ['a topic', ['offers']],
  ])(
    'of %s are exactly so many when 100 messages are sent at once through 20 connections',
    { timeout: 60_000 },
    async (_, topics) => {
      await limit([{ most: 3, per: aDay, ...(topics && { topics }) }]);
      const who = await person();
      const messages = await Promise.all(Array.from({ length: 100 }, () => send(who, 'mail')));
      await fixture.database.query(`update messages set lease_owner = 'me' where workspace_id = $1`, [
        journey.workspaceId,
      ]);
      const senders = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const database = await Database.connect({ url: fixture.url, poolSize: 1 });
          return {
            database,
            caps: new CapsService(new CapsRepository(database), new RuleSettings(new RuleSettingsRepository(database))),
          };
        }),
      );
      const verdicts = await Promise.all(
        messages.map(({ id }, index) =>
          senders[index % senders.length]!.caps.reserve(scope(), {
            id,
            owner: 'me',
            profileId: who.profileId,
            channel: 'email',
            topic: 'offers',
            messageClass: 'marketing',
            origin: 'live',
            priority: 3,
            journeyCaps: null,
            queuedAt: Date.now(),
            counted: false,
            zone: 'UTC',
          }),
        ),
      );
      await Promise.all(senders.map(({ database }) => database.close()));
      expect(verdicts.filter(({ kind }) => kind === 'go')).toHaveLength(3);
      expect(verdicts.filter(({ kind }) => kind === 'capped')).toHaveLength(97);
    },
  );
});

it('counts what waits with its place as if it went now, and what went since it went', async () => {
  await limit([{ most: 1, per: { kind: 'rolling', amount: 1, unit: 'hours' } }]);
  const who = await person();
  const [first, second] = [await send(who, 'mail'), await send(who, 'mail')];
  await fixture.database.query(`update messages set lease_owner = 'me' where workspace_id = $1`, [journey.workspaceId]);
  const ask = async ({ id }: Queued) =>
    (
      await testCaps(fixture.database).reserve(scope(), {
        id,
        owner: 'me',
        profileId: who.profileId,
        channel: 'email',
        topic: null,
        messageClass: 'marketing',
        origin: 'live',
        priority: 3,
        journeyCaps: null,
        queuedAt: Date.now(),
        counted: false,
        zone: 'UTC',
      })
    ).kind;
  expect(await ask(first)).toBe('go');
  // It waits for its turn, as under a rate.
  const later = (minutes: number) =>
    fixture.database.query(
      `update messages set counted_at = counted_at - $3 * interval '1 minute', sent_at = sent_at - $3 * interval '1 minute'
       where workspace_id = $1 and id = $2`,
      [journey.workspaceId, first.id, minutes],
    );
  await later(90);
  expect(await ask(second)).toBe('capped');
  await fixture.database.query(
    `update messages set status = 'sent', sent_at = now(), lease_owner = null where workspace_id = $1 and id = $2`,
    [journey.workspaceId, first.id],
  );
  expect(await ask(second)).toBe('capped');
  await later(61);
  expect(await ask(second)).toBe('go');
});

describe('a sender', () => {
  let loop: ReturnType<typeof fixture.loop>;
  beforeAll(() => {
    loop = fixture.loop();
  });
  afterAll(() => loop.stop());

  const deliver = (
    of: Journey,
    { priority = 3, caps = { mode: 'workspace' } }: { priority?: number; caps?: JourneyCaps },
  ) => fixture.rules.saveJourney({ workspaceId: of.workspaceId }, { id: of.journeyId, priority, caps });
  const another = () =>
    makeJourney(
      fixture.database,
      { mail: { type: 'wend/email', config: { subject: 'Hi', html: '<p>Hi</p>' } } },
      journey.workspaceId,
      `h${(visit += 1)}`,
    );

  it('lets 20 journeys at once send one person one message, through two processes', { timeout: 60_000 }, async () => {
    await limit([{ most: 1, per: aDay }]);
    const who = await person();
    const runs = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const of = await another();
        const [run] = await fixture.database.query<{ id: string }>(
          `insert into enrollments (workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at,
             workflow_id, entered_at)
           values ($1, $2, $3, $4, $5, now(), 'w', now())
           returning id`,
          [of.workspaceId, of.journeyId, of.versionId, who.profileId, randomUUID()],
        );
        return { of, who: { ...who, enrollmentId: run!.id } };
      }),
    );
    const other = await deliveryFixture({ database: fixture.database });
    other.loop();
    await Promise.all(runs.map(({ of, who: run }) => send(run, 'mail', of)));
    const all = await settled();
    await other.close();
    expect(went(all)).toBe(1);
    const capped = all.filter(({ reason }) => reason === 'capped');
    expect(capped).toHaveLength(19);
    expect(capped[0]!.ruling).toMatchObject({ rule: 'caps', counted: 1, most: 1 });
    expect(capped[0]!.ruling!.says).toBe(
      'The limit is at least 1 day between two messages, and this person has had 1.',
    );
  });

  it('neither holds transactional messages back nor counts them, unless asked to', async () => {
    await limit([{ most: 1, per: aDay }]);
    const who = await person();
    await send(who, 'order');
    await send(who, 'order');
    await settled();
    await send(who, 'mail');
    expect(went(await settled())).toBe(3);
    await limit([{ most: 3, per: aDay }], true);
    await send(who, 'mail');
    await send(who, 'order');
    const all = await settled();
    expect(went(all)).toBe(4);
    expect(all.filter(({ reason }) => reason === 'capped')).toHaveLength(1);
  });

  it('counts by channel and by topic where a limit says so', async () => {
    await limit([
      { most: 1, per: aDay, channels: ['sms'] },
      { most: 1, per: aDay, topics: ['offers'] },
    ]);
    const who = await person();
    for (const node of ['mail', 'mail', 'text', 'text', 'offers', 'offers']) await send(who, node).then(settled);
    const all = await settled();
    expect(all.map(({ reason }) => reason)).toEqual([null, null, null, 'capped', null, 'capped']);
  });

  it('counts what went out before the limit was made, and gives a place back that came to nothing', async () => {
    const who = await person();
    await send(who, 'mail').then(settled);
    // Nowhere to send it to.
    const nobody = await person(journey, {});
    await send(nobody, 'mail').then(settled);
    await limit([{ most: 1, per: aDay }]);
    await send(who, 'mail').then(settled);
    await fixture.database.query(
      `update profiles set traits = '{"email":"b@example.com"}' where workspace_id = $1 and id = $2`,
      [journey.workspaceId, nobody.profileId],
    );
    await send(nobody, 'mail').then(settled);
    expect((await rows()).map(({ reason }) => reason)).toEqual([null, 'unreachable', 'capped', null]);
  });

  it('keeps a message that may wait, says until when, and sends it then', async () => {
    await limit([{ most: 1, per: aDay }]);
    const who = await person();
    await send(who, 'text').then(settled);
    await send(who, 'later').then(settled);
    const held = (await rows())[1]!;
    expect(held).toMatchObject({ status: 'queued', held_by: 'caps' });
    expect(held.held_until!.toISOString()).toBe(held.ruling!.allowedAt);
    expect(held.held_until!.getTime() - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
    // A day later.
    await fixture.database.query(
      `update messages set sent_at = sent_at - interval '1 day', counted_at = counted_at - interval '1 day',
         held_until = held_until - interval '1 day'
       where workspace_id = $1`,
      [journey.workspaceId],
    );
    await expect.poll(async () => went(await rows()), { timeout: 10_000 }).toBe(2);
  });

  it(
    'asks again what a limit holds when that limit is raised, lowered or taken away, and nothing else',
    { timeout: 60_000 },
    async () => {
      const recheck = () =>
        expect
          .poll(
            async () => {
              await rechecks().work();
              return fixture.database.query('select 1 from backlog_rechecks where workspace_id = $1', [
                journey.workspaceId,
              ]);
            },
            { timeout: 15_000, interval: 200 },
          )
          .toEqual([]);
      const held = { most: 1, per: aDay, channels: ['sms'] } satisfies Cap;
      await limit([held]);
      const who = await person();
      await send(who, 'text').then(settled);
      await send(who, 'later').then(settled);
      await send(who, 'later').then(settled);
      const until = async () => (await rows()).map(({ held_until: at }) => at?.toISOString() ?? null);
      const before = await until();
      expect(before.map((at) => at === null)).toEqual([true, false, false]);
      // Another limit says nothing of what this one holds.
      await limit([held, { most: 5, per: aDay, channels: ['email'] }]);
      await recheck();
      expect(await until()).toEqual(before);
      await limit([{ ...held, most: 2 }]);
      await recheck();
      await expect.poll(async () => went(await rows()), { timeout: 10_000 }).toBe(2);
      expect((await settled()).filter(({ held_by: by }) => by === 'caps')).toHaveLength(1);
      await limit([]);
      await recheck();
      await expect.poll(async () => went(await rows()), { timeout: 10_000 }).toBe(3);
    },
  );

  it(
    'asks again what a journey’s own limit holds when the journey says something else',
    { timeout: 60_000 },
    async () => {
      await deliver(journey, { caps: { mode: 'own', limits: [{ most: 1, per: aDay }] } });
      const who = await person();
      await send(who, 'text').then(settled);
      await send(who, 'later').then(settled);
      await deliver(journey, { caps: { mode: 'counted' } });
      await expect
        .poll(
          async () => {
            await rechecks().work();
            return went(await rows());
          },
          { timeout: 15_000, interval: 200 },
        )
        .toBe(2);
    },
  );

  it('skips a message that would come too late', async () => {
    await limit([{ most: 1, per: { kind: 'rolling', amount: 3, unit: 'days' } }]);
    const who = await person();
    await send(who, 'text').then(settled);
    await send(who, 'later').then(settled);
    expect((await rows())[1]).toMatchObject({ status: 'suppressed', reason: 'capped' });
  });

  it('does not forget the place of a message that was put off after it took it', async () => {
    await limit([{ most: 1, per: aDay }]);
    const who = await person();
    const first = await send(who, 'mail');
    await settled();
    // As after a kill between taking the place and sending.
    await fixture.database.query(
      `update messages set status = 'queued', sent_at = null, lease_owner = null, lease_until = null
       where workspace_id = $1 and id = $2`,
      [journey.workspaceId, first.id],
    );
    loop.nudge();
    await settled();
    expect(went(await rows())).toBe(1);
    await send(who, 'mail').then(settled);
    expect((await rows()).map(({ reason }) => reason)).toEqual([null, 'capped']);
  });

  it('lets the more important journey win, whichever comes first', { timeout: 60_000 }, async () => {
    const important = await another();
    await deliver(important, { priority: 1 });
    await deliver(journey, { priority: 4 });
    await limit([{ most: 1, per: aDay }]);
    // What a sender knows of priorities is a second old at most.
    await expect.poll(async () => (await fixture.rules.of(scope())).firstPriority, { timeout: 5_000 }).toBe(1);
    const people = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const who = await person();
        const order = index % 2 === 0 ? [journey, important] : [important, journey];
        for (const of of order) await send(who, 'mail', of);
        return who;
      }),
    );
    await settled();
    const sent = await fixture.database.query<{ journey_id: string; status: string }>(
      `select journey_id, status from messages where workspace_id = $1 and status <> 'suppressed'`,
      [journey.workspaceId],
    );
    expect(sent).toHaveLength(people.length);
    expect(new Set(sent.map((each) => each.journey_id))).toEqual(new Set([important.journeyId]));
  });

  it('does what a journey says in place of its workspace', async () => {
    await limit([{ most: 1, per: aDay }]);
    const who = await person();
    const [counted, ignored, own] = await Promise.all([another(), another(), another()]);
    await deliver(counted, { caps: { mode: 'counted' } });
    await deliver(ignored, { caps: { mode: 'ignored' } });
    await deliver(own, { caps: { mode: 'own', limits: [{ most: 3, per: aDay }] } });
    await send(who, 'mail', ignored).then(settled);
    await send(who, 'mail').then(settled);
    await send(who, 'mail', ignored).then(settled);
    await send(who, 'mail', counted).then(settled);
    await send(who, 'mail', own).then(settled);
    await send(who, 'mail', own).then(settled);
    await send(who, 'mail').then(settled);
    expect((await rows()).map(({ reason }) => reason)).toEqual([null, null, null, null, null, 'capped', 'capped']);
  });
});

it('gives no place to a message of somebody who was joined with another since it was read', async () => {
  await limit([{ most: 1, per: aDay }]);
  const [before, who] = [await person(), await person()];
  const { id } = await send(who, 'mail');
  await fixture.database.query(`update messages set lease_owner = 'me' where workspace_id = $1 and id = $2`, [
    journey.workspaceId,
    id,
  ]);
  const ask = (profileId: string) =>
    testCaps(fixture.database).reserve(scope(), {
      id,
      owner: 'me',
      profileId,
      channel: 'email',
      topic: null,
      messageClass: 'marketing',
      origin: 'live',
      priority: 3,
      journeyCaps: null,
      queuedAt: Date.now() - 60_000,
      counted: false,
      zone: 'UTC',
    });
  expect(await ask(before.profileId)).toMatchObject({ kind: 'later' });
  expect(await ask(who.profileId)).toEqual({ kind: 'go' });
});

it('leaves a message of its class that is taken over from who is gone', async () => {
  const who = await person();
  const { id } = await send(who, 'order');
  await fixture.database.query(
    `update messages set status = 'sending', message_class = 'transactional', topic = 'receipts', lease_owner = 'me'
     where workspace_id = $1 and id = $2`,
    [journey.workspaceId, id],
  );
  // Whoever takes it over does not read its step.
  const begun = await fixture.begins.begin(scope(), {
    id,
    owner: 'me',
    leaseMs: 1_000,
    provider: 'relay',
    connectionId: null,
    recipient: 'a@example.com',
    addressKey: null,
    profileId: who.profileId,
    content: {},
    lane: 0,
    messageClass: 'marketing',
    topic: null,
  });
  expect(begun).not.toBeNull();
  const [row] = await fixture.database.query(
    'select message_class, topic from messages where workspace_id = $1 and id = $2',
    [journey.workspaceId, id],
  );
  expect(row).toEqual({ message_class: 'transactional', topic: 'receipts' });
});

it('says whether there is room, and takes none', async () => {
  await limit([{ most: 1, per: aDay, channels: ['email'] }]);
  const who = await person();
  const caps = testCaps(fixture.database);
  const full = (channel: string, more: Partial<CapQuestion> = {}) =>
    caps.isFull(scope(), {
      journeyId: journey.journeyId,
      origin: 'live',
      profileId: who.profileId,
      channel,
      topic: null,
      zone: 'UTC',
      at: Date.now(),
      ...more,
    });
  expect(await full('email')).toBe(false);
  const { id } = await send(who, 'mail');
  await fixture.database.query(
    `update messages set status = 'sent', sent_at = now() where workspace_id = $1 and id = $2`,
    [journey.workspaceId, id],
  );
  expect(await full('email')).toBe(true);
  expect(await full('sms')).toBe(false);
  expect(await full('email', { origin: 'test' })).toBe(false);
  expect(await full('email', { at: Date.now() + 86_400_000 })).toBe(false);
});
