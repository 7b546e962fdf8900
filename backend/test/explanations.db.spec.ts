import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeliveryCheck, JsonObject } from '@wend/contract';
import { deliveryFixture, enroll, makeJourney, queue } from './delivery-fixture.js';
import type { Journey, Queued } from './delivery-fixture.js';
import { ExplanationRepository } from '../src/messages/explanation.repository.js';
import { ExplanationService } from '../src/messages/explanation.service.js';
import { MessageRepository } from '../src/messages/message.repository.js';
import { OverviewRepository } from '../src/delivery-rules/overview.repository.js';
import { OverviewService } from '../src/delivery-rules/overview.service.js';
import { logger } from '../src/platform/logging/index.js';

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let journey: Journey;
let loop: ReturnType<typeof fixture.loop>;
let service: ExplanationService;
beforeAll(async () => {
  logger.level = 'fatal';
  fixture = await deliveryFixture();
  service = new ExplanationService(
    new MessageRepository(fixture.database),
    new ExplanationRepository(fixture.database),
  );
  journey = await makeJourney(fixture.database, {
    mail: { type: 'wend/email', config: { subject: 'Hi', body: '<p>Hi</p>' } },
    order: { type: 'wend/email', config: { subject: 'Hi', body: '<p>Hi</p>', messageClass: 'transactional' } },
    gone: { type: 'wend/email', config: { subject: 'Hi', body: "{% abort_message('No offer') %}" } },
    broken: { type: 'wend/email', config: { subject: '', body: '<p>Hi</p>' } },
    text: { type: 'wend/sms', config: { text: 'Hi' } },
    later: { type: 'wend/sms', config: { text: 'Hi', whenCapped: 'wait', latestHours: 48 } },
    push: { type: 'wend/push', config: { title: 'Hi', body: 'Hi' } },
  });
  loop = fixture.loop();
});
afterAll(async () => {
  await loop.stop();
  await fixture.close();
});

const scope = () => ({ workspaceId: journey.workspaceId });
const channels: Record<string, string> = { text: 'sms', later: 'sms', push: 'push' };
const sql = (text: string, ...values: unknown[]) => fixture.database.query(text, [journey.workspaceId, ...values]);
let people = 0;
const person = (traits: JsonObject = {}, given: { status?: string; of?: Journey } = {}) =>
  enroll(fixture.database, {
    journey: given.of ?? journey,
    traits: { email: `p${(people += 1)}@example.com`, phone: '+49 30 1234567', ...traits },
    ...(given.status !== undefined && { status: given.status }),
  });
type Person = Awaited<ReturnType<typeof person>>;
let visit = 0;
const send = (who: Person, node: string, of: Journey = journey): Promise<Queued> =>
  queue(fixture.database, { journey: of, person: who, node, channel: channels[node] ?? 'email', visit: (visit += 1) });

/** What came of each check once the message has found its place, without those that were passed. */
async function explained({ id }: Queued, of: Journey = journey) {
  const ended = async () => {
    const [row] = await fixture.database.query<{ status: string; held_by: string | null; parked: boolean }>(
      'select status, held_by, parked from messages where workspace_id = $1 and id = $2',
      [of.workspaceId, id],
    );
    return (row!.status !== 'queued' && row!.status !== 'sending') || row!.held_by !== null || row!.parked;
  };
  await expect.poll(ended, { timeout: 30_000, interval: 50 }).toBe(true);
  const { checks, sentence, text } = await service.ofMessage(of, id);
  const by = (result: string) => checks.filter((each) => each.result === result).map(({ check }) => check);
  const decisive = checks.find(({ result }) => result === 'stopped' || result === 'held');
  return { checks, sentence, text, decisive, by };
}
const notAsked: Partial<Record<DeliveryCheck, string[]>> = {
  consent: ['suppression', 'address', 'connection', 'template', 'holdout', 'quiet', 'caps', 'rates', 'provider'],
  suppression: ['connection', 'template', 'holdout', 'quiet', 'caps', 'rates', 'provider'],
  address: ['connection', 'template', 'holdout', 'caps', 'rates', 'provider'],
  template: ['holdout', 'caps', 'rates', 'provider'],
  holdout: ['caps', 'rates', 'provider'],
  caps: ['rates', 'provider'],
};

