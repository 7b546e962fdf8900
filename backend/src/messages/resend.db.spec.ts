import { randomUUID } from 'node:crypto';
import type { MessageStatus } from '@wend/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliveryFixture, enroll, eventsOf, makeJourney, messageRow, queue } from '../../test/delivery-fixture.js';
import type { Journey } from '../../test/delivery-fixture.js';
import type { Caller } from '../platform/http/index.js';

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let journey: Journey;
let caller: Caller;
let hash = 0;
beforeAll(async () => {
  fixture = await deliveryFixture();
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  hash += 1;
  journey = await makeJourney(
    fixture.database,
    { say: { type: 'wend/sms', config: { text: 'Hello' } } },
    undefined,
    `h${hash}`,
  );
  await fixture.database.query(`update programs set program = $2 where workspace_id = $1`, [
    journey.workspaceId,
    JSON.stringify({ instructions: [{ op: 'send', node: 'say' }] }),
  ]);
  caller = {
    workspaceId: journey.workspaceId,
    actor: { kind: 'member', id: randomUUID(), role: 'owner', email: 'ada@shop.example' },
  };
});

/** Somebody at the step, with a message that ended so. */
async function visited(status: MessageStatus | null, { reason = null as string | null, run = 'running' } = {}) {
  const person = await enroll(fixture.database, { journey, traits: { phone: '+4915112345678' }, status: run });
  await fixture.database.query(
    `insert into visits (workspace_id, enrollment_id, node, visit, step, place, entered_at, left_at)
     values ($1, $2, 'say', 1, 1, 0, now(), now())`,
    [journey.workspaceId, person.enrollmentId],
  );
  if (status === null) return { ...person, id: '' };
  const queued = await queue(fixture.database, { journey, person, node: 'say', channel: 'sms' });
  await fixture.database.query(
    `insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count)
      values ($1, $2, 'say', 'message:queued', now(), 1)`,
    [journey.workspaceId, journey.versionId],
  );
  if (status === 'unknown')
    await fixture.database.query(`update messages set status = 'sending' where id = $1`, [queued.id]);
  if (status !== 'queued') await outcome(queued.id, status, reason);
  return { ...person, id: queued.id };
}

const outcome = (messageId: string, to: MessageStatus, reason: string | null = null) =>
  fixture.outcomes.record({ workspaceId: journey.workspaceId, messageId, to, ...(reason !== null && { reason }) });
const resend = (id: string, body: object = {}) =>
  fixture.ledger.resend(caller, {
    id,
    body: { requestId: randomUUID(), reason: 'They called us', content: 'anew', although: false, ...body },
  });

/** While a sender is at work. */
async function sending(work: () => Promise<unknown>): Promise<void> {
  const loop = fixture.loop();
  try {
    await work();
  } finally {
    await loop.stop();
  }
}

async function measures(): Promise<Record<string, number>> {
  const rows = await fixture.database.query<{ measure: string; count: number }>(
    `select measure, sum(count)::int as count from journey_stat_deltas where workspace_id = $1 and measure like 'message:%'
      group by 1 having sum(count) <> 0 order by 1`,
    [journey.workspaceId],
  );
  return Object.fromEntries(rows.map(({ measure, count }) => [measure, count]));
}

async function messagesOf(enrollmentId: string) {
  return fixture.database.query<{ id: string; status: string; resend_number: number }>(
    `select id, status, resend_number from messages where workspace_id = $1 and enrollment_id = $2 order by resend_number`,
    [journey.workspaceId, enrollmentId],
  );
}

