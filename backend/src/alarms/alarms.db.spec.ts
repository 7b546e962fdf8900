import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alarmRows, alarmsFixture, count, noticeRows, oldJourney, passMinutes } from '../../test/alarms-fixture.js';
import type { AlarmsFixture } from '../../test/alarms-fixture.js';
import type { Journey } from '../../test/delivery-fixture.js';
import { mailServer } from '../../test/provider-edges.js';
import { startSink } from '../../test/sink.js';
import { logger } from '../platform/logging/index.js';

let fixture: AlarmsFixture;
let sink: Awaited<ReturnType<typeof startSink>>;
let mail: Awaited<ReturnType<typeof mailServer>>;
let journey: Journey;
/** What the receiver says, call by call; then 200. */
let answers: number[] = [];
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

beforeAll(async () => {
  logger.level = 'silent';
  sink = await startSink((_, response) => void response.writeHead(answers.shift() ?? 200).end('no'));
  mail = await mailServer();
  fixture = await alarmsFixture({ allow: [sink.allow, mail.allow] });
});
afterAll(async () => {
  await fixture?.close();
  await sink?.close();
  await mail?.close();
});
beforeEach(async () => {
  await fixture.database.query(
    'truncate delivery_deltas, delivery_minutes, delivery_hours, alarms, alarm_targets cascade',
  );
  journey = await oldJourney(fixture.database);
});
afterEach(() => {
  answers = [];
  sink.calls.length = 0;
});

async function addTarget(kind: 'webhook' | 'slack' = 'webhook', path = '/hook'): Promise<string> {
  const id = randomUUID();
  const secrets = fixture.sender.seal(journey, { id, secrets: { url: `${sink.url}${path}`, secret } });
  const target = { id, kind, name: kind, settings: {}, secrets, enabled: true };
  await fixture.alarms.transaction((sql) => fixture.targets.save(journey, { sql, target }));
  return id;
}
const fails = (percent: number) =>
  count(fixture.database, journey, { minutesAgo: 2, tried: 1_000, failed: percent * 10 });
const forget = () => fixture.database.query('truncate delivery_deltas, delivery_minutes, delivery_hours');
const rows = () => alarmRows(fixture.database, journey);
const notices = async () => (await noticeRows(fixture.database, journey)).map(({ what, state }) => `${what} ${state}`);
/** What was well for long enough is over. */
async function calmDown(): Promise<void> {
  await forget();
  await fixture.look();
  await passMinutes(fixture.database, 6);
  await fixture.look();
}
const mute = (hours: number) =>
  fixture.alarms.transaction((sql) =>
    fixture.settings.mute(journey, {
      sql,
      kind: 'failures',
      journeyId: journey.journeyId,
      connectionId: null,
      hours,
      by: 'ann@example.com',
    }),
  );

