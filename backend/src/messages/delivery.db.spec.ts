import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  deliveryFixture,
  enroll,
  eventsOf,
  historyOf,
  makeJourney,
  messageRow,
  publicUrl,
  queue,
  useSandbox,
} from '../../test/delivery-fixture.js';
import type { MessageClass } from '@wend/contract';
import type { Journey, Queued, StoredMessage } from '../../test/delivery-fixture.js';

type Hook = { headers: IncomingHttpHeaders; body: string; path: string };
type Mail = { to: string; source: string };

const hooks: Hook[] = [];
const mails: Mail[] = [];
let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let journey: Journey;
let sink: string;

/** Answers by path: /ok, /429, /302, /400, /once (500 the first time). */
const hookServer = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    const path = request.url ?? '';
    const before = hooks.filter((hook) => hook.path === path).length;
    hooks.push({ headers: request.headers, body, path });
    if (path === '/429') return void response.writeHead(429, { 'retry-after': '77' }).end('slow down');
    if (path === '/302') return void response.writeHead(302, { location: '/ok' }).end();
    const status = path.startsWith('/once') && before === 0 ? 500 : path === '/400' ? 400 : 200;
    response.writeHead(status).end(status === 200 ? '' : '<html>no</html>');
  });
});

/**
 * Decides by the local part of the recipient: ok*, grey (450 once), nobody (550), lost (takes the mail, then cuts the
 * line).
 */
const smtpServer = new SMTPServer({
  disabledCommands: ['STARTTLS'],
  onAuth: ({ username, password }, _session, done) =>
    username === 'wend' && password === 'pass-word' ? done(null, { user: 'wend' }) : done(new Error('Wrong password')),
  allowInsecureAuth: true,
  onRcptTo({ address }, _session, done) {
    if (address.startsWith('nobody')) return done(Object.assign(new Error('No such user'), { responseCode: 550 }));
    if (address.startsWith('grey') && !greyed.has(address)) {
      greyed.add(address);
      return done(Object.assign(new Error('Try later'), { responseCode: 450 }));
    }
    done();
  },
  onData(stream, session, done) {
    let source = '';
    stream.on('data', (chunk: Buffer) => (source += chunk.toString()));
    stream.on('end', () => {
      const to = session.envelope.rcptTo[0]!.address;
      mails.push({ to, source });
      if (to.startsWith('lost')) return void sockets.forEach((socket) => socket.destroy());
      if (to.startsWith('spam')) return done(Object.assign(new Error('Looks like spam'), { responseCode: 554 }));
      done();
    });
  },
});
const greyed = new Set<string>();
const sockets = new Set<{ destroy: () => void }>();

beforeAll(async () => {
  await new Promise<void>((resolve) => void hookServer.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => void smtpServer.listen(0, '127.0.0.1', resolve));
  smtpServer.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const hookPort = (hookServer.address() as AddressInfo).port;
  const smtpPort = (smtpServer.server.address() as AddressInfo).port;
  sink = `http://127.0.0.1:${hookPort}`;
  fixture = await deliveryFixture({ allow: [`127.0.0.1:${hookPort}`, `127.0.0.1:${smtpPort}`] });
  journey = await makeJourney(fixture.database, nodes());
  fixture.loop();
});
afterAll(async () => {
  await fixture.close();
  hookServer.closeAllConnections();
  hookServer.close();
  await new Promise<void>((resolve) => smtpServer.close(() => resolve()));
});

function nodes() {
  const hook = (path: string) => ({
    type: 'wend/webhook',
    config: {
      method: 'POST',
      url: `${sink}${path}`,
      headers: [{ name: 'X-Plan', value: '{{ profile.plan }}' }],
      body: '{"who": {{ profile.name | json }}}',
    },
  });
  return {
    mail: {
      type: 'wend/email',
      config: {
        subject: 'Hallo {{ profile.name }}, {{ entry.item }}',
        preheader: 'For you',
        body: '<p>Hi {{ profile.name }} <a href="https://shop.example/?id={{ entry.item | url_encode }}">shop</a></p>',
      },
    },
    text: { type: 'wend/sms', config: { text: 'Hi {{ profile.name }}: {{ run.score.tier }}' } },
    choosy: {
      type: 'wend/sms',
      config: { text: '{% unless profile.vip %}{% abort_message("vip only") %}{% endunless %}Hi' },
    },
    note: { type: 'wend/push', config: { title: 'Hi', body: 'There', link: 'https://shop.example/cart' } },
    bomb: {
      type: 'wend/sms',
      config: { text: '{% for a in (1..9000) %}{% for b in (1..9000) %}{% endfor %}{% endfor %}' },
    },
    quoted: {
      type: 'wend/webhook',
      config: {
        ...hook('/quoted').config,
        body: '{"who": "{{ profile.name }}", "nope": {{ profile.nope | json }}, "n": {{ profile.n }}}',
      },
    },
    loose: {
      type: 'wend/webhook',
      config: {
        ...hook('/loose').config,
        headers: [{ name: 'Content-Type', value: 'application/json' }],
        body: '{"a": {% if profile.a %}1{% endif %}}',
      },
    },
    clock: {
      type: 'wend/sms',
      config: { text: '{{ entry.at | date: "%H:%M %Z" }} {{ entry.at | date: "%H", profile.timezone }}' },
    },
    ok: hook('/ok'),
    once: hook('/once'),
    taken: hook('/once-taken'),
    slow: hook('/429'),
    moved: hook('/302'),
    bad: hook('/400'),
    metadata: {
      type: 'wend/webhook',
      config: { method: 'GET', url: 'http://169.254.169.254/latest/meta-data/', headers: [], body: '' },
    },
  };
}

