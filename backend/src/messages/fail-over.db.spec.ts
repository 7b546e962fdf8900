import { randomUUID } from 'node:crypto';
import type { ConnectionRule, JsonObject } from '@wend/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliveryFixture, enroll, makeJourney, messageRow, queue } from '../../test/delivery-fixture.js';
import type { Journey, Queued } from '../../test/delivery-fixture.js';
import { relayProvider } from '../../test/relay-package.mjs';
import { startRelay } from '../../test/relay.js';
import type { Relay, RelayMood } from '../../test/relay.js';
import { logger } from '../platform/logging/index.js';

let first: Relay;
let second: Relay;
let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let journey: Journey;

beforeAll(async () => {
  logger.level = 'fatal';
  [first, second] = await Promise.all([startRelay(), startRelay()]);
  fixture = await deliveryFixture({
    allow: [first.allow, second.allow],
    brought: [
      relayProvider({ name: 'relay', channel: 'sms', idempotent: true }),
      relayProvider({ name: 'brief', channel: 'sms', idempotent: true, keySeconds: 600 }),
      relayProvider({ name: 'forgetful', channel: 'sms', idempotent: false }),
      relayProvider({ name: 'notifier', channel: 'push', idempotent: true }),
    ],
  });
  fixture.loop();
});
afterAll(async () => {
  await fixture?.close();
  await first?.close();
  await second?.close();
});
beforeEach(async () => {
  journey = await makeJourney(fixture.database, {
    text: { type: 'wend/sms', config: { text: 'Hi' } },
    order: { type: 'wend/sms', config: { text: 'Hi', messageClass: 'transactional', topic: 'orders' } },
    note: { type: 'wend/push', config: { title: 'Hi', body: 'There' } },
  });
  await fixture.database.query('update channel_settings set sandbox = false where workspace_id = $1', [
    journey.workspaceId,
  ]);
});
afterEach(() => {
  for (const relay of [first, second]) {
    relay.feel('well');
    relay.forget([]);
    relay.calls.length = 0;
    relay.taken.clear();
  }
});

type Options = { kind?: string; rule?: ConnectionRule | null; rate?: number | null; token?: string };
let position = 0;
async function connect(relay: Relay, { kind = 'relay', rule = null, rate = null, token = 't' }: Options = {}) {
  const id = randomUUID();
  position += 1;
  const { workspaceId } = journey;
  const plain = JSON.stringify({ token });
  await fixture.database.query(
    `insert into connections (workspace_id, id, kind, name, settings, position, rule, rate_per_second, secrets, secret_names)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '{token}')`,
    [
      workspaceId,
      id,
      kind,
      `Relay ${position}`,
      JSON.stringify({ url: relay.url }),
      position,
      rule && JSON.stringify(rule),
      rate,
      fixture.secrets.seal({ purpose: 'connection', context: `${workspaceId}:${id}`, plain }),
    ],
  );
  return id;
}
async function send(
  count: number,
  { node = 'text', traits = {} }: { node?: string; traits?: JsonObject } = {},
): Promise<Queued[]> {
  const person = await enroll(fixture.database, { journey, traits: { phone: '+49 30 1234567', ...traits } });
  const from = Math.floor(Math.random() * 1e9);
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      queue(fixture.database, { journey, person, node, channel: 'sms', visit: from + index }),
    ),
  );
}
const stored = (messages: Queued[]) =>
  Promise.all(
    messages.map(async ({ id }) => {
      const [row] = await fixture.database.query<{
        id: string;
        status: string;
        attempts: number;
        connection: string | null;
        bound: boolean;
      }>(
        'select id, status, attempts, connection_id as connection, bound, error from messages where workspace_id = $1 and id = $2',
        [journey.workspaceId, id],
      );
      return row!;
    }),
  );
async function allSent(messages: Queued[], timeout = 15_000) {
  await expect
    .poll(async () => (await stored(messages)).filter(({ status }) => status !== 'sent'), { timeout })
    .toEqual([]);
  return stored(messages);
}
/** What waits for its time need not wait here. */
const hurry = () =>
  fixture.database.query(
    `update messages set next_attempt_at = now() where workspace_id = $1 and status = 'queued' and lease_owner is null`,
    [journey.workspaceId],
  );

