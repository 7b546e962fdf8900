import { randomUUID } from 'node:crypto';
import type { AlarmKind } from '@wend/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alarmRows, alarmsFixture, count, oldJourney } from '../../test/alarms-fixture.js';
import type { AlarmsFixture } from '../../test/alarms-fixture.js';
import { enroll, queue } from '../../test/delivery-fixture.js';
import type { Journey } from '../../test/delivery-fixture.js';

let fixture: AlarmsFixture;
let journey: Journey;
let connectionId: string;

beforeAll(async () => {
  fixture = await alarmsFixture();
});
afterAll(() => fixture?.close());
beforeEach(async () => {
  await fixture.database.query('truncate delivery_deltas, delivery_minutes, delivery_hours, alarms cascade');
  journey = await oldJourney(fixture.database);
  connectionId = await connect('Main');
});

async function connect(name: string): Promise<string> {
  const id = randomUUID();
  await fixture.database.query(
    `insert into connections (workspace_id, id, kind, name, settings) values ($1, $2, 'twilio', $3, '{}')`,
    [journey.workspaceId, id, name],
  );
  return id;
}
async function raised(kind: AlarmKind): Promise<string[]> {
  await fixture.look();
  return (await alarmRows(fixture.database, journey))
    .filter((alarm) => alarm.kind === kind && alarm.cleared_at === null)
    .map(({ journey_id, connection_id }) => (journey_id ? 'journey' : connection_id ? 'connection' : 'workspace'))
    .sort();
}
const summaryOf = async (kind: AlarmKind) =>
  (await alarmRows(fixture.database, journey)).find((alarm) => alarm.kind === kind)!.summary;
const set = (kind: AlarmKind, settings: Record<string, number>, more: { journeyId?: string } = {}) =>
  fixture.alarms.transaction((sql) =>
    fixture.settings.save(journey, {
      sql,
      kind,
      journeyId: more.journeyId ?? null,
      connectionId: null,
      enabled: true,
      breaker: false,
      settings,
    }),
  );

describe('failures', () => {
  it.each([
    ['at the limit', { tried: 1_000, failed: 50 }, []],
    ['above it', { tried: 1_000, failed: 51 }, ['connection', 'journey']],
    ['above it, of one less than enough', { tried: 99, failed: 20 }, []],
    ['above it, of just enough', { tried: 100, failed: 6 }, ['connection', 'journey']],
  ])('are raised when their share is above the limit: %s', async (_, counts, expected) => {
    await count(fixture.database, journey, { minutesAgo: 3, connectionId, ...counts });
    expect(await raised('failures')).toEqual(expected);
  });

  it('count for as long as all of their minute lies within the time', async () => {
    await count(fixture.database, journey, { minutesAgo: 16, tried: 1_000, failed: 900 });
    expect(await raised('failures')).toEqual([]);
    await count(fixture.database, journey, { minutesAgo: 14, tried: 200, failed: 24 });
    expect(await raised('failures')).toEqual(['journey']);
  });

  it('say their numbers, and the last error', async () => {
    const person = await enroll(fixture.database, { journey });
    const { id } = await queue(fixture.database, { journey, person, node: 'text', channel: 'sms' });
    await fixture.database.query(
      `update messages set status = 'failed', error = '550 mailbox unavailable' where workspace_id = $1 and id = $2`,
      [journey.workspaceId, id],
    );
    await count(fixture.database, journey, { minutesAgo: 2, channel: 'email', tried: 1_240, failed: 149 });
    await fixture.look();
    expect(await summaryOf('failures')).toBe(
      '12% of 1,240 emails failed in the last 15 minutes (limit 5%). Last error: 550 mailbox unavailable.',
    );
  });

  it('have a limit of their own where one is set for the journey', async () => {
    await set('failures', { percent: 50, minutes: 60 }, { journeyId: journey.journeyId });
    await count(fixture.database, journey, { minutesAgo: 30, tried: 1_000, failed: 400 });
    await count(fixture.database, journey, { minutesAgo: 2, tried: 1_000, failed: 400 });
    expect(await raised('failures')).toEqual([]);
    await count(fixture.database, journey, { minutesAgo: 40, tried: 1_000, failed: 900 });
    expect(await raised('failures')).toEqual(['journey']);
  });
});

describe('complaints', () => {
  it.each([
    ['two, however few were sent', { sent: 500, complained: 2 }, []],
    ['three of enough', { sent: 500, complained: 3 }, ['journey']],
    ['at the limit', { sent: 2_000, complained: 6 }, []],
    ['above it', { sent: 2_000, complained: 7 }, ['journey']],
  ])('are raised when their share is above the limit: %s', async (_, counts, expected) => {
    await count(fixture.database, journey, { minutesAgo: 60, ...counts });
    expect(await raised('complaints')).toEqual(expected);
  });
});

