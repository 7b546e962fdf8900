import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noQuietHours } from '@wend/contract';
import type { JsonObject, QuietSettings } from '@wend/contract';
import { DateTime } from 'luxon';
import { deliveryFixture, enroll, historyOf, makeJourney, queue } from '../../test/delivery-fixture.js';
import type { Journey, Queued } from '../../test/delivery-fixture.js';
import { WorkspaceHooks } from '../access/index.js';
import { logger } from '../platform/logging/index.js';
import { DeliverySettingsModule } from './delivery-rules.module.js';
import { judgeQuiet } from './quiet.service.js';
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

/** Quiet since an hour ago, for two more, where the clocks of `zone` show that. */
function around(zone: string, before = 1, after = 2): { windows: { days: number[]; from: string; to: string }[] } {
  const clock = (hours: number) => DateTime.now().setZone(zone).plus({ hours }).toFormat('HH:mm');
  return { windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: clock(-before), to: clock(after) }] };
}
const mail = (config: JsonObject = {}) => ({
  type: 'wend/email',
  config: { subject: 'Hi', html: '<p>Hi</p>', ...config },
});
const own = around('UTC');
beforeEach(async () => {
  journey = await makeJourney(fixture.database, {
    mail: mail(),
    order: mail({ messageClass: 'transactional' }),
    skip: mail({ whenQuiet: 'skip' }),
    soon: mail({ latestHours: 1 }),
    always: mail({ quietHours: 'none' }),
    own: mail({ quietHours: 'other', quietWindows: own.windows.map(({ from, to }) => ({ from, to })) }),
    text: { type: 'wend/sms', config: { text: 'Hi' } },
    friend: { type: 'wend/kakao-friendtalk', config: { text: 'Hi' } },
  });
});

const scope = () => ({ workspaceId: journey.workspaceId });
const quiet = (said: Partial<QuietSettings>) => fixture.quietSettings.save(scope(), { ...noQuietHours, ...said });
const person = (traits: JsonObject = {}) =>
  enroll(fixture.database, { journey, traits: { email: 'a@example.com', phone: '+49 30 1234567', ...traits } });
let visit = 0;
const send = (who: Awaited<ReturnType<typeof person>>, node: string, origin = 'live'): Promise<Queued> =>
  queue(fixture.database, {
    journey,
    person: who,
    node,
    channel: { text: 'sms', friend: 'kakao-friendtalk' }[node] ?? 'email',
    origin,
    visit: (visit += 1),
  });
type Row = {
  id: string;
  status: string;
  reason: string | null;
  held_by: string | null;
  held_until: Date | null;
  held_priority: number;
  ruling: { rule: string; says: string; allowedAt: string; window: string; zone: string } | null;
};
const row = async ({ id }: Queued): Promise<Row> =>
  (
    await fixture.database.query<Row>(
      `select id, status, reason, held_by, held_until, held_priority, ruling
       from messages
       where workspace_id = $1 and id = $2`,
      [journey.workspaceId, id],
    )
  )[0]!;
/** Once a sender has looked at it. */
async function settled(message: Queued): Promise<Row> {
  await expect
    .poll(async () => (await row(message)).status !== 'queued' || (await row(message)).held_by !== null, {
      timeout: 15_000,
      interval: 30,
    })
    .toBe(true);
  return row(message);
}
const arrived = expect.stringMatching(/^(sent|delivered)$/);

/** Messages that stand for anybody's. */
const at = (time: string, zone: string) => DateTime.fromISO(time, { zone }).toMillis();
const anyMessage = { channel: 'sms', config: {}, traits: {}, said: [], zone: 'Asia/Seoul' };
const korean = {
  windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '21:00', to: '08:00' }],
  unless: { kind: 'trait' as const, trait: 'night_ok' },
};