describe('the way of a message', () => {
  it('is the first connection whose rule fits, else the first without a rule', async () => {
    const usual = await connect(first);
    const korea = await connect(second, { rule: { countries: ['KR'] } });
    const orders = await connect(second, { rule: { classes: ['transactional'], topics: ['orders'] } });
    const [german, korean, order] = await Promise.all([
      send(1),
      send(1, { traits: { phone: '+82 10 1234 5678' } }),
      send(1, { node: 'order' }),
    ]);
    const rows = await allSent([...german, ...korean, ...order]);
    expect(rows.map(({ connection }) => connection)).toEqual([usual, korea, orders]);
  });

  it('is none where a rule fits nobody and there is nothing else, and says so', async () => {
    await connect(first, { rule: { countries: ['KR'] } });
    const [message] = await send(1);
    await expect
      .poll(() => messageRow(fixture.database, journey, message!.id))
      .toMatchObject({ status: 'suppressed', reason: 'no-provider' });
    expect(first.calls).toEqual([]);
  });
});

describe('a connection that does not work', () => {
  it.each([
    ['down', 'HTTP 503: down'],
    ['locked', 'who are you'],
    ['busy', 'HTTP 429: slow down'],
  ] as const)(
    '(%s) leaves its messages to the next one, within the same turn, and says so in their history',
    async (mood, error) => {
      const [broken, working] = [await connect(first), await connect(second)];
      first.feel(mood);
      const messages = await send(20);
      const rows = await allSent(messages);
      expect(new Set(rows.map(({ connection }) => connection))).toEqual(new Set([working]));
      expect([...second.taken.values()]).toEqual(Array.from({ length: 20 }, () => 1));
      const asked = first.calls.length;
      await allSent(await send(20));
      // It is not asked for each of them.
      expect(first.calls.length - asked).toBeLessThan(10);
      const history = await fixture.database.query(
        `select status, detail, attempt, provider, connection_id as connection, answer from message_events
       where workspace_id = $1 and message_id = $2 order by id`,
        [journey.workspaceId, first.calls[0]!.key],
      );
      expect(history).toEqual([
        {
          status: 'retry',
          detail: expect.stringContaining(error) as string,
          attempt: 1,
          provider: 'relay',
          connection: broken,
          answer: mood === 'locked' ? null : (expect.any(String) as string),
        },
        {
          status: 'sent',
          detail: null,
          attempt: 2,
          provider: 'relay',
          connection: working,
          answer: expect.stringContaining('id-') as string,
        },
      ]);
    },
  );

  it('is used again once it works', async () => {
    const [preferred] = [await connect(first), await connect(second)];
    first.feel('locked');
    await allSent(await send(5));
    first.feel('well');
    await expect
      .poll(async () => (await allSent(await send(1)))[0]!.connection, { timeout: 15_000, interval: 300 })
      .toBe(preferred);
  });

  it('holds up no other, and what no connection takes waits', async () => {
    await connect(first, { rule: { classes: ['transactional'] } });
    await connect(second, { rule: { classes: ['marketing'] } });
    first.feel('down');
    const [waiting, going] = await Promise.all([send(3, { node: 'order' }), send(10)]);
    await allSent(going);
    expect((await stored(waiting)).map(({ status }) => status)).toEqual(['queued', 'queued', 'queued']);
    first.feel('well');
    await hurry();
    await allSent(waiting);
  });

  it('that refuses a message has decided: nobody else gets it', async () => {
    await connect(first);
    await connect(second);
    first.feel('no');
    const [message] = await send(1);
    await expect.poll(() => messageRow(fixture.database, journey, message!.id)).toMatchObject({ status: 'failed' });
    expect(second.calls).toEqual([]);
  });
});

