import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alarmRows, alarmsFixture, count, noticeRows, oldJourney, passMinutes } from '../../test/alarms-fixture.js';
import type { AlarmsFixture } from '../../test/alarms-fixture.js';
import { enroll, queue } from '../../test/delivery-fixture.js';
import type { Journey, Queued } from '../../test/delivery-fixture.js';
import { relayProvider } from '../../test/relay-package.mjs';
import { startRelay } from '../../test/relay.js';
import type { Relay } from '../../test/relay.js';
import { logger } from '../platform/logging/index.js';

let relay: Relay;
let fixture: AlarmsFixture;
let journey: Journey;
let visit = 0;

beforeAll(async () => {
  logger.level = 'fatal';
  relay = await startRelay();
  fixture = await alarmsFixture({
    allow: [relay.allow],
    brought: [relayProvider({ name: 'relay', channel: 'sms', idempotent: true })],
  });
  fixture.loop();
});
afterAll(async () => {
  await fixture?.close();
  await relay?.close();
});
beforeEach(async () => {
  await fixture.database.query('truncate delivery_deltas, delivery_minutes, delivery_hours, alarms cascade');
  journey = await oldJourney(fixture.database);
  await fixture.database.query('update channel_settings set sandbox = false where workspace_id = $1', [
    journey.workspaceId,
  ]);
});
afterEach(() => relay.feel('well'));

function query<Row extends Record<string, unknown>>(text: string, ...values: unknown[]): Promise<Row[]> {
  return fixture.database.query<Row>(text, [journey.workspaceId, ...values]);
}
async function connect(position: number): Promise<string> {
  const id = randomUUID();
  const context = `${journey.workspaceId}:${id}`;
  await query(
    `insert into connections (workspace_id, id, kind, name, settings, position, secrets, secret_names)
     values ($1, $2, 'relay', $3, $4, $5, $6, '{token}')`,
    id,
    `Relay ${position}`,
    JSON.stringify({ url: relay.url }),
    position,
    fixture.secrets.seal({ purpose: 'connection', context, plain: JSON.stringify({ token: 't' }) }),
  );
  return id;
}
async function send(count: number, origin = 'live'): Promise<Queued[]> {
  const person = await enroll(fixture.database, { journey, traits: { phone: '+49 30 1234567' }, origin });
  return Promise.all(
    Array.from({ length: count }, () =>
      queue(fixture.database, { journey, person, node: 'text', channel: 'sms', visit: ++visit, origin }),
    ),
  );
}
const states = async (messages: Queued[]): Promise<string[]> => {
  const rows = await query<{ status: string }>(
    'select distinct status from messages where workspace_id = $1 and id = any($2::uuid[]) order by 1',
    messages.map(({ id }) => id),
  );
  return rows.map(({ status }) => status);
};
const ended = (messages: Queued[], expected: string[]) =>
  expect.poll(() => states(messages), { timeout: 15_000 }).toEqual(expected);
const set = (breaker: boolean) =>
  fixture.alarms.transaction((sql) =>
    fixture.settings.save(journey, {
      sql,
      kind: 'failures',
      journeyId: null,
      connectionId: null,
      enabled: true,
      breaker,
      settings: { messages: 10, breakerPercent: 50 },
    }),
  );
const control = async () =>
  (await query<{ state: string }>('select state from journey_control where workspace_id = $1'))[0]!.state;
const resume = () =>
  fixture.alarms.transaction((sql) =>
    fixture.journeyControl.control(journey, { sql, id: journey.journeyId, action: 'resume', by: 'ann@example.com' }),
  );
const ofJourney = async () =>
  (await alarmRows(fixture.database, journey)).filter(
    ({ kind, journey_id }) => kind === 'failures' && journey_id !== null,
  );
const audited = () =>
  query<{ actor: string; action: string; detail: Record<string, unknown> }>(
    'select actor, action, detail from audit_log where workspace_id = $1 order by id',
  );