describe('why she did not get it', () => {
  it('is nothing when she did: every check was passed', async () => {
    const { by, sentence, checks } = await explained(await send(await person(), 'mail'));
    expect(by('passed')).toHaveLength(checks.length);
    expect(sentence).toMatch(/^It was sent at \d{4}-\d\d-\d\d \d\d:\d\d \(UTC\)\.$/);
    expect(checks.find(({ check }) => check === 'provider')).toMatchObject({ says: 'Sent by the sandbox.' });
    expect(checks.find(({ check }) => check === 'caps')).toMatchObject({
      says: 'No limit was about it when it was sent.',
    });
    const order = await explained(await send(await person(), 'order'));
    expect(order.checks.find(({ check }) => check === 'caps')!.says).toBe('Transactional messages skip this.');
  });

  it('names consent, the suppression list and the address, and what was not asked any more', async () => {
    const left = await person();
    await sql(
      `insert into consents (workspace_id, profile_id, channel, state) values ($1, $2, 'email', 'unsubscribed')`,
      left.profileId,
    );
    const bounced = await person({ email: 'bounced@example.com' });
    await fixture.suppressions.take(scope(), {
      news: [
        {
          channel: 'email',
          address: 'bounced@example.com',
          kind: 'bounced',
          source: 'sending',
        },
      ],
    });
    const nowhere = await person({ email: 'nobody' });
    for (const [who, check, words] of [
      [left, 'consent', /unsubscribed/],
      [bounced, 'suppression', /suppression list: it bounced/],
      [nowhere, 'address', /no valid email address/],
    ] as const) {
      const { decisive, by, sentence } = await explained(await send(who, 'mail'));
      expect(decisive).toMatchObject({ check, result: 'stopped', says: expect.stringMatching(words) });
      expect(decisive!.at).not.toBeNull();
      expect(by('notReached')).toEqual(notAsked[check]);
      expect(sentence).toMatch(words);
    }
  });

  it('names a run that has ended, a journey that is paused, and a message that came too late', async () => {
    const { decisive } = await explained(await send(await person({}, { status: 'exited' }), 'mail'));
    expect(decisive).toMatchObject({ check: 'run', result: 'stopped', says: 'The run has left the journey' });
    const paused = await makeJourney(
      fixture.database,
      { mail: { type: 'wend/email', config: { subject: 'Hi', body: 'Hi' } } },
      journey.workspaceId,
      'paused',
    );
    await sql(
      `update journey_control set state = 'paused' where workspace_id = $1 and journey_id = $2`,
      paused.journeyId,
    );
    const waiting = await explained(await send(await person({}, { of: paused }), 'mail', paused));
    expect(waiting.decisive).toMatchObject({ check: 'journey', result: 'held' });
    const late = await send(await person({}, { of: paused }), 'mail', paused);
    await explained(late);
    await sql(
      `update messages set expires_at = now() - interval '1 minute', journey_id = $3 where workspace_id = $1 and id = $2`,
      late.id,
      journey.journeyId,
    );
    await sql('update messages set parked = false where workspace_id = $1 and id = $2', late.id);
    await expect
      .poll(async () => (await explained(late)).decisive?.check, { timeout: 30_000, interval: 50 })
      .toBe('expiry');
  });

  it('names content that is aborted or broken, and a channel without a way to send', async () => {
    const aborted = await explained(await send(await person(), 'gone'));
    expect(aborted.decisive).toMatchObject({ check: 'template', says: expect.stringContaining('No offer') });
    expect(aborted.by('notReached')).toEqual(notAsked.template);
    expect(aborted.by('notRecorded')).toEqual(['connection']);
    const broken = await explained(await send(await person(), 'broken'));
    expect(broken.decisive).toMatchObject({ check: 'template', result: 'stopped' });
    const bare = await makeJourney(fixture.database, {
      mail: { type: 'wend/email', config: { subject: 'Hi', body: 'Hi' } },
    });
    await fixture.database.query('delete from channel_settings where workspace_id = $1', [bare.workspaceId]);
    const who = await person({}, { of: bare });
    const { decisive } = await explained(await send(who, 'mail', bare), bare);
    expect(decisive).toMatchObject({ check: 'connection', says: expect.stringContaining('no provider') });
  });

  it('names a limit with the messages that it counted, and when it would have been allowed; totals tell of it', async () => {
    await fixture.rules.saveCaps(scope(), {
      limits: [{ most: 1, per: { kind: 'rolling', amount: 1, unit: 'days' }, channels: ['sms'] }],
      countTransactional: false,
    });
    const who = await person();
    await expect.poll(async () => (await fixture.rules.of(scope())).caps.limits.length).toBe(1);
    const first = await send(who, 'text');
    expect((await explained(first)).checks.find(({ check }) => check === 'caps')!.says).toMatch(/took its place/);
    const { decisive, by, text } = await explained(await send(who, 'text'));
    expect(decisive).toMatchObject({
      check: 'caps',
      result: 'stopped',
      says: 'The limit is at least 1 day between two messages, and this person has had 1.',
      counted: [{ id: first.id, title: 'Hi', journey: 'Welcome' }],
    });
    expect(Date.parse(decisive!.allowedAt!)).toBeGreaterThan(Date.now() + 80_000_000);
    expect(by('notReached')).toEqual(notAsked.caps);
    expect(text).toContain('12. Message limits: NOT PASSED');
    expect(text).toContain(first.id);
    const held = await explained(await send(who, 'later'));
    expect(held.decisive).toMatchObject({ check: 'caps', result: 'held', counted: [{ id: first.id }] });
    expect(held.sentence).toMatch(
      /^It has not been sent yet\. .* It may go out from \d{4}-\d\d-\d\d \d\d:\d\d \(UTC\)\.$/,
    );
    const { acts, held: now } = await new OverviewService(new OverviewRepository(fixture.database)).overview(scope());
    expect(acts).toEqual([
      {
        rule: 'caps',
        what: 'at least 1 day between two messages (SMS)',
        lastDay: { held: 1, suppressed: 1 },
        lastWeek: { held: 1, suppressed: 1 },
      },
    ]);
    expect(now).toEqual([{ rule: 'caps', count: 1 }]);
  });

  it(
    'names the rate that a message waits for, its numbers and when its turn may come',
    { timeout: 60_000 },
    async () => {
      const mail = { mail: { type: 'wend/email', config: { subject: 'Hi', body: 'Hi' } } };
      const [slow, narrow] = await Promise.all([
        makeJourney(fixture.database, mail),
        makeJourney(fixture.database, mail),
      ]);
      await fixture.database.query(
        `insert into rate_limits (workspace_id, journey_id, channel, messages, per)
       values ($1, $2, null, 6, 'minute'), ($3, null, 'email', 1, 'second')`,
        [slow.workspaceId, slow.journeyId, narrow.workspaceId],
      );
      for (const [of, says, seconds] of [
        [slow, 'The messages of this journey go out at most 6 a minute.', 410],
        [narrow, 'All emails go out at most 1 a second.', 60],
      ] as const) {
        const who = await person({}, { of });
        const messages: Queued[] = [];
        for (let turn = 0; turn < 40; turn += 1) messages.push(await send(who, 'mail', of));
        const { id } = messages.at(-1)!;
        await expect
          .poll(async () => (await service.ofMessage(of, id)).message.heldBack?.by, { timeout: 20_000, interval: 50 })
          .toBe('rates');
        const { checks, sentence } = await service.ofMessage(of, id);
        const waits = checks.find(({ result }) => result === 'held')!;
        expect(waits).toMatchObject({ check: 'rates', says: `${says} This message waits for its turn.` });
        expect(sentence).toMatch(/^It has not been sent yet\. .* It may go out from \d{4}-/);
        const inSeconds = (Date.parse(waits.allowedAt!) - Date.now()) / 1_000;
        expect(inSeconds).toBeGreaterThan(0);
        expect(inSeconds).toBeLessThan(seconds);
      }
    },
  );

  it('says so where it was not written down which check a message ended by', async () => {
    const old = await send(await person(), 'gone');
    await explained(old);
    await sql('update messages set stopped_by = null where workspace_id = $1 and id = $2', old.id);
    const { by, sentence, checks } = await explained(old);
    expect(by('notRecorded')).toHaveLength(checks.length);
    expect(sentence).toBe('It was not sent. Which check it ended by is not recorded.');
  });

  it('can be asked by person and step, also where there is no message', async () => {
    const who = await person();
    const ask = (profileId: string, node: string) =>
      service.ofStep(scope(), { journeyId: journey.journeyId, profileId, node });
    expect(await ask(who.profileId, 'mail')).toEqual({
      explanation: null,
      says: 'This person is in the journey and has not come to this step.',
    });
    const message = await send(who, 'mail');
    await sql(
      `insert into visits (workspace_id, enrollment_id, node, visit, step, place, entered_at)
       select $1, enrollment_id, node, visit, 0, 0, now() from messages where workspace_id = $1 and id = $2`,
      message.id,
    );
    expect((await ask(who.profileId, 'mail')).explanation?.message.id).toBe(message.id);
    const inRun = { journeyId: journey.journeyId, profileId: who.profileId, node: 'mail', run: who.enrollmentId };
    expect((await service.ofStep(scope(), inRun)).explanation?.message.id).toBe(message.id);
    expect((await service.ofStep(scope(), { ...inRun, run: message.id })).explanation).toBeNull();
    const stranger = await fixture.database.query<{ id: string }>(
      'insert into profiles (workspace_id) values ($1) returning id',
      [journey.workspaceId],
    );
    expect((await ask(stranger[0]!.id, 'mail')).says).toBe('This person has never been in this journey.');
    await expect(ask(message.id, 'mail')).rejects.toMatchObject({ status: 404 });
  });
});