describe('sending a message again', () => {
  it('makes one of its own that goes out, counts once, and is told to runs as the first would be', async () => {
    const { id, enrollmentId, profileId } = await visited('failed', { reason: 'rejected' });
    expect(await measures()).toEqual({ 'message:failed': 1, 'message:queued': 1 });
    const detail = await resend(id);
    expect(detail).toMatchObject({ status: 'queued', resendNumber: 1, resendRefusal: 'under-way' });
    expect(detail.events[0]).toMatchObject({
      status: 'queued',
      detail: 'Sent again by ada@shop.example: They called us',
    });
    expect(await measures()).toEqual({ 'message:queued': 1 });
    await sending(() =>
      expect.poll(async () => (await messageRow(fixture.database, journey, detail.id)).status).toBe('delivered'),
    );
    expect(await measures()).toEqual({ 'message:delivered': 1, 'message:queued': 1, 'message:sent': 1 });
    const events = await eventsOf(fixture.database, journey, profileId);
    expect(events.filter(({ name }) => name === 'Message Sent').map(({ properties }) => properties)).toEqual([
      expect.objectContaining({ enrollmentId, nodeId: 'say', visit: 1, messageId: detail.id }),
    ]);
    const log = await fixture.database.query('select actor, action, detail from audit_log where workspace_id = $1', [
      journey.workspaceId,
    ]);
    expect(log).toEqual([
      {
        actor: 'ada@shop.example',
        action: 'message.resend',
        detail: expect.objectContaining({ reason: 'They called us' }),
      },
    ]);
  });

  it('makes one of two that are asked for at once, and of the same request pressed twice', async () => {
    const { id, enrollmentId } = await visited('failed');
    const both = await Promise.allSettled([resend(id), resend(id), resend(id)]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'under-way' } });
    expect(await messagesOf(enrollmentId)).toHaveLength(2);
    const other = await visited('unknown');
    const requestId = randomUUID();
    const twice = await Promise.all([resend(other.id, { requestId }), resend(other.id, { requestId })]);
    expect(twice[0].id).toBe(twice[1].id);
    expect(await messagesOf(other.enrollmentId)).toHaveLength(2);
  });

  it('takes no message that is under way or was sent, unless somebody says so', async () => {
    const waiting = await visited('queued');
    await expect(resend(waiting.id, { although: true })).rejects.toMatchObject({ code: 'under-way' });
    const sent = await visited('delivered');
    await expect(resend(sent.id)).rejects.toMatchObject({ code: 'already-sent' });
    const before = await measures();
    const again = await resend(sent.id, { although: true });
    await outcome(again.id, 'delivered');
    expect(await measures()).toEqual(before);
  });

  it('counts once when the provider tells of the first one while the second is under way', async () => {
    const { id, enrollmentId } = await visited('unknown');
    expect(await measures()).toMatchObject({ 'message:unknown': 1 });
    const [again] = await Promise.all([resend(id), outcome(id, 'delivered')]).catch(async (error: unknown) => {
      // The provider was first: then there is nothing to send again.
      expect(error).toMatchObject({ code: 'already-sent' });
      return [null];
    });
    await outcome(id, 'delivered');
    if (again) await outcome(again.id, 'delivered');
    expect(await measures()).toEqual({ 'message:delivered': 1, 'message:queued': 1, 'message:sent': 1 });
    expect((await messagesOf(enrollmentId)).every(({ status }) => status === 'delivered')).toBe(true);
  });

  it('is no way round consent or an exit', async () => {
    const left = await visited('failed', { run: 'exited' });
    await expect(resend(left.id)).rejects.toMatchObject({ code: 'run-left' });
    const gone = await visited('failed');
    await fixture.database.query(
      `insert into consents (workspace_id, profile_id, channel, state) values ($1, $2, 'sms', 'unsubscribed')`,
      [journey.workspaceId, gone.profileId],
    );
    const again = await resend(gone.id);
    await sending(() =>
      expect
        .poll(async () => messageRow(fixture.database, journey, again.id))
        .toMatchObject({ status: 'suppressed', reason: 'unsubscribed' }),
    );
    expect(await measures()).toMatchObject({ 'message:suppressed:unsubscribed': 1, 'message:failed': 1 });
  });

  it('sends the same bytes when asked to', async () => {
    const { id } = await visited('failed');
    await fixture.database.query(`update messages set content = '{"text":"As it was"}' where id = $1`, [id]);
    const same = await resend(id, { content: 'same' });
    expect((await messageRow(fixture.database, journey, same.id)).content).toMatchObject({ text: 'As it was' });
  });
});