describe('what is counted', () => {
  it('are live messages, each once, by journey and connection', async () => {
    const connection = await connect(1);
    relay.feel('no');
    await ended(await send(4), ['failed']);
    relay.feel('well');
    await ended(await send(3), ['sent']);
    await ended([...(await send(2, 'test')), ...(await send(2, 'demo'))], ['delivered']);
    await fixture.look();
    for (const table of ['delivery_minutes', 'delivery_hours'])
      expect(
        await query(
          `select connection_id, channel, sum(tried)::int as tried, sum(sent)::int as sent, sum(failed)::int as failed
           from ${table} where workspace_id = $1 group by 1, 2`,
        ),
      ).toEqual([{ connection_id: connection, channel: 'sms', tried: 7, sent: 3, failed: 4 }]);
    expect(await query('select 1 from delivery_deltas where workspace_id = $1')).toEqual([]);
  });

  it('are later bounces as failures of what was tried before, and complaints once', async () => {
    const connection = await connect(1);
    const [message] = await send(1);
    await ended([message!], ['sent']);
    const events = [
      { kind: 'bounced' as const, messageId: message!.id, id: 'b' },
      { kind: 'complained' as const, messageId: message!.id, id: 'c1' },
      { kind: 'complained' as const, messageId: message!.id, id: 'c2' },
    ];
    await fixture.feedback.take(journey, { connection: { id: connection, kind: 'relay' }, events });
    await fixture.look();
    expect(
      await query(
        `select sum(tried)::int as tried, sum(sent)::int as sent, sum(failed)::int as failed,
           sum(complained)::int as complained
         from delivery_minutes where workspace_id = $1`,
      ),
    ).toEqual([{ tried: 1, sent: 1, failed: 1, complained: 1 }]);
  });
});