describe('a message whose answer was lost', () => {
  it('stays with who may have it, under its key, however well others work', async () => {
    const [keeper] = [await connect(first), await connect(second)];
    first.feel('loses');
    const messages = await send(3);
    await expect.poll(async () => (await stored(messages)).filter(({ bound }) => bound).length).toBe(3);
    await hurry();
    await expect.poll(() => first.calls.length).toBeGreaterThan(3);
    first.feel('well');
    await hurry();
    const rows = await allSent(messages);
    expect(rows.map(({ connection }) => connection)).toEqual([keeper, keeper, keeper]);
    expect(second.calls).toEqual([]);
    expect([...first.taken.values()]).toEqual([1, 1, 1]);
  });

  it('is not given again to who has forgotten its key by now, and would take it for a new one', async () => {
    await connect(first, { kind: 'brief' });
    first.feel('loses');
    const [lost] = await send(1);
    await expect.poll(async () => (await stored([lost!]))[0]!.bound).toBe(true);
    await fixture.database.query(
      `update message_events set at = at - interval '11 minutes' where workspace_id = $1 and message_id = $2`,
      [journey.workspaceId, lost!.id],
    );
    first.feel('well');
    await hurry();
    await expect.poll(() => messageRow(fixture.database, journey, lost!.id)).toMatchObject({ status: 'unknown' });
    expect(first.calls).toHaveLength(1);
  });

  it.each([
    [60, 'sent', 1],
    [700, 'unknown', 0],
  ])('of a process that was killed %i seconds ago is %s', async (secondsAgo, status, calls) => {
    const connection = await connect(first, { kind: 'brief' });
    const person = await enroll(fixture.database, { journey, traits: { phone: '+49 30 1234567' } });
    const [message] = await fixture.database.query<{ id: string }>(
      `insert into messages (
         workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, queued_at, status, attempts,
           provider, connection_id, recipient, content, lease_owner, lease_until
       )
       values ($1, $2, $3, $4, $5, 'text', 1, 'sms', now(), 'sending', 1, 'brief', $6, '+49301234567', '{"text":"Hi"}',
         'killed', now() - $7 * interval '1 second')
       returning id`,
      [
        journey.workspaceId,
        person.enrollmentId,
        journey.journeyId,
        journey.versionId,
        person.profileId,
        connection,
        secondsAgo,
      ],
    );
    await expect.poll(() => messageRow(fixture.database, journey, message!.id)).toMatchObject({ status });
    expect(first.calls).toHaveLength(calls);
  });

  it('is unknown where repeats are not dropped, and where the connection that has it is not in use any more', async () => {
    await connect(first, { kind: 'forgetful' });
    await connect(second);
    first.feel('loses');
    const [lost] = await send(1);
    await expect.poll(() => messageRow(fixture.database, journey, lost!.id)).toMatchObject({ status: 'unknown' });
    expect(second.calls).toEqual([]);
  });

  it('is not asked for again once its person has left, and is not said to have been held back', async () => {
    await connect(first);
    first.feel('loses');
    const [lost] = await send(1);
    await expect.poll(async () => (await stored([lost!]))[0]!.bound).toBe(true);
    await fixture.database.query(
      `insert into consents (workspace_id, profile_id, channel, state) values ($1, $2, 'sms', 'unsubscribed')`,
      [journey.workspaceId, lost!.profileId],
    );
    const calls = first.calls.length;
    await hurry();
    await expect
      .poll(() => messageRow(fixture.database, journey, lost!.id))
      .toMatchObject({ status: 'unknown', error: expect.stringContaining('unsubscribed') as string });
    expect(first.calls).toHaveLength(calls);
  });

  it.each(['delete from connections', 'update connections set enabled = false'])(
    'is unknown when its connection is gone (%s); what nobody had goes by the next',
    async (statement) => {
      const keeper = await connect(first);
      const next = await connect(second);
      first.feel('loses');
      const [kept] = await send(1);
      await expect.poll(async () => (await stored([kept!]))[0]!.bound).toBe(true);
      await fixture.database.query(`${statement} where workspace_id = $1 and id = $2`, [journey.workspaceId, keeper]);
      const others = await send(5);
      await hurry();
      await expect
        .poll(() => messageRow(fixture.database, journey, kept!.id), { timeout: 10_000 })
        .toMatchObject({ status: 'unknown', error: expect.stringContaining('not in use any more') as string });
      expect(new Set((await allSent(others)).map(({ connection }) => connection))).toEqual(new Set([next]));
      expect(second.taken.has(kept!.id)).toBe(false);
    },
  );
});