describe('the Korean night', () => {
  it.each([
    ['2026-11-30T20:59:59', null],
    ['2026-11-30T21:00:00', '2026-12-01T08:00:00'],
    ['2026-12-01T07:59:59', '2026-12-01T08:00:00'],
    ['2026-12-01T08:00:00', null],
  ])('at %s', (now, until) => {
    const verdict = judgeQuiet({ ...noQuietHours, hours: korean }, anyMessage, at(now, 'Asia/Seoul'));
    expect(verdict?.allowedAt ?? null).toBe(until && at(until, 'Asia/Seoul'));
    if (verdict)
      expect(verdict.ruling).toMatchObject({
        rule: 'quiet',
        says: 'Quiet hours: no messages are sent 21:00–08:00 (Asia/Seoul).',
        window: '21:00–08:00',
        zone: 'Asia/Seoul',
      });
  });

  it('is none for who has agreed to be written to then', () => {
    const night = at('2026-11-30T23:00:00', 'Asia/Seoul');
    const judge = (traits: JsonObject) =>
      judgeQuiet({ ...noQuietHours, hours: korean }, { ...anyMessage, traits }, night) === null;
    expect([{ night_ok: true }, { night_ok: 'yes' }, { night_ok: false }, { night_ok: 'no' }, {}].map(judge)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it.each([
    [[], false],
    [[{ topic: 'night', state: 'subscribed' as const }], true],
    [[{ topic: 'night', state: 'pending' as const }], false],
    [[{ topic: 'night', state: 'unsubscribed' as const }], false],
    // Agreeing to advertising is no agreement to the night.
    [
      [
        { topic: '', state: 'subscribed' as const },
        { topic: 'offers', state: 'subscribed' as const },
      ],
      false,
    ],
  ])('is none for who has subscribed to its topic: %j', (said, goes) => {
    const hours = { windows: korean.windows, unless: { kind: 'topic' as const, topic: 'night' } };
    const night = at('2026-11-30T23:00:00', 'Asia/Seoul');
    const verdict = judgeQuiet({ ...noQuietHours, hours }, { ...anyMessage, said }, night);
    expect(verdict?.ruling.says ?? null).toBe(
      goes ? null : 'Quiet hours: no messages are sent 21:00–08:00 (Asia/Seoul) without consent to “night”.',
    );
  });

  it('of a network holds whatever a workspace or a step says, by the clocks there', () => {
    const friend = {
      ...anyMessage,
      channel: 'kakao-friendtalk',
      config: { quietHours: 'none' },
      zone: 'Europe/Berlin',
    };
    const verdict = judgeQuiet(noQuietHours, friend, at('2026-11-30T20:00:00', 'Asia/Seoul'));
    expect(verdict!.allowedAt).toBe(at('2026-12-01T08:00:00', 'Asia/Seoul'));
    expect(verdict!.ruling.says).toBe(
      'KakaoTalk friend talk delivers only transactional messages 20:00–08:00 (Asia/Seoul).',
    );
    expect(judgeQuiet(noQuietHours, friend, at('2026-11-30T19:59:59', 'Asia/Seoul'))).toBeNull();
  });

  it('waits for the end of what begins before another one ends', () => {
    const friend = { ...anyMessage, channel: 'kakao-friendtalk', zone: 'Asia/Seoul' };
    const early = { windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '07:00', to: '10:00' }] };
    const verdict = judgeQuiet({ ...noQuietHours, hours: early }, friend, at('2026-11-30T22:00:00', 'Asia/Seoul'));
    expect(verdict!.allowedAt).toBe(at('2026-12-01T10:00:00', 'Asia/Seoul'));
  });
});

describe('a sender', () => {
  let loop: ReturnType<typeof fixture.loop>;
  beforeAll(() => {
    loop = fixture.loop();
  });
  afterAll(() => loop.stop());

  it('keeps a message until quiet hours are over where its person lives, and says so', async () => {
    await quiet({ hours: around('Asia/Kathmandu') });
    const message = await send(await person({ timezone: 'Asia/Kathmandu' }), 'mail');
    const held = await settled(message);
    expect(held).toMatchObject({ status: 'queued', held_by: 'quiet' });
    const end = DateTime.now().setZone('Asia/Kathmandu').plus({ hours: 2 }).startOf('minute').toMillis();
    expect(Math.abs(held.held_until!.getTime() - end)).toBeLessThanOrEqual(60_000);
    expect(held.ruling).toMatchObject({ rule: 'quiet', allowedAt: held.held_until!.toISOString() });
    expect(await historyOf(fixture.database, journey, message.id)).toContain('held');
    // Where nobody says so, the clocks of the workspace count: it is another time in UTC.
    expect((await settled(await send(await person(), 'mail'))).status).toEqual(arrived);
  });

  it('lets what is transactional or a test go, and what its step says', async () => {
    await quiet({ hours: around('UTC') });
    const who = await person();
    for (const node of ['order', 'always'])
      expect((await settled(await send(who, node))).status, node).toEqual(arrived);
    expect((await settled(await send(who, 'mail', 'test'))).status).toEqual(arrived);
    expect(await settled(await send(who, 'skip'))).toMatchObject({ status: 'suppressed', reason: 'quiet' });
    // It would be of no use after them.
    const late = await settled(await send(who, 'soon'));
    expect(late).toMatchObject({ status: 'suppressed', reason: 'quiet', ruling: { rule: 'quiet' } });
  });

  it('goes by a step’s own hours, and by those of a channel in place of all', async () => {
    await quiet({ channels: [{ channel: 'sms', hours: around('UTC') }] });
    const who = await person();
    expect((await settled(await send(who, 'own'))).ruling?.says).toMatch(/^This step sends nothing /);
    expect((await settled(await send(who, 'mail'))).status).toEqual(arrived);
    expect((await settled(await send(who, 'text'))).ruling?.says).toMatch(/^Quiet hours: no text messages are sent /);
    await quiet({ hours: around('UTC'), channels: [{ channel: 'sms', hours: null }] });
    expect((await settled(await send(who, 'text'))).status).toEqual(arrived);
  });

  it('sends what it held once its time has come', async () => {
    await quiet({ hours: around('UTC') });
    const message = await send(await person(), 'mail');
    await settled(message);
    await quiet({ hours: around('UTC', 3, -1) });
    await fixture.database.query('update messages set held_until = now() where workspace_id = $1 and id = $2', [
      journey.workspaceId,
      message.id,
    ]);
    await expect.poll(async () => (await row(message)).status, { timeout: 10_000 }).toEqual(arrived);
  });

  it('holds a message on when its person is in quiet hours elsewhere by then', async () => {
    // It is quiet in both places, an hour longer in Kathmandu.
    await quiet({ hours: { windows: [...around('UTC').windows, ...around('Asia/Kathmandu', 1, 3).windows] } });
    const who = await person({ timezone: 'UTC' });
    const message = await send(who, 'mail');
    const before = (await settled(message)).held_until!;
    await fixture.database.query(
      `update profiles set traits = traits || '{"timezone": "Asia/Kathmandu"}' where workspace_id = $1 and id = $2`,
      [journey.workspaceId, who.profileId],
    );
    // Nobody has heard of it: what was said of the end comes.
    await fixture.database.query(`update messages set held_until = now() where workspace_id = $1 and id = $2`, [
      journey.workspaceId,
      message.id,
    ]);
    await expect.poll(async () => (await row(message)).ruling?.zone, { timeout: 10_000 }).toBe('Asia/Kathmandu');
    const after = await row(message);
    expect(after).toMatchObject({ status: 'queued', held_by: 'quiet' });
    expect(after.held_until!.getTime()).toBeGreaterThan(before.getTime());
  });
});

describe('what is held', () => {
  const rechecks = () =>
    new RechecksService(
      new RecheckRepository(fixture.database),
      new RuleSettings(new RuleSettingsRepository(fixture.database)),
    );
  let loop: ReturnType<typeof fixture.loop>;
  async function hold(node: string, traits: JsonObject = {}): Promise<Queued> {
    loop = fixture.loop();
    const message = await send(await person(traits), node);
    expect((await settled(message)).held_by).toBe('quiet');
    await loop.stop();
    return message;
  }
  const move = ({ profileId }: Queued, traits: JsonObject) =>
    fixture.database.query('update profiles set traits = traits || $3::jsonb where workspace_id = $1 and id = $2', [
      journey.workspaceId,
      profileId,
      JSON.stringify(traits),
    ]);
  /** What was noted of people, as the follower of changes tells it; returns the names of traits. */
  async function tell(): Promise<string[]> {
    const noted = await fixture.database.query<{ profile_id: string; name: string }>(
      `select profile_id, name from profile_changes where workspace_id = $1 and what = 'trait' order by position`,
      [journey.workspaceId],
    );
    await fixture.database.transaction((sql) =>
      rechecks().heard(scope(), {
        sql,
        at: Date.now(),
        changes: noted.map(({ profile_id: profileId, name }) => ({
          profileId,
          what: 'trait',
          name,
          origin: 'live',
          event: null,
        })),
      }),
    );
    return noted.map(({ name }) => name);
  }
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

  it('is judged anew when quiet hours change, and when its journey becomes more important', async () => {
    await quiet({ hours: around('UTC') });
    const message = await hold('mail');
    const before = (await row(message)).held_until!;
    await quiet({ hours: around('UTC', 1, 1) });
    await recheck();
    const sooner = await row(message);
    expect(before.getTime() - sooner.held_until!.getTime()).toBe(3_600_000);
    expect(sooner.ruling!.allowedAt).toBe(sooner.held_until!.toISOString());
    await fixture.rules.saveJourney(scope(), { id: journey.journeyId, priority: 1, caps: { mode: 'workspace' } });
    await recheck();
    expect((await row(message)).held_priority).toBe(1);
    await quiet({});
    await recheck();
    expect((await row(message)).held_until!.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('by a step’s own hours is judged anew when its person moves, where the workspace has none', async () => {
    const message = await hold('own', { timezone: 'UTC' });
    await move(message, { timezone: 'Asia/Kathmandu' });
    await tell();
    expect((await row(message)).held_until!.getTime()).toBeLessThanOrEqual(Date.now());
  });

  it('is judged anew when the workspace moves, of whom nobody knows a zone', async () => {
    await quiet({ hours: around('UTC') });
    const [nowhere, here] = [await hold('mail'), await hold('mail', { timezone: 'UTC' })];
    const hooks = new WorkspaceHooks();
    new DeliverySettingsModule(hooks, new RuleSettingsRepository(fixture.database));
    await fixture.database.transaction(async (sql) => {
      await sql.query(`update workspaces set time_zone = 'Asia/Kathmandu' where id = $1`, [journey.workspaceId]);
      await hooks.changed(scope(), { sql, changed: ['timeZone'], by: 'Mia' });
    });
    await recheck();
    const due = await Promise.all([nowhere, here].map(async (each) => (await row(each)).held_until!.getTime()));
    expect(due.map((time) => time <= Date.now())).toEqual([true, false]);
  });

  it('is judged anew when its person moves, or agrees to be written to at any time', async () => {
    await quiet({ hours: { ...around('UTC'), unless: { kind: 'trait', trait: 'night_ok' } } });
    const messages = [await hold('mail'), await hold('mail'), await hold('mail')];
    const says: JsonObject[] = [{ time_zone: 'Asia/Kathmandu' }, { night_ok: true }, { size: 3 }];
    for (const [index, message] of messages.entries()) await move(message, says[index]!);
    expect(await tell()).toEqual(['time_zone', 'night_ok']);
    const due = await Promise.all(messages.map(async (each) => (await row(each)).held_until!.getTime() <= Date.now()));
    expect(due).toEqual([true, true, false]);
  });

  it('is judged anew when its person agrees to the night by its topic, on the channel of the message', async () => {
    await quiet({ hours: { ...around('UTC'), unless: { kind: 'topic', topic: 'night' } } });
    const messages = [await hold('mail'), await hold('mail'), await hold('mail')];
    const says = [
      ['email', 'night'],
      ['sms', 'night'],
      ['email', 'offers'],
    ];
    for (const [index, { profileId }] of messages.entries())
      await fixture.database.query(
        `insert into consents (workspace_id, profile_id, channel, topic, state) values ($1, $2, $3, $4, 'subscribed')`,
        [journey.workspaceId, profileId, ...says[index]!],
      );
    const noted = await fixture.database.query<{ profile_id: string; name: string }>(
      `select profile_id, name from profile_changes where workspace_id = $1 and what = 'consent' order by position`,
      [journey.workspaceId],
    );
    expect(noted.map(({ name }) => name)).toEqual(['email', 'sms', 'email']);
    await fixture.database.transaction((sql) =>
      rechecks().heard(scope(), {
        sql,
        at: Date.now(),
        changes: noted.map(({ profile_id: profileId, name }) => ({
          profileId,
          what: 'consent',
          name,
          origin: 'live',
          event: null,
        })),
      }),
    );
    const due = await Promise.all(messages.map(async (each) => (await row(each)).held_until!.getTime() <= Date.now()));
    expect(due).toEqual([true, false, false]);
    // Who has agreed is not made to wait in the first place.
    loop = fixture.loop();
    expect((await settled(await send(messages[0]!, 'mail'))).status).toEqual(arrived);
    await loop.stop();
  });
});