describe('the breaker', () => {
  it('does nothing until somebody switches it on, nor below its limit', async () => {
    await connect(1);
    relay.feel('no');
    await ended(await send(12), ['failed']);
    await set(false);
    await fixture.look();
    expect([await control(), (await ofJourney()).length]).toEqual(['live', 1]);
    await set(true);
    relay.feel('well');
    await ended(await send(13), ['sent']);
    await fixture.look();
    expect([await control(), (await ofJourney())[0]!.tripped_at]).toEqual(['live', null]);
  });

  it('pauses the journey that passes its limit, says why, and holds what is queued; whoever resumes is not paused again', async () => {
    await connect(1);
    await set(true);
    relay.feel('no');
    await ended(await send(12), ['failed']);
    await Promise.all([fixture.look(), fixture.look()]);
    expect(await control()).toBe('paused');
    const [alarm] = await ofJourney();
    expect(alarm).toMatchObject({
      tripped_at: expect.any(Date),
      trip: expect.stringMatching(/has paused the journey/),
    });
    expect(await audited()).toEqual([
      {
        actor: 'breaker',
        action: 'journey.pause',
        detail: {
          name: 'Welcome',
          by: 'breaker',
          kind: 'failures',
          why: expect.stringMatching(
            /^100% of 12 text messages failed in the last 15 minutes \(limit 5%\)\. Last error: .*not this one/,
          ),
        },
      },
    ]);
    relay.feel('well');
    const held = await send(3);
    await expect
      .poll(() => query('select 1 from messages where workspace_id = $1 and parked'), { timeout: 10_000 })
      .toHaveLength(3);
    // It is no better because nothing moves.
    await query(`update delivery_minutes set minute = minute - interval '1 hour' where workspace_id = $1`);
    await fixture.look();
    await passMinutes(fixture.database, 60);
    await fixture.look();
    expect((await ofJourney())[0]!.cleared_at).toBeNull();

    await resume();
    await ended(held, ['sent']);
    relay.feel('no');
    await ended(await send(30), ['failed']);
    await fixture.look();
    expect([await control(), (await ofJourney())[0]!.resumed_at]).toEqual(['live', expect.any(Date)]);
    expect((await audited()).map(({ actor, action }) => `${actor} ${action}`)).toEqual([
      'breaker journey.pause',
      'ann@example.com journey.resume',
    ]);
  });

  it('looks again an hour after the resume, at what has come since', async () => {
    await connect(1);
    await set(true);
    relay.feel('no');
    await ended(await send(12), ['failed']);
    await fixture.look();
    await resume();
    await fixture.look();
    await passMinutes(fixture.database, 59);
    await fixture.look();
    expect(await control()).toBe('live');
    // An hour is over; these failures, an hour and more ago by then, were before the resume.
    await passMinutes(fixture.database, 2);
    await query(
      `update alarms set resumed_at = now() - interval '61 minutes' where workspace_id = $1 and resumed_at is not null`,
    );
    await query(`delete from delivery_minutes where workspace_id = $1`);
    await fixture.look();
    expect(await control()).toBe('live');
    await ended(await send(12), ['failed']);
    await fixture.look();
    expect(await control()).toBe('paused');
  });

  it('switches a connection off where another one takes over, and leaves it on where none does', async () => {
    const only = await connect(1);
    await set(true);
    // Journeys are left alone here: this is about the connection.
    await fixture.alarms.transaction((sql) =>
      fixture.settings.save(journey, {
        sql,
        kind: 'failures',
        journeyId: journey.journeyId,
        connectionId: null,
        enabled: false,
        breaker: false,
        settings: {},
      }),
    );
    relay.feel('no');
    await ended(await send(12), ['failed']);
    await fixture.look();
    const enabled = async () =>
      (
        await query<{ enabled: boolean }>('select enabled from connections where workspace_id = $1 and id = $2', only)
      )[0]!.enabled;
    const alarm = async () =>
      (await alarmRows(fixture.database, journey)).find(({ connection_id }) => connection_id === only)!;
    expect(await enabled()).toBe(true);
    expect(await alarm()).toMatchObject({
      tripped_at: null,
      trip: expect.stringMatching(/has not switched the connection off/),
    });

    const other = await connect(2);
    await fixture.look();
    expect(await enabled()).toBe(false);
    expect(await alarm()).toMatchObject({
      tripped_at: expect.any(Date),
      trip: expect.stringMatching(/go by “Relay 2”/),
    });
    relay.feel('well');
    const next = await send(2);
    await ended(next, ['sent']);
    expect(
      await query(
        'select distinct connection_id from messages where workspace_id = $1 and id = any($2::uuid[])',
        next.map(({ id }) => id),
      ),
    ).toEqual([{ connection_id: other }]);
  });

  it('leaves the last connection on, also when the other one is switched off at the same moment', async () => {
    const [one, other] = [await connect(1), await connect(2)];
    await set(true);
    await count(fixture.database, journey, { minutesAgo: 2, connectionId: one, tried: 100, failed: 90 });
    let go = () => {};
    let isHeld = () => {};
    const held = new Promise<void>((resolve) => (isHeld = resolve));
    const switching = fixture.alarms.transaction(async (sql) => {
      await sql.query('update connections set enabled = false where workspace_id = $1 and id = $2', [
        journey.workspaceId,
        other,
      ]);
      isHeld();
      await new Promise<void>((resolve) => (go = resolve));
    });
    await held;
    const look = fixture.look();
    await expect
      .poll(
        () =>
          fixture.database.query(
            `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          ),
        { timeout: 5_000 },
      )
      .not.toEqual([]);
    go();
    await Promise.all([switching, look]);
    const on = await query<{ id: string }>('select id from connections where workspace_id = $1 and enabled');
    expect(on).toEqual([{ id: one }]);
  });

  it('is told with the alarm, once', async () => {
    await connect(1);
    await set(true);
    const id = randomUUID();
    const secrets = fixture.sender.seal(journey, { id, secrets: { url: 'https://hooks.example/' } });
    const target = { id, kind: 'slack' as const, name: 'Ops', settings: {}, secrets, enabled: true };
    await fixture.alarms.transaction((sql) => fixture.targets.save(journey, { sql, target }));
    relay.feel('no');
    await ended(await send(12), ['failed']);
    await Promise.all([fixture.look(), fixture.look(), fixture.look()]);
    const told = (await noticeRows(fixture.database, journey)).filter(({ body }) => body.alarm.about === 'journey');
    expect(told).toMatchObject([{ what: 'raised', body: { alarm: { breaker: expect.stringMatching(/has paused/) } } }]);
  });
});