const states: (MessageStatus | null)[] = [
  null, 'queued', 'sent', 'delivered', 'opened', 'clicked', 'failed', 'bounced', 'unknown', 'suppressed',
]; // prettier-ignore
const reasons = ['no-provider', 'unsubscribed', 'aborted', 'capped'];

describe('the ledger', () => {
  const ledger = async (range = {}) =>
    (await fixture.ledger.figures(caller, { journeyId: journey.journeyId, range })).items[0]!;

  it('adds up whatever happens, and its lists hold as many', async () => {
    for (let round = 0; round < 80; round += 1) {
      const status = states[Math.floor(Math.random() * states.length)]!;
      const reason = status === 'suppressed' ? reasons[Math.floor(Math.random() * reasons.length)]! : null;
      const { id } = await visited(status, { reason, run: Math.random() < 0.2 ? 'exited' : 'running' });
      if (id !== '' && Math.random() < 0.5) {
        const again = await resend(id, { although: Math.random() < 0.5 }).catch(() => null);
        if (again && Math.random() < 0.7) await outcome(again.id, Math.random() < 0.5 ? 'delivered' : 'failed');
      }
    }
    const step = await ledger();
    const suppressed = Object.values(step.suppressed).reduce((sum, count) => sum + count, 0);
    const { expected, waiting, withoutMessage, queued, sent, delivered, bounced, failed, unknown } = step;
    expect(expected).toBe(80);
    expect(waiting + withoutMessage + queued + sent + delivered + bounced + failed + unknown + suppressed).toBe(80);
    const filter = {
      journeyId: journey.journeyId,
      node: 'say',
      standing: 'true' as const,
      test: 'false' as const,
      limit: 200,
    };
    const count = async (status: MessageStatus[], reason?: string[]) =>
      (await fixture.messages.list(caller, { ...filter, status, reason })).items.length;
    expect(await count(['queued', 'sending'])).toBe(queued);
    expect(await count(['sent'])).toBe(sent);
    expect(await count(['delivered', 'opened', 'clicked'])).toBe(delivered);
    expect(await count(['failed'])).toBe(failed);
    expect(await count(['unknown'])).toBe(unknown);
    for (const [reason, figure] of Object.entries(step.suppressed))
      expect(await count(['suppressed'], [reason])).toBe(figure);
    expect(Object.keys(step.missing)).not.toContain('suppressed:unsubscribed');
    expect(step.missing['failed'] ?? 0).toBeLessThanOrEqual(failed);
    // What the figures count is the same.
    const figures = await measures();
    expect(figures['message:failed'] ?? 0).toBe(failed);
    expect(figures['message:unknown'] ?? 0).toBe(unknown);
    expect(figures['message:suppressed:capped'] ?? 0).toBe(step.suppressed['capped'] ?? 0);
  });

  it('counts by version and by when people came', async () => {
    await visited('failed');
    expect((await ledger({ version: 1 })).expected).toBe(1);
    expect(
      (await fixture.ledger.figures(caller, { journeyId: journey.journeyId, range: { version: 2 } })).items,
    ).toEqual([]);
    expect((await ledger({ from: '2000-01-01T00:00:00Z', to: '2001-01-01T00:00:00Z' })).expected).toBe(0);
    expect((await ledger({ from: '2000-01-01T00:00:00Z' })).missing).toEqual({ failed: 1 });
  });
});