describe('an alarm', () => {
  it('is raised once, however many look at the same time, and told once', async () => {
    await addTarget();
    await fails(10);
    await Promise.all(Array.from({ length: 8 }, () => fixture.evaluator().look()));
    expect(await rows()).toHaveLength(1);
    await Promise.all(Array.from({ length: 8 }, () => fixture.teller().work()));
    expect(await notices()).toEqual(['raised told']);
    expect(sink.calls).toHaveLength(1);
  });

  it('is looked for by one process in half a minute', async () => {
    await fixture.database.query(`update alarm_clock set looked_at = now() - interval '31 seconds'`);
    const looks = await Promise.all(Array.from({ length: 8 }, () => fixture.alarms.claimLook(30)));
    expect(looks.filter(Boolean)).toHaveLength(1);
    expect(await fixture.alarms.claimLook(30)).toBe(false);
  });

  it('lasts while it is near its limit, is over after it was calm for a while, and comes back as another one', async () => {
    await addTarget();
    await fails(10);
    await fixture.look();
    await forget();
    await fails(4.5);
    await fixture.look();
    await passMinutes(fixture.database, 60);
    await fixture.look();
    expect((await rows()).map(({ cleared_at }) => cleared_at)).toEqual([null]);
    await calmDown();
    expect((await rows()).map(({ cleared_at }) => cleared_at !== null)).toEqual([true]);
    await fails(10);
    await fixture.look();
    expect((await rows()).map(({ cleared_at }) => cleared_at !== null)).toEqual([true, false]);
    expect(await notices()).toEqual(['raised waiting', 'cleared waiting', 'raised waiting']);
  });

  it('that goes and comes within the while is the same one', async () => {
    await addTarget();
    for (let each = 0; each < 5; each++) {
      await fails(10);
      await fixture.look();
      await forget();
      await fixture.look();
      await passMinutes(fixture.database, 4);
      await fixture.look();
    }
    expect(await rows()).toHaveLength(1);
    expect(await notices()).toEqual(['raised waiting']);
  });

  it('is told again each day while it lasts', async () => {
    await addTarget();
    await fails(10);
    await fixture.look();
    await passMinutes(fixture.database, 1_439);
    await fixture.look();
    expect(await notices()).toEqual(['raised waiting']);
    await passMinutes(fixture.database, 2);
    await Promise.all([fixture.look(), fixture.look()]);
    expect(await notices()).toEqual(['raised waiting', 'reminded waiting']);
  });

  it('that is muted is seen and not told; when the mute ends and it lasts it is told', async () => {
    await addTarget();
    await mute(2);
    await fails(10);
    await fixture.look();
    expect(await rows()).toHaveLength(1);
    expect(await notices()).toEqual([]);
    await mute(0);
    await fixture.look();
    expect(await notices()).toEqual(['raised waiting']);
  });

  it('that nobody was told of ends untold', async () => {
    await addTarget();
    await mute(2);
    await fails(10);
    await fixture.look();
    await calmDown();
    expect(await notices()).toEqual([]);
  });
});