async function settled(message: Queued, in_: Journey = journey): Promise<StoredMessage> {
  return vi.waitFor(
    async () => {
      const row = await messageRow(fixture.database, in_, message.id);
      expect(['queued', 'sending'].includes(row.status) && row.attempts === 0).toBe(false);
      expect(row.status).not.toBe('sending');
      expect(row.lease_owner).toBeNull();
      return row;
    },
    { timeout: 15_000, interval: 20 },
  );
}

async function useSmtp(workspaceId: string): Promise<void> {
  const { port } = smtpServer.server.address() as AddressInfo;
  await fixture.database.query(`delete from channel_settings where workspace_id = $1 and channel = 'email'`, [
    workspaceId,
  ]);
  const [{ id }] = (await fixture.database.query<{ id: string }>('select gen_random_uuid() as id')) as [{ id: string }];
  const sealed = fixture.secrets.seal({
    purpose: 'connection',
    context: `${workspaceId}:${id}`,
    plain: JSON.stringify({ password: 'pass-word' }),
  });
  const settings = { host: '127.0.0.1', port, security: 'none', user: 'wend', from: 'Shop <shop@example.com>' };
  await fixture.database.query(
    `insert into connections (workspace_id, id, kind, name, settings, secrets, secret_names)
      values ($1, $2, 'smtp', 'fake', $3, $4, '{password}')`,
    [workspaceId, id, JSON.stringify(settings), sealed],
  );
}

describe('without a provider', () => {
  it("a real person's message is not sent, and says so; test runs and demo people stay in the sandbox", async () => {
    const { database } = fixture;
    const own = await makeJourney(database, nodes());
    await database.query('delete from channel_settings where workspace_id = $1', [own.workspaceId]);
    const traits = { name: 'Ann', email: 'ann@example.com', phone: '+12125550100' };
    const person = await enroll(database, { journey: own, traits });
    await database.query(
      `insert into devices (workspace_id, profile_id, kind, token)
        values ($1, $2, 'sandbox', 'p'), ($1, $2, 'webpush', 'w')`,
      [own.workspaceId, person.profileId],
    );
    for (const [node, channel] of [
      ['mail', 'email'],
      ['text', 'sms'],
      ['note', 'push'],
      ['note', 'webpush'],
    ] as const) {
      const message = await queue(database, {
        journey: own,
        person,
        node,
        channel,
        visit: channel === 'webpush' ? 2 : 1,
      });
      expect(
        await vi.waitFor(async () => {
          const row = await messageRow(database, own, message.id);
          expect(row.status).not.toBe('queued');
          return row;
        }),
      ).toMatchObject({ status: 'suppressed', reason: 'no-provider', provider: null, content: null });
      expect(await historyOf(database, own, message.id)).toEqual(['suppressed']);
    }
    expect(
      (await eventsOf(database, own, person.profileId)).map(({ name, properties }) => [name, properties['reason']]),
    ).toEqual(Array.from({ length: 4 }, () => ['Message Failed', 'no-provider']));
    for (const origin of ['test', 'demo']) {
      const other = await enroll(database, { journey: own, origin, traits });
      expect(
        await settled(
          await queue(database, { journey: own, person: other, node: 'text', channel: 'sms', origin }),
          own,
        ),
      ).toMatchObject({ status: 'delivered', provider: 'sandbox' });
    }
    await useSandbox(database, own.workspaceId);
    expect(
      await settled(await queue(database, { journey: own, person, node: 'text', channel: 'sms', visit: 2 }), own),
    ).toMatchObject({ status: 'delivered', provider: 'sandbox' });
  });

  it('a webhook needs none, and can be put into the sandbox', async () => {
    const { database } = fixture;
    const own = await makeJourney(database, nodes());
    const person = await enroll(database, { journey: own, traits: { name: 'Ann' } });
    await database.query(`insert into channel_settings (workspace_id, channel, sandbox) values ($1, 'webhook', true)`, [
      own.workspaceId,
    ]);
    const kept = await queue(database, { journey: own, person, node: 'ok', channel: 'webhook' });
    expect(await settled(kept, own)).toMatchObject({ status: 'delivered', provider: 'sandbox' });
    expect(hooks.some(({ headers }) => headers['webhook-id'] === kept.id)).toBe(false);
  });
});