describe('sending only to the missing', () => {
  const start = (body: object = {}) =>
    fixture.ledger.start(caller, {
      journeyId: journey.journeyId,
      body: {
        requestId: randomUUID(),
        node: 'say',
        kinds: ['failed', 'suppressed:no-provider'],
        reason: 'Outage',
        ...body,
      },
    });
  const batch = async (id: string) =>
    (await fixture.ledger.list(caller, journey.journeyId)).items.find((each) => each.id === id)!;

  async function many(count: number): Promise<void> {
    await fixture.database.query(
      `with person as (
         insert into enrollments (workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at,
           status, workflow_id, entered_at)
         select $1, $2, $3, gen_random_uuid(), gen_random_uuid(), now(), 'completed', 'w', now()
         from generate_series(1, $4::int) returning id, profile_id
       ), visited as (
         insert into visits (workspace_id, enrollment_id, node, visit, step, place, entered_at, left_at)
         select $1, id, 'say', 1, 1, 0, now(), now() from person
       )
       insert into messages (workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel,
         status, queued_at)
       select $1, id, $2, $3, profile_id, 'say', 1, 'sms', 'failed', now() from person`,
      [journey.workspaceId, journey.journeyId, journey.versionId, count],
    );
  }

  it('reaches exactly those, once, whoever presses and however often', async () => {
    await many(450);
    await visited('delivered');
    await visited('suppressed', { reason: 'no-provider' });
    await visited('suppressed', { reason: 'unsubscribed' });
    await visited('unknown');
    const requestId = randomUUID();
    const presses = await Promise.allSettled([start({ requestId }), start({ requestId }), start(), start()]);
    const started = presses.flatMap((each) => (each.status === 'fulfilled' ? [each.value.id] : []));
    expect(new Set(started).size).toBe(1);
    expect(await batch(started[0]!)).toMatchObject({ state: 'running', total: 451, done: 0 });
    while (await fixture.batches.work());
    expect(await batch(started[0]!)).toMatchObject({ state: 'done', total: 451, done: 451, skipped: 0 });
    const [count] = await fixture.database.query<{ n: number }>(
      'select count(*)::int as n from messages where workspace_id = $1 and resend_number > 0',
      [journey.workspaceId],
    );
    expect(count!.n).toBe(451);
  });

  it('goes on where it was killed, with several at work, and sends nobody two', async () => {
    await many(900);
    const { id } = await start();
    // As a process that dies in the middle of a chunk: what it did is undone.
    const transaction = fixture.database.transaction.bind(fixture.database);
    let kills = 2;
    fixture.database.transaction = ((work: never, options: never) =>
      transaction(async (sql) => {
        const result = await (work as (sql: unknown) => Promise<unknown>)(sql);
        if (kills > 0) {
          kills -= 1;
          throw new Error('killed');
        }
        return result;
      }, options)) as never;
    await expect(fixture.batches.work()).rejects.toThrow('killed');
    await fixture.batches.work().catch(() => undefined);
    fixture.database.transaction = transaction;
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        while ((await batch(id)).state === 'running') await fixture.batches.work();
      }),
    );
    expect(await batch(id)).toMatchObject({ state: 'done', done: 900, skipped: 0 });
    const [twice] = await fixture.database.query<{ most: number }>(
      'select max(n)::int as most from (select count(*) as n from messages where workspace_id = $1 group by enrollment_id) c',
      [journey.workspaceId],
    );
    expect(twice!.most).toBe(2);
  });

  it('skips who needs none any more, and stops when told', async () => {
    await many(300);
    const { id: one } = await start();
    const [person] = await fixture.database.query<{ id: string }>(
      'select id from messages where workspace_id = $1 limit 1',
      [journey.workspaceId],
    );
    await resend(person!.id);
    while (await fixture.batches.work());
    expect(await batch(one)).toMatchObject({ state: 'done', done: 299, skipped: 1 });
    await fixture.database.query(`update messages set status = 'failed' where workspace_id = $1`, [
      journey.workspaceId,
    ]);
    const { id: two } = await start();
    await fixture.batches.work();
    expect(await fixture.ledger.stop(caller, two)).toMatchObject({ state: 'stopped', done: 200 });
    expect(await fixture.batches.work()).toBe(false);
  });

  it('says so when nobody is missing', async () => {
    await visited('delivered');
    await expect(start()).rejects.toMatchObject({ code: 'nothing-missing' });
  });
});