describe('what is told', () => {
  it('is signed as Standard Webhooks, says what is wrong with its numbers, and is the same at every try', async () => {
    await addTarget();
    await fails(12);
    await fixture.look();
    answers = [500, 503];
    await fixture.teller().work();
    expect(await noticeRows(fixture.database, journey)).toMatchObject([
      { state: 'waiting', attempts: 1, error: 'The server answered HTTP 500: no' },
    ]);
    for (let each = 0; each < 3; each++) {
      await fixture.database.query('update alarm_notices set due_at = now()');
      await fixture.teller().work();
    }
    expect(await notices()).toEqual(['raised told']);
    expect(sink.calls).toHaveLength(3);
    const [first, , last] = sink.calls as [(typeof sink.calls)[0], unknown, (typeof sink.calls)[0]];
    expect([last.headers['webhook-id'], last.body]).toEqual([first.headers['webhook-id'], first.body]);
    expect(new Webhook(secret).verify(last.body, last.headers as Record<string, string>)).toMatchObject({
      type: 'alarm.raised',
      data: {
        kind: 'failures',
        subject: { about: 'journey', id: journey.journeyId, name: 'Welcome' },
        summary: '12% of 1,000 text messages failed in the last 15 minutes (limit 5%).',
        workspace: { id: journey.workspaceId, name: 'Shop' },
        url: `https://wend.example/outbox?journey=${journey.journeyId}&status=failed,bounced`,
      },
    });
  });

  it('waits for a receiver for a day, and is told by whoever is left when a process is killed meanwhile', async () => {
    await addTarget();
    await fails(10);
    await fixture.look();
    // Somebody has taken it and is gone.
    expect(await fixture.notices.claim({ limit: 10, leaseSeconds: 120 })).toHaveLength(1);
    await fixture.teller().work();
    expect(sink.calls).toEqual([]);
    await fixture.database.query(`update alarm_notices set due_at = now() - interval '1 second'`);
    await fixture.teller().work();
    expect(await notices()).toEqual(['raised told']);
    expect(sink.calls).toHaveLength(1);
  });

  it('is given up after a day, and said so', async () => {
    await addTarget();
    await fails(10);
    await fixture.look();
    answers = [500];
    await fixture.database.query(`update alarm_notices set created_at = now() - interval '25 hours'`);
    await fixture.teller().work();
    expect(await notices()).toEqual(['raised dropped']);
  });

  it('comes in its order: of one alarm nothing is told before what came first', async () => {
    await addTarget();
    await fails(10);
    await fixture.look();
    answers = [500];
    await fixture.teller().work();
    await calmDown();
    await fixture.teller().work();
    expect(sink.calls).toHaveLength(1);
    await fixture.database.query('update alarm_notices set due_at = now()');
    await fixture.teller().work();
    await fixture.teller().work();
    expect(sink.calls.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual([
      'alarm.raised',
      'alarm.raised',
      'alarm.cleared',
    ]);
  });

  it('is one text for Slack, in which nothing is a tag', async () => {
    await addTarget('slack', '/services/T0/B0/token');
    await fixture.database.query(`update journeys set name = 'Spring <!channel> & more' where workspace_id = $1`, [
      journey.workspaceId,
    ]);
    await fails(10);
    await fixture.look();
    await fixture.teller().work();
    const { text } = JSON.parse(sink.calls[0]!.body) as { text: string };
    expect(text).toContain('*Journey “Spring &lt;!channel&gt; &amp; more”: too many messages fail* (Shop)');
    expect(text).toContain('10% of 1,000 text messages failed');
    expect(text).toContain('<https://wend.example/alarms|All alarms>');
  });

  it('says nothing of a secret address in what it failed by', async () => {
    await addTarget('slack', '/services/T0/B0/token');
    await fails(10);
    await fixture.look();
    answers = [404];
    await fixture.teller().work();
    const [{ error } = { error: '' }] = await noticeRows(fixture.database, journey);
    expect(error).toMatch(/HTTP 404/);
    expect(error).not.toContain('token');
    const [{ stored } = { stored: '' }] = await fixture.database.query<{ stored: string }>(
      'select to_jsonb(t)::text as stored from alarm_targets t where workspace_id = $1',
      [journey.workspaceId],
    );
    expect(stored).not.toContain('token');
  });

  it('to members says where to add a connection while there is none, and goes out by it once there is', async () => {
    const [member] = await fixture.database.query<{ id: string }>(
      `insert into members (workspace_id, email, name, role, password_hash)
       values ($1, $2, 'Ann', 'admin', 'x') returning id`,
      [journey.workspaceId, `${randomUUID()}@shop.example`],
    );
    const target = {
      id: randomUUID(),
      kind: 'members' as const,
      name: 'Team',
      settings: { memberIds: [member!.id] },
      secrets: null,
      enabled: true,
    };
    await fixture.alarms.transaction((sql) => fixture.targets.save(journey, { sql, target }));
    await fails(10);
    await fixture.look();
    await fixture.teller().work();
    expect(await noticeRows(fixture.database, journey)).toMatchObject([
      {
        state: 'waiting',
        error: expect.stringMatching(/^Email has no connection\. Add one under Settings → Channels/),
      },
    ]);
    const [host, port] = mail.allow.split(':');
    await fixture.database.query(
      `insert into connections (workspace_id, kind, name, settings) values ($1, 'smtp', 'Mail', $2)`,
      [
        journey.workspaceId,
        JSON.stringify({ host, port: Number(port), security: 'none', user: '', from: 'Shop <shop@shop.example>' }),
      ],
    );
    await fixture.database.query('update alarm_notices set due_at = now()');
    await fixture.teller().work();
    expect(await notices()).toEqual(['raised told']);
    expect(mail.taken).toHaveLength(1);
    // Whoever left cannot be told, however often it is tried.
    await calmDown();
    await fixture.database.query('delete from members where id = $1', [member!.id]);
    await fixture.teller().work();
    expect(await notices()).toEqual(['raised told', 'cleared dropped']);
  });
});