describe('silence', () => {
  /** So many were sent within the two whole hours before the present one, on these days before today. */
  const sentOn = async (days: Record<number, number>) => {
    const intoHour = new Date().getUTCMinutes();
    for (const [day, sent] of Object.entries(days))
      await count(fixture.database, journey, {
        minutesAgo: Number(day) * 1_440 + intoHour + 30,
        connectionId,
        tried: sent,
        sent,
      });
  };
  const eachDay = (sent: number) => Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [day, sent]));

  it.each([
    ['less than much', eachDay(99), []],
    ['much', eachDay(100), ['connection', 'journey']],
    ['much, but not on the same day of the week', { ...eachDay(500), 7: 0 }, []],
    ['much, on five of seven days', { ...eachDay(500), 2: 0, 3: 0 }, ['connection', 'journey']],
    ['much, on four of seven days', { ...eachDay(500), 2: 0, 3: 0, 4: 0 }, []],
  ])('is raised where in the same hours of the last days it was %s', async (_, days, expected) => {
    await sentOn(days);
    expect(await raised('silent')).toEqual(expected);
  });

  it('goes by the clocks of the workspace, also when they were changed within these days', async () => {
    const dayOfYear = (ms: number) => Math.floor((ms - Date.UTC(new Date(ms).getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
    // An hour ahead since three days ago (in the words of POSIX, which PostgreSQL reads as a zone).
    const changed = dayOfYear(Date.now() - 3 * 86_400_000);
    await fixture.database.query('update workspaces set time_zone = $2 where id = $1', [
      journey.workspaceId,
      `AAA0BBB-1,J${changed}/0,J${(changed + 100) % 365 || 1}/0`,
    ]);
    const intoHour = new Date().getUTCMinutes();
    for (const day of [1, 2, 4, 5, 6, 7])
      await count(fixture.database, journey, {
        minutesAgo: day * 1_440 + intoHour + 30 - (day > 3 ? 60 : 0),
        connectionId,
        tried: 500,
        sent: 500,
      });
    expect(await raised('silent')).toEqual(['connection', 'journey']);
  });

  it('is none where something went out, the journey was paused, or another connection took over', async () => {
    await sentOn(eachDay(500));
    await count(fixture.database, journey, { minutesAgo: 1, tried: 1, sent: 1 });
    expect(await raised('silent')).toEqual([]);
    await fixture.database.query('truncate delivery_hours');
    await sentOn(eachDay(500));
    await fixture.database.query(`update journey_control set state = 'paused' where workspace_id = $1`, [
      journey.workspaceId,
    ]);
    expect(await raised('silent')).toEqual(['connection']);
  });
});

describe('a queue', () => {
  const wait = async (
    minutes: number,
    { origin = 'live', more = '' }: { origin?: string; more?: string } = {},
  ): Promise<void> => {
    const person = await enroll(fixture.database, { journey, origin });
    const { id } = await queue(fixture.database, { journey, person, node: 'text', channel: 'sms', origin });
    await fixture.database.query(
      `update messages
       set next_attempt_at = now() - $3 * interval '1 minute', connection_id = $4 ${more}
       where workspace_id = $1 and id = $2`,
      [journey.workspaceId, id, minutes, connectionId],
    );
  };

  it('is raised when messages have been due for longer than the limit, by journey and by connection', async () => {
    await wait(14);
    expect(await raised('queue')).toEqual([]);
    await wait(16);
    expect(await raised('queue')).toEqual(['connection', 'journey']);
    expect(await summaryOf('queue')).toMatch(
      /^1 text messages? have been due for more than 15 minutes, the oldest for 16 minutes; meanwhile none went out\./,
    );
  });

  it('is a large send only while a limit holds it back, and not since a provider once did', async () => {
    for (let n = 0; n < 3; n += 1) await wait(20);
    await count(fixture.database, journey, { minutesAgo: 1, connectionId, tried: 1, sent: 1 });
    const slowedAt = (ago: string) =>
      fixture.database.query(
        `insert into rate_buckets (workspace_id, kind, name, slowed_from, slowed_to, slowed_at)
         values ($1, 'connection', $2, 100, 50, now() - $3::interval)
         on conflict (workspace_id, kind, name) do update set slowed_at = excluded.slowed_at`,
        [journey.workspaceId, connectionId, ago],
      );
    await slowedAt('5 seconds');
    expect(await raised('queue')).toEqual([]);
    await slowedAt('1 hour');
    expect(await raised('queue')).toEqual(['connection', 'journey']);
  });

  it('is none of messages that are not due, put aside, of a paused journey, of test runs or made-up people', async () => {
    await wait(-5);
    await wait(60, { more: `, parked = true` });
    await wait(60, { origin: 'test' });
    await wait(60, { origin: 'demo' });
    expect(await raised('queue')).toEqual([]);
    await wait(60);
    await fixture.database.query(`update journey_control set state = 'paused' where workspace_id = $1`, [
      journey.workspaceId,
    ]);
    expect(await raised('queue')).toEqual([]);
    // What waited for the resume has been due since then.
    await fixture.database.query(
      `update journey_control set state = 'live', changed_at = now() - interval '14 minutes' where workspace_id = $1`,
      [journey.workspaceId],
    );
    expect(await raised('queue')).toEqual([]);
  });

  it('counts from when nobody was there to take a message, however often it was tried, and says what it was told', async () => {
    // What others failed by says nothing of what waits.
    await wait(0, { more: `, status = 'failed', error = '550 mailbox unavailable'` });
    await wait(0, {
      more: `, away_since = now() - interval '40 minutes', error = 'The server refused the connection.'`,
    });
    expect(await raised('queue')).toEqual(['connection', 'journey']);
    expect(await summaryOf('queue')).toMatch(/Last error: The server refused the connection\.$/);
  });

  it('is none while more goes out than waits, or a rate limit lets some out', async () => {
    for (let each = 0; each < 5; each++) await wait(60);
    await count(fixture.database, journey, { minutesAgo: 3, connectionId, tried: 5, sent: 5 });
    expect(await raised('queue')).toEqual([]);
    await wait(60);
    await fixture.database.query(`update connections set rate_per_second = 0.1 where workspace_id = $1 and id = $2`, [
      journey.workspaceId,
      connectionId,
    ]);
    expect(await raised('queue')).toEqual([]);
    await fixture.database.query(`update connections set rate_per_second = null where workspace_id = $1`, [
      journey.workspaceId,
    ]);
    await fixture.database.query(
      `insert into rate_limits (workspace_id, channel, messages, per) values ($1, 'sms', 1, 'minute')`,
      [journey.workspaceId],
    );
    expect(await raised('queue')).toEqual([]);
    await fixture.database.query('delete from rate_limits where workspace_id = $1', [journey.workspaceId]);
    expect(await raised('queue')).toEqual(['connection', 'journey']);
  });
});

describe('stuck', () => {
  const overdue = async (minutes: number, { origin = 'live', held = false } = {}): Promise<void> => {
    const { enrollmentId } = await enroll(fixture.database, { journey, origin });
    await fixture.database.query(
      `insert into timers (workspace_id, enrollment_id, wait, until) values ($1, $2, 'w', now() - $3 * interval '1 minute')`,
      [journey.workspaceId, enrollmentId, minutes],
    );
    await fixture.database.query('update enrollments set held = $3 where workspace_id = $1 and id = $2', [
      journey.workspaceId,
      enrollmentId,
      held,
    ]);
  };

  it('are runs whose time is long over, but not those that a pause holds, test runs, and made-up people', async () => {
    await overdue(29);
    await overdue(90, { held: true });
    await overdue(90, { origin: 'test' });
    await overdue(90, { origin: 'demo' });
    expect(await raised('stuck')).toEqual([]);
    await overdue(31);
    expect(await raised('stuck')).toEqual(['journey']);
    expect(await summaryOf('stuck')).toMatch(/^1 run should have gone on more than 30 minutes ago/);
  });

  it('are runs that have not begun for long', async () => {
    const { enrollmentId } = await enroll(fixture.database, { journey, status: 'starting' });
    expect(await raised('stuck')).toEqual([]);
    await fixture.database.query(
      `update enrollments set created_at = now() - interval '31 minutes' where workspace_id = $1 and id = $2`,
      [journey.workspaceId, enrollmentId],
    );
    expect(await raised('stuck')).toEqual(['journey']);
  });

  it('are events that were given up on, for the workspace', async () => {
    const letter = (minutes: number) =>
      fixture.database.query(
        `insert into dead_letters (workspace_id, event_id, received_at, event_name, error, at)
         values ($1, gen_random_uuid(), now(), 'Ordered', 'No such property', now() - $2 * interval '1 minute')`,
        [journey.workspaceId, minutes],
      );
    await letter(31);
    expect(await raised('stuck')).toEqual([]);
    await letter(29);
    expect(await raised('stuck')).toEqual(['workspace']);
    expect(await summaryOf('stuck')).toMatch(/^1 event could not be worked on.*Last error: No such property\./);
  });
});

describe('a connection', () => {
  const state = (value: string, minutes: number) =>
    fixture.database.query(
      `insert into connection_states (workspace_id, connection_id, state, since)
       values ($1, $2, $3, now() - $4 * interval '1 minute')
       on conflict (workspace_id, connection_id) do update set state = excluded.state, since = excluded.since`,
      [journey.workspaceId, connectionId, value, minutes],
    );

  it('is raised when it has been down for longer than the limit, and is in use', async () => {
    await state('down', 4.9);
    expect(await raised('down')).toEqual([]);
    await state('slowed', 20);
    expect(await raised('down')).toEqual([]);
    await state('down', 5.1);
    await fixture.database.query('update connections set enabled = false where workspace_id = $1', [
      journey.workspaceId,
    ]);
    expect(await raised('down')).toEqual([]);
    await fixture.database.query('update connections set enabled = true where workspace_id = $1', [
      journey.workspaceId,
    ]);
    expect(await raised('down')).toEqual(['connection']);
  });
});

it('says nothing about a kind that is switched off', async () => {
  await count(fixture.database, journey, { minutesAgo: 2, tried: 1_000, failed: 900 });
  await fixture.alarms.transaction((sql) =>
    fixture.settings.save(journey, {
      sql,
      kind: 'failures',
      journeyId: null,
      connectionId: null,
      enabled: false,
      breaker: false,
      settings: {},
    }),
  );
  expect(await raised('failures')).toEqual([]);
});