describe('a connection that is asked for less', () => {
  it('is left alone by all its messages for as long as it says', async () => {
    await connect(first);
    first.feel('busy');
    first.askToWait(3);
    const [one] = await send(1);
    await expect.poll(() => first.calls.length).toBe(1);
    const askedAt = first.calls[0]!.at;
    first.feel('well');
    const others = await send(10);
    await allSent(others);
    const later = first.calls.filter(({ key }) => key !== one!.id);
    expect(Math.min(...later.map(({ at }) => at)) - askedAt).toBeGreaterThanOrEqual(2_900);
  });

  it('gets no more in a second than it is said to take', async () => {
    await connect(first, { rate: 20 });
    const messages = await send(60);
    await allSent(messages, 20_000);
    const times = first.calls.map(({ at }) => at).sort((a, b) => a - b);
    // The first second's worth may come at once.
    expect(times.at(-1)! - times[0]!).toBeGreaterThanOrEqual(((60 - 20) / 20) * 1_000 - 200);
  });

  it('has messages wait that come far too early for it, without counting that as attempts', async () => {
    await connect(first, { rate: 0.05 });
    const messages = await send(4);
    await expect
      .poll(async () => (await stored(messages)).filter(({ status }) => status === 'sent').length, { timeout: 10_000 })
      .toBe(1);
    const waiting = () =>
      fixture.database.query<{ error: string | null; attempts: number; seconds: number }>(
        `select error, attempts, extract(epoch from next_attempt_at - now())::float8 as seconds
          from messages
          where workspace_id = $1 and status = 'queued' and lease_owner is null`,
        [journey.workspaceId],
      );
    let rows = await waiting();
    await expect.poll(async () => (rows = await waiting()).length, { timeout: 10_000 }).toBe(3);
    expect(rows.map(({ error, attempts }) => [error, attempts])).toEqual(rows.map(() => [null, 0]));
    expect(Math.max(...rows.map(({ seconds }) => seconds))).toBeGreaterThan(2);
    expect(first.calls).toHaveLength(1);
  });
});

it('secrets that are exchanged while messages go out reach the next ones, and nothing is lost', async () => {
  const id = await connect(first, { token: 'old' });
  const before = await send(10);
  const plain = JSON.stringify({ token: 'new' });
  await fixture.database.query(
    `update connections set old_secrets = secrets, old_secrets_until = now() + interval '1 hour', secrets = $3,
       updated_at = clock_timestamp()
     where workspace_id = $1 and id = $2`,
    [
      journey.workspaceId,
      id,
      fixture.secrets.seal({ purpose: 'connection', context: `${journey.workspaceId}:${id}`, plain }),
    ],
  );
  const after = await send(10);
  await allSent([...before, ...after]);
  const tokens = (messages: Queued[]) =>
    new Set(first.calls.filter(({ key }) => messages.some((each) => each.id === key)).map(({ token }) => token));
  expect(tokens(after)).toEqual(new Set(['new']));
});