describe('content', () => {
  it('of webhooks is JSON whatever the data holds, or is not sent', async () => {
    const { database } = fixture;
    const name = 'Ann "the \\ boss"\u2028","admin":true,"x":" 한글 👍';
    const person = await enroll(database, { journey, traits: { name, n: 3 } });
    const message = await queue(database, { journey, person, node: 'quoted', channel: 'webhook' });
    expect(await settled(message)).toMatchObject({ status: 'delivered' });
    expect(JSON.parse(hooks.find(({ headers }) => headers['webhook-id'] === message.id)!.body)).toEqual({
      who: name,
      nope: null,
      n: 3,
    });
    const loose = await queue(database, { journey, person, node: 'loose', channel: 'webhook' });
    expect(await settled(loose)).toMatchObject({
      status: 'failed',
      reason: 'invalid',
      error: expect.stringContaining('body is not valid JSON') as string,
    });
    expect(hooks.some(({ headers }) => headers['webhook-id'] === loose.id)).toBe(false);
    const [figure] = await database.query<{ count: number }>(
      `select sum(count)::int as count
        from journey_stat_deltas
        where workspace_id = $1 and node = 'loose' and measure = 'message:failed'`,
      [journey.workspaceId],
    );
    expect(figure).toEqual({ count: 1 });
  });

  it('has dates of the person, else of the workspace; a zone that does not exist fails nothing', async () => {
    const { database } = fixture;
    await database.query(`update workspaces set time_zone = 'Asia/Seoul' where id = $1`, [journey.workspaceId]);
    const text = async (timezone: string | null) => {
      const person = await enroll(database, {
        journey,
        traits: { phone: '+12125550100', ...(timezone !== null && { timezone }) },
      });
      return (
        await settled(
          await queue(database, {
            journey,
            person,
            node: 'clock',
            channel: 'sms',
            entry: { at: '2026-01-01T12:00:00Z' },
          }),
        )
      ).content;
    };
    expect(await text('America/New_York')).toMatchObject({ text: '07:00 EST 07' });
    expect(await text(null)).toMatchObject({ text: '21:00 GMT+9 21' });
    expect(await text('Mars/Olympus')).toMatchObject({ text: '21:00 GMT+9 21' });
  });
});

describe('the sandbox', () => {
  it('takes a mail through all its states, with history, figures and events', async () => {
    const { database } = fixture;
    const person = await enroll(database, { journey, traits: { name: 'Ann & Bo', email: 'ann@example.com' } });
    const message = await queue(database, {
      journey,
      person,
      node: 'mail',
      channel: 'email',
      entry: { item: 'red boots' },
    });
    const row = await settled(message);
    expect(row).toMatchObject({
      status: 'delivered',
      provider: 'sandbox',
      recipient: 'ann@example.com',
      attempts: 1,
      error: null,
    });
    expect(row.content).toMatchObject({
      from: 'Wend <no-reply@wend.example>',
      subject: 'Hallo Ann & Bo, red boots',
      preheader: 'For you',
      text: expect.stringMatching(/shop \[https:\/\/wend\.example\/t\/c\/[\w.-]+\]/) as string,
    });
    const html = String(row.content?.['html']);
    expect(html).toContain('Hi Ann &amp; Bo');
    const token = /\/t\/c\/([^"]+)"/.exec(html)?.[1] ?? '';
    expect(fixture.links.readClick(token)).toEqual({
      workspaceId: journey.workspaceId,
      messageId: message.id,
      url: 'https://shop.example/?id=red+boots',
    });
    expect(html).toContain(`<img src="${publicUrl}/t/o/`);
    expect(await historyOf(database, journey, message.id)).toEqual(['sent', 'delivered']);
    expect(await eventsOf(database, journey, person.profileId)).toMatchObject([
      {
        name: 'Message Sent',
        origin: 'live',
        properties: { messageId: message.id, enrollmentId: person.enrollmentId, nodeId: 'mail', channel: 'email' },
      },
      { name: 'Message Delivered' },
    ]);
    const measures = await database.query<{ measure: string }>(
      `select measure from journey_stat_deltas where workspace_id = $1 and node = 'mail' order by measure`,
      [journey.workspaceId],
    );
    expect(measures.map(({ measure }) => measure)).toEqual(
      expect.arrayContaining(['message:delivered', 'message:sent']),
    );
  });

  it('uses what nodes of the run have put out', async () => {
    const person = await enroll(fixture.database, { journey, traits: { name: 'Ann', phone: '+49 30 123456' } });
    const message = await queue(fixture.database, {
      journey,
      person,
      node: 'text',
      channel: 'sms',
      run: { score: { tier: 'gold' } },
    });
    expect(await settled(message)).toMatchObject({
      status: 'delivered',
      recipient: '+4930123456',
      content: { text: 'Hi Ann: gold' },
    });
  });
});

describe('checks at the time of sending', () => {
  const cases = [
    { name: 'a run that left by an exit criterion', status: 'exited', reason: 'aborted' },
    { name: 'a run that was cancelled', status: 'cancelled', reason: 'aborted' },
    { name: 'somebody without an address', traits: { name: 'No address' }, reason: 'unreachable' },
  ];
  it.each(cases)(
    'suppress for $name',
    async ({ status = 'running', traits = { name: 'A', email: 'a@example.com' }, reason }) => {
      const person = await enroll(fixture.database, { journey, status, traits });
      const message = await queue(fixture.database, { journey, person, node: 'mail', channel: 'email' });
      await vi.waitFor(
        async () =>
          expect(await messageRow(fixture.database, journey, message.id)).toMatchObject({
            status: 'suppressed',
            reason,
            attempts: 0,
            content: null,
          }),
        10_000,
      );
      expect((await eventsOf(fixture.database, journey, person.profileId)).map(({ name }) => name)).toEqual(
        reason === 'aborted' ? [] : ['Message Failed'],
      );
    },
  );

  it('lets the last message of a run go that has reached its end', async () => {
    const person = await enroll(fixture.database, { journey, status: 'completed', traits: { phone: '+12125550100' } });
    expect(
      await settled(await queue(fixture.database, { journey, person, node: 'text', channel: 'sms' })),
    ).toMatchObject({ status: 'delivered' });
  });

  it('suppress for who unsubscribed between decision and send, on that channel only', async () => {
    const person = await enroll(fixture.database, {
      journey,
      traits: { name: 'A', email: 'a@example.com', phone: '+12125550100' },
    });
    await fixture.database.query(
      `insert into consents (workspace_id, profile_id, channel, state) values ($1, $2, 'email', 'unsubscribed')`,
      [journey.workspaceId, person.profileId],
    );
    const [mail, text] = [
      await queue(fixture.database, { journey, person, node: 'mail', channel: 'email' }),
      await queue(fixture.database, { journey, person, node: 'text', channel: 'sms' }),
    ];
    await vi.waitFor(
      async () =>
        expect(await messageRow(fixture.database, journey, mail.id)).toMatchObject({
          status: 'suppressed',
          reason: 'unsubscribed',
        }),
      10_000,
    );
    expect(await settled(text)).toMatchObject({ status: 'delivered' });
  });

  it('stop a message that its template stops, with the reason', async () => {
    const person = await enroll(fixture.database, { journey, traits: { phone: '+12125550100' } });
    const message = await queue(fixture.database, { journey, person, node: 'choosy', channel: 'sms' });
    await vi.waitFor(
      async () =>
        expect(await messageRow(fixture.database, journey, message.id)).toMatchObject({
          status: 'suppressed',
          reason: 'aborted',
        }),
      10_000,
    );
    const [event] = await fixture.database.query(
      `select detail from message_events where workspace_id = $1 and message_id = $2`,
      [journey.workspaceId, message.id],
    );
    expect(event).toMatchObject({ detail: 'vip only' });
  });

  it('hold back while the journey is paused, send after, abort when it is stopped', async () => {
    const own = await makeJourney(fixture.database, nodes());
    const control = (state: string) =>
      fixture.database.query('update journey_control set state = $2, epoch = epoch + 1 where workspace_id = $1', [
        own.workspaceId,
        state,
      ]);
    await control('paused');
    const people = await Promise.all(
      [1, 2, 3].map(() => enroll(fixture.database, { journey: own, traits: { phone: '+12125550100' } })),
    );
    const messages: Queued[] = [];
    for (const person of people)
      messages.push(await queue(fixture.database, { journey: own, person, node: 'text', channel: 'sms' }));
    const test = await enroll(fixture.database, { journey: own, origin: 'test', traits: { phone: '+12125550100' } });
    const tested = await queue(fixture.database, {
      journey: own,
      person: test,
      node: 'text',
      channel: 'sms',
      origin: 'test',
    });
    expect(await settled(tested, own)).toMatchObject({ status: 'delivered' });
    const rows = (): Promise<{ id: string; status: string; attempts: number; parked: boolean; row: string }[]> =>
      fixture.database.query(
        `select id, status, attempts, parked, xmin::text as row
          from messages
          where workspace_id = $1 and origin = 'live'
          order by id`,
        [own.workspaceId],
      );
    const parked = await vi.waitFor(async () => {
      const found = await rows();
      expect(found.map(({ status, attempts, parked: aside }) => ({ status, attempts, aside }))).toEqual(
        messages.map(() => ({ status: 'queued', attempts: 0, aside: true })),
      );
      return found;
    }, 10_000);
    // Put aside once: nobody writes to them again while others are sent.
    for (const visit of [2, 3, 4])
      expect(
        await settled(
          await queue(fixture.database, {
            journey: own,
            person: test,
            node: 'text',
            channel: 'sms',
            origin: 'test',
            visit,
          }),
          own,
        ),
      ).toMatchObject({ status: 'delivered' });
    expect(await rows()).toEqual(parked);
    await control('live');
    for (const message of messages)
      expect(await settled(message, own)).toMatchObject({ status: 'delivered', attempts: 1 });
    await control('paused');
    const late = await queue(fixture.database, {
      journey: own,
      person: people[0]!,
      node: 'text',
      channel: 'sms',
      visit: 2,
    });
    await vi.waitFor(
      async () => expect((await rows()).find(({ id }) => id === late.id)).toMatchObject({ parked: true }),
      10_000,
    );
    await control('stopped');
    await vi.waitFor(
      async () =>
        expect(await messageRow(fixture.database, own, late.id)).toMatchObject({
          status: 'suppressed',
          reason: 'aborted',
        }),
      10_000,
    );
  });
});

describe('webhooks', () => {
  const call = async (node: string) => {
    const person = await enroll(fixture.database, { journey, traits: { name: 'Ann "A"', plan: 'pro' } });
    const message = await queue(fixture.database, { journey, person, node, channel: 'webhook' });
    return { message, row: await settled(message) };
  };

  it('carry the rendered body, headers and the id that tells repeats', async () => {
    const { message, row } = await call('ok');
    expect(row).toMatchObject({ status: 'delivered', provider: 'webhook' });
    const hook = hooks.find(({ headers }) => headers['webhook-id'] === message.id);
    expect(hook).toMatchObject({
      body: '{"who": "Ann \\"A\\""}',
      headers: {
        'x-plan': 'pro',
        'idempotency-key': message.id,
        'content-type': 'application/json',
        'user-agent': 'Wend',
      },
    });
  });

  it('are tried again after a 5xx with the same id and the same content', async () => {
    const { message, row } = await call('once');
    expect(row).toMatchObject({ status: 'queued', attempts: 1, error: 'HTTP 500: <html>no</html>' });
    expect(row.next_attempt_at.getTime() - Date.now()).toBeGreaterThan(2_000);
    await fixture.database.query('update profiles set traits = $2 where workspace_id = $1', [
      journey.workspaceId,
      JSON.stringify({ name: 'Changed' }),
    ]);
    await fixture.database.query('update messages set next_attempt_at = now() where workspace_id = $1 and id = $2', [
      journey.workspaceId,
      message.id,
    ]);
    await vi.waitFor(
      async () =>
        expect(await messageRow(fixture.database, journey, message.id)).toMatchObject({
          status: 'delivered',
          attempts: 2,
          error: null,
        }),
      10_000,
    );
    const calls = hooks.filter(({ headers }) => headers['webhook-id'] === message.id);
    expect(calls.map(({ body }) => body)).toEqual(['{"who": "Ann \\"A\\""}', '{"who": "Ann \\"A\\""}']);
    expect(await historyOf(fixture.database, journey, message.id)).toEqual(['retry', 'sent', 'delivered']);
  });

  it('wait as long as a 429 asks', async () => {
    const { row } = await call('slow');
    expect(row).toMatchObject({ status: 'queued', attempts: 1 });
    expect(row.next_attempt_at.getTime() - Date.now()).toBeGreaterThan(70_000);
  });

  it.each([
    ['bad', 'HTTP 400'],
    ['moved', 'redirects are not followed'],
    ['metadata', 'private address'],
  ])('fail for good: %s', async (node, words) => {
    const before = hooks.filter(({ path }) => path === '/ok').length;
    const { row } = await call(node);
    expect(row).toMatchObject({
      status: 'failed',
      reason: 'rejected',
      error: expect.stringContaining(words) as string,
    });
    expect(hooks.filter(({ path }) => path === '/ok')).toHaveLength(before);
  });
});

describe('SMTP', () => {
  let own: Journey;
  beforeAll(async () => {
    own = await makeJourney(fixture.database, nodes());
    await useSmtp(own.workspaceId);
  });
  const send = async (email: string, name = 'Jörg 김') => {
    const person = await enroll(fixture.database, { journey: own, traits: { name, email } });
    const message = await queue(fixture.database, {
      journey: own,
      person,
      node: 'mail',
      channel: 'email',
      entry: { item: 'x' },
    });
    return { message, person, row: await settled(message, own) };
  };

  it("hands a mail over with a Message-ID made of the message's id", async () => {
    const { message, row } = await send('ok@example.com');
    expect(row).toMatchObject({ status: 'sent', provider: 'smtp', recipient: 'ok@example.com', error: null });
    const source = mails.find(({ to }) => to === 'ok@example.com')?.source ?? '';
    expect(source).toContain(`Message-ID: <${message.id}@example.com>`);
    expect(source).toContain('From: Shop <shop@example.com>');
    const subject = /^Subject: (.*(?:\r\n .*)*)/m.exec(source)?.[1] ?? '';
    const words = subject.replace(/\r\n /g, '').replace(/\?=\s*=\?/g, '?==?');
    const decoded = words.replace(/=\?UTF-8\?(B|Q)\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
      (kind.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64')
        : Buffer.from(
            text
              .replaceAll('_', ' ')
              .replace(/=([0-9A-F]{2})/g, (__, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
            'latin1',
          )
      ).toString('utf8'),
    );
    expect(decoded).toBe('Hallo Jörg 김, x');
    expect(source).toContain('multipart/alternative');
  });

  it('tries again after a 4xx; of a 5xx, what speaks of the address bounces and all else fails', async () => {
    const { message, row } = await send('grey@example.com');
    expect(row).toMatchObject({ status: 'queued', attempts: 1, error: expect.stringContaining('450') as string });
    await fixture.database.query('update messages set next_attempt_at = now() where workspace_id = $1 and id = $2', [
      own.workspaceId,
      message.id,
    ]);
    await vi.waitFor(
      async () =>
        expect(await messageRow(fixture.database, own, message.id)).toMatchObject({ status: 'sent', attempts: 2 }),
      10_000,
    );
    const refused = await send('nobody@example.com');
    expect(refused.row).toMatchObject({ status: 'bounced', error: expect.stringContaining('550') as string });
    expect((await eventsOf(fixture.database, own, refused.person.profileId)).map(({ name }) => name)).toEqual([
      'Message Bounced',
      'Message Failed',
    ]);
    expect((await send('spam@example.com')).row).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('554') as string,
    });
  });

  it('does not send again what may have gone out: the answer was lost', async () => {
    const { message, row } = await send('lost@example.com');
    expect(row).toMatchObject({ status: 'unknown', attempts: 1, error: expect.any(String) as string });
    expect(mails.filter(({ to }) => to === 'lost@example.com')).toHaveLength(1);
    // An opening shows that it had arrived.
    expect(await fixture.outcomes.record({ workspaceId: own.workspaceId, messageId: message.id, to: 'opened' })).toBe(
      true,
    );
    expect(await messageRow(fixture.database, own, message.id)).toMatchObject({ status: 'opened' });
  });

  it("writes line breaks that a person's data brings into headers as spaces", async () => {
    const { row } = await send('inject@example.com', 'A\r\nBcc: victim@example.com');
    expect(row).toMatchObject({
      status: 'sent',
      content: { subject: expect.stringContaining('Hallo A Bcc: victim@example.com') as string },
    });
    expect(mails.filter(({ to }) => to.startsWith('victim'))).toEqual([]);
    expect(mails.find(({ to }) => to === 'inject@example.com')?.source.split(/\r?\n\r?\n/)[0]).not.toMatch(/^Bcc:/m);
  });

  it('is not used by test runs and demo people, whose webhooks are not called either', async () => {
    for (const origin of ['test', 'demo']) {
      const person = await enroll(fixture.database, {
        journey: own,
        origin,
        offsetMs: -86_400_000,
        traits: { name: 'T', email: `ok-${origin}@example.com` },
      });
      const [mail, hook] = [
        await queue(fixture.database, { journey: own, person, node: 'mail', channel: 'email', origin }),
        await queue(fixture.database, { journey: own, person, node: 'ok', channel: 'webhook', origin }),
      ];
      expect(await settled(mail, own)).toMatchObject({ status: 'delivered', provider: 'sandbox' });
      expect(await settled(hook, own)).toMatchObject({
        status: 'delivered',
        provider: 'sandbox',
        content: { method: 'POST' },
      });
      expect(mails.some(({ to }) => to.includes(origin))).toBe(false);
      expect(hooks.some(({ headers }) => headers['webhook-id'] === hook.id)).toBe(false);
      const events = await eventsOf(fixture.database, own, person.profileId);
      expect(
        events.every(
          (event) =>
            event.origin === origin && event.enrollment_id === (origin === 'test' ? person.enrollmentId : null),
        ),
      ).toBe(true);
      expect(events.length).toBeGreaterThan(0);
      const [at] = await fixture.database.query<{ at: Date }>(
        'select at from message_events where workspace_id = $1 and message_id = $2',
        [own.workspaceId, mail.id],
      );
      expect(Math.abs(Date.now() - 86_400_000 - at!.at.getTime())).toBeLessThan(60_000);
    }
    const [figures] = await fixture.database.query<{ count: number }>(
      `select coalesce(sum(count), 0)::int as count from journey_stat_deltas where workspace_id = $1 and node = 'ok'`,
      [own.workspaceId],
    );
    // The demo person's two states; nothing of the test run.
    expect(figures).toEqual({ count: 2 });
  });
});

describe('faults', () => {
  it('a poison template fails its own message and holds up nobody', async () => {
    const { database } = fixture;
    const person = await enroll(database, { journey, traits: { phone: '+12125550100' } });
    const bombs = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        queue(database, { journey, person, node: 'bomb', channel: 'sms', visit: index + 1 }),
      ),
    );
    const others = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        queue(database, { journey, person, node: 'text', channel: 'sms', visit: index + 1 }),
      ),
    );
    for (const message of others) expect(await settled(message)).toMatchObject({ status: 'delivered' });
    await vi.waitFor(async () => {
      for (const { id } of bombs)
        expect(await messageRow(database, journey, id)).toMatchObject({ status: 'failed', reason: 'invalid' });
    }, 15_000);
  });

  it('two workers at once send every message once', async () => {
    const { database } = fixture;
    const before = hooks.length;
    const second = fixture.loop();
    const messages: Queued[] = [];
    for (let index = 0; index < 150; index += 1)
      messages.push(
        await queue(database, {
          journey,
          person: await enroll(database, { journey, traits: { name: `P${index}` } }),
          node: 'ok',
          channel: 'webhook',
        }),
      );
    for (const message of messages) expect(await settled(message)).toMatchObject({ status: 'delivered', attempts: 1 });
    expect(hooks.length - before).toBe(150);
    expect(new Set(hooks.slice(before).map(({ headers }) => headers['webhook-id'])).size).toBe(150);
    await second.stop();
  });

  it('after a crash: claimed only, sent once; with a key, sent again under it; by SMTP, shown as unknown', async () => {
    const { database } = fixture;
    const own = await makeJourney(database, nodes());
    await useSmtp(own.workspaceId);
    const person = await enroll(database, { journey: own, traits: { name: 'C', email: 'ok-crash@example.com' } });
    // Not yet due for the running loop: the one that crashes is the first to have them.
    const make = async (node: string, channel: 'webhook' | 'email', status: string, provider: string | null) => {
      const message = await database.transaction(async (sql) => {
        const [row] = await sql.query<{ id: string }>(
          `insert into messages (
             workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, queued_at, status,
               attempts, provider, recipient, content, lease_owner, lease_until
           )
           values (
             $1, $2, $3, $4, $5, $6, 1, $7, now(), $8, $9, $10, 'ok-crash@example.com', $11, 'crashed',
               now() + interval '300 milliseconds'
           )
           returning id`,
          [
            own.workspaceId,
            person.enrollmentId,
            own.journeyId,
            own.versionId,
            person.profileId,
            node,
            channel,
            status,
            status === 'sending' ? 1 : 0,
            provider,
            provider === 'webhook'
              ? JSON.stringify({ method: 'POST', url: `${sink}/once-taken`, headers: [], body: 'stored' })
              : provider
                ? '{}'
                : null,
          ],
        );
        return row!;
      });
      return { id: message.id, ...person };
    };
    const claimed = await make('ok', 'webhook', 'queued', null);
    const called = await make('taken', 'webhook', 'sending', 'webhook');
    const mailed = await make('mail', 'email', 'sending', 'smtp');
    await vi.waitFor(
      async () => {
        expect(await messageRow(database, own, claimed.id)).toMatchObject({ status: 'delivered', attempts: 1 });
        expect(await messageRow(database, own, mailed.id)).toMatchObject({ status: 'unknown', attempts: 1 });
        expect(await messageRow(database, own, called.id)).toMatchObject({ attempts: 2 });
      },
      { timeout: 15_000, interval: 50 },
    );
    expect(hooks.filter(({ headers }) => headers['webhook-id'] === called.id).map(({ body }) => body)).toEqual([
      'stored',
    ]);
    expect(hooks.filter(({ headers }) => headers['webhook-id'] === claimed.id)).toHaveLength(1);
    expect(mails.some(({ to }) => to === 'ok-crash@example.com')).toBe(false);
  });

  it('a run that leaves between the checks and the call is not sent to', async () => {
    const { database, begins } = fixture;
    const person = await enroll(database, { journey, status: 'exited', traits: {} });
    const [row] = await database.query<{ id: string }>(
      `insert into messages (
          workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, queued_at, lease_owner,
            lease_until
        )
        values ($1, $2, $3, $4, $5, 'text', 1, 'sms', now(), 'me', now() + interval '1 minute')
        returning id`,
      [journey.workspaceId, person.enrollmentId, journey.journeyId, journey.versionId, person.profileId],
    );
    const begin = {
      id: row!.id,
      owner: 'me',
      leaseMs: 1_000,
      provider: 'sandbox',
      connectionId: null,
      recipient: null,
      addressKey: null,
      messageClass: 'marketing',
      topic: null,
      profileId: person.profileId,
      content: {},
      lane: 0,
    };
    expect(await begins.begin({ workspaceId: journey.workspaceId }, begin)).toBeNull();
    await database.query(`update enrollments set status = 'running' where workspace_id = $1 and id = $2`, [
      journey.workspaceId,
      person.enrollmentId,
    ]);
    expect(await begins.begin({ workspaceId: journey.workspaceId }, { ...begin, owner: 'another' })).toBeNull();
    expect(await begins.begin({ workspaceId: journey.workspaceId }, begin)).toEqual({ attempt: 1 });
  });

  it.each(['of before', 'merged'])(
    'a person (%s) who opts out, a connection that is switched off or a channel that is put into the sandbox between the checks and the call is not sent to',
    async (which) => {
      const { database, begins } = fixture;
      const sandbox = (on: boolean) =>
        database.query(`update channel_settings set sandbox = $2 where workspace_id = $1 and channel = 'sms'`, [
          journey.workspaceId,
          on,
        ]);
      const person = await enroll(database, { journey, traits: {} });
      const keeper = await enroll(database, { journey, traits: {} });
      if (which === 'merged')
        await database.query('update profiles set merged_into = $2 where id = $1', [
          person.profileId,
          keeper.profileId,
        ]);
      const leaver = which === 'merged' ? keeper : person;
      const [connection] = await database.query<{ id: string }>(
        `insert into connections (workspace_id, kind, name, settings, enabled) values ($1, 'twilio', 'fake', '{}', false)
          returning id`,
        [journey.workspaceId],
      );
      const [row] = await database.query<{ id: string }>(
        `insert into messages (
          workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, queued_at, lease_owner,
            lease_until
        )
        values ($1, $2, $3, $4, $5, 'text', 1, 'sms', now(), 'me', now() + interval '1 minute')
        returning id`,
        [journey.workspaceId, person.enrollmentId, journey.journeyId, journey.versionId, person.profileId],
      );
      const begin = (topic: string | null = null, messageClass: MessageClass = 'marketing') =>
        begins.begin(
          { workspaceId: journey.workspaceId },
          {
            id: row!.id,
            owner: 'me',
            leaseMs: 60_000,
            provider: 'twilio',
            connectionId: connection!.id,
            recipient: '+12125550100',
            addressKey: null,
            profileId: person.profileId,
            topic,
            messageClass,
            content: {},
            lane: 0,
          },
        );
      const consent = (channel: string, state: string, { topic = '', everything = false } = {}) =>
        database.query(
          `insert into consents (workspace_id, profile_id, channel, state, topic, everything)
            values ($1, $2, $3, $4, $5, $6)
            on conflict (workspace_id, profile_id, channel, topic)
            do update set state = excluded.state, everything = excluded.everything`,
          [journey.workspaceId, leaver.profileId, channel, state, topic, everything],
        );
      await consent('sms', 'unsubscribed');
      expect(await begin()).toBeNull();
      await consent('sms', 'subscribed');
      await consent('email', 'unsubscribed');
      expect(await begin()).toBeNull();
      await database.query('update connections set enabled = true where id = $1', [connection!.id]);
      expect(await begin()).toBeNull();
      await sandbox(false);
      // Between the claim and here: who wants nothing at all, has paused, has left the topic or never asked for it.
      await consent('sms', 'unsubscribed', { everything: true });
      expect(await begin(null, 'transactional')).toBeNull();
      await consent('sms', 'subscribed');
      const pause = (until: string | null) =>
        database.query('update profiles set paused_until = $3 where workspace_id = $1 and id = $2', [
          journey.workspaceId,
          leaver.profileId,
          until,
        ]);
      await pause('2100-01-01');
      expect(await begin()).toBeNull();
      await pause(null);
      await consent('sms', 'unsubscribed', { topic: 'offers' });
      expect(await begin('offers')).toBeNull();
      await database.query(
        `insert into topics (workspace_id, key, name, channels, starts, place)
         values ($1, 'news', 'News', '{sms}', 'unsubscribed', 1)
         on conflict do nothing`,
        [journey.workspaceId],
      );
      expect(await begin('news')).toBeNull();
      await consent('sms', 'pending', { topic: 'news' });
      expect(await begin('news')).toBeNull();
      await consent('sms', 'unsubscribed');
      expect(await begin()).toBeNull();
      expect(await begin('offers', 'transactional')).toEqual({ attempt: 1 });
      await sandbox(true);
      await database.query('delete from connections where id = $1', [connection!.id]);
    },
  );
});