describe('a message to devices', () => {
  const device = async (profileId: string, token: string, permission = 'authorized') => {
    await fixture.database.query(
      `insert into devices (workspace_id, profile_id, kind, token, permission) values ($1, $2, 'fcm', $3, $4)`,
      [journey.workspaceId, profileId, token, permission],
    );
  };
  const note = async (tokens: string[]) => {
    const person = await enroll(fixture.database, { journey });
    for (const token of tokens) await device(person.profileId, token);
    await device(person.profileId, `denied ${person.profileId}`, 'denied');
    return { person, message: await queue(fixture.database, { journey, person, node: 'note', channel: 'push' }) };
  };
  const devicesOf = async (profileId: string) =>
    (
      await fixture.database.query<{ token: string }>(
        'select token from devices where workspace_id = $1 and profile_id = $2 order by token',
        [journey.workspaceId, profileId],
      )
    ).map(({ token }) => token);

  it('goes to all that allow it, and those that are gone are removed', async () => {
    await connect(first, { kind: 'notifier' });
    first.forget(['gone-1']);
    const { person, message } = await note(['here-1', 'gone-1']);
    await allSent([message]);
    const calls = first.calls.filter(({ key }) => key === message.id);
    expect(calls.map(({ devices }) => [...devices].sort())).toEqual([['gone-1', 'here-1']]);
    expect(await devicesOf(person.profileId)).toEqual([`denied ${person.profileId}`, 'here-1']);
  });

  it('keeps one that was registered anew while it was said to be gone', async () => {
    await connect(first, { kind: 'notifier' });
    first.forget(['back-1']);
    const { person, message } = await note(['back-1', 'here-2']);
    first.feel(() => 'well');
    await fixture.database.query(
      `update devices set updated_at = clock_timestamp() + interval '1 second' where workspace_id = $1 and token = 'back-1'`,
      [journey.workspaceId],
    );
    await allSent([message]);
    const left = await devicesOf(person.profileId);
    // Either it was read before it was registered anew, and stays, or after, and is rightly gone.
    expect(left).toContain('here-2');
  });

  it('is failed when every device is gone, and they are removed', async () => {
    await connect(first, { kind: 'notifier' });
    first.forget(['gone-2', 'gone-3']);
    const { person, message } = await note(['gone-2', 'gone-3']);
    await expect.poll(() => messageRow(fixture.database, journey, message.id)).toMatchObject({ status: 'failed' });
    expect(await devicesOf(person.profileId)).toEqual([`denied ${person.profileId}`]);
  });
});

it('whatever fails and when, each message goes out once or is said to be unknown', { timeout: 90_000 }, async () => {
  await connect(first);
  await connect(second);
  const moods: RelayMood[] = ['well', 'well', 'well', 'down', 'locked', 'busy', 'loses'];
  const any = () => moods[Math.floor(Math.random() * moods.length)]!;
  first.askToWait(0);
  second.askToWait(0);
  const messages: Queued[] = [];
  for (let round = 0; round < 12; round += 1) {
    // An outage lasts for a round, or for one call.
    const [one, other] = [any(), any()];
    first.feel(Math.random() < 0.5 ? one : any);
    second.feel(Math.random() < 0.5 ? other : any);
    messages.push(...(await send(15)));
    await hurry();
  }
  first.feel('well');
  second.feel('well');
  await expect
    .poll(
      async () => {
        await hurry();
        return (await stored(messages)).filter(({ status }) => ['queued', 'sending'].includes(status)).length;
      },
      { timeout: 60_000, interval: 250 },
    )
    .toBe(0);
  for (const { id, status } of await stored(messages)) {
    const times = (first.taken.get(id) ?? 0) + (second.taken.get(id) ?? 0);
    expect({ id, status, times }).toEqual({
      id,
      status,
      times: status === 'sent' ? 1 : (expect.toBeOneOf([0, 1]) as number),
    });
  }
  expect((await stored(messages)).filter(({ status }) => status === 'sent').length).toBeGreaterThan(
    messages.length / 2,
  );
});

it('counts for Settings what went well and what did not, with the last errors', async () => {
  const [broken, working] = [await connect(first), await connect(second)];
  first.feel('locked');
  await allSent(await send(8));
  await fixture.health.flush();
  const rows = await fixture.database.query<{
    connection: string;
    state: string;
    sent: number;
    failed: number;
    ok: boolean;
  }>(
    `select s.connection_id as connection, s.state, h.sent::int, h.failed::int, s.last_ok_at is not null as ok
     from connection_states s
     join lateral (
       select sum(sent) as sent, sum(failed) as failed from connection_health where connection_id = s.connection_id
     ) h on true
     where s.workspace_id = $1`,
    [journey.workspaceId],
  );
  expect(rows.find(({ connection }) => connection === broken)).toMatchObject({ state: 'down', sent: 0, ok: false });
  expect(rows.find(({ connection }) => connection === working)).toMatchObject({
    state: 'up',
    sent: 8,
    failed: 0,
    ok: true,
  });
  const errors = await fixture.database.query(
    'select class, status, message from connection_errors where workspace_id = $1 and connection_id = $2',
    [journey.workspaceId, broken],
  );
  expect(errors[0]).toEqual({ class: 'configuration', status: 401, message: 'who are you' });
});