describe('openings and clicks', () => {
  it('move forward only, tell each once, and the click before the opening that it implies', async () => {
    const { database, outcomes } = fixture;
    const person = await enroll(database, { journey, traits: { phone: '+12125550100' } });
    const message = await queue(database, { journey, person, node: 'text', channel: 'sms' });
    await settled(message);
    const tell = (to: 'opened' | 'clicked' | 'sent', url?: string) =>
      outcomes.record({ workspaceId: journey.workspaceId, messageId: message.id, to, ...(url && { url }) });
    expect(await tell('clicked', 'https://a.example/')).toBe(true);
    expect(await tell('clicked', 'https://a.example/')).toBe(false);
    expect(await tell('clicked', 'https://b.example/')).toBe(true);
    expect(await tell('opened')).toBe(false);
    expect(await tell('sent')).toBe(false);
    expect(await messageRow(database, journey, message.id)).toMatchObject({ status: 'clicked' });
    expect(await historyOf(database, journey, message.id)).toEqual([
      'sent',
      'delivered',
      'opened',
      'clicked',
      'clicked',
    ]);
    expect(
      (await eventsOf(database, journey, person.profileId)).map(({ name, properties }) => [name, properties['url']]),
    ).toEqual([
      ['Message Sent', undefined],
      ['Message Delivered', undefined],
      ['Message Clicked', 'https://a.example/'],
      ['Message Opened', undefined],
      ['Message Clicked', 'https://b.example/'],
    ]);
    const clicks = await database.query(
      `select 1 from journey_stat_deltas where workspace_id = $1 and node = 'text' and measure = 'message:clicked'`,
      [journey.workspaceId],
    );
    expect(clicks).toHaveLength(1);
  });

  it('answer only to addresses that were signed here', () => {
    const { links } = fixture;
    const tracked = { workspaceId: journey.workspaceId, messageId: '11111111-2222-4333-8444-555555555555' };
    const token = links.clickUrl({ ...tracked, url: 'https://shop.example/ü?x=1' }).split('/t/c/')[1] ?? '';
    expect(links.readClick(token)).toEqual({ ...tracked, url: 'https://shop.example/ü?x=1' });
    const [payload = '', signature = ''] = token.split('.');
    const forged = Buffer.concat([
      Buffer.from(payload, 'base64url').subarray(0, 32),
      Buffer.from('https://evil.example/'),
    ]).toString('base64url');
    for (const bad of [
      `${forged}.${signature}`,
      payload,
      `${payload}.`,
      `${payload}.AAAAAAAAAAAAAAAAAAAAAA`,
      '',
      `${token}.x`,
    ])
      expect(links.readClick(bad)).toBeNull();
    expect(links.readOpen(token)).toBeNull();
  });
});
