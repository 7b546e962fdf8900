import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, startTestApi, tryConnection } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { deliveryFixture, enroll, eventsOf, makeJourney, messageRow, queue } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';

let api: TestApi;
let workspace: TestWorkspace;
let journey: Journey;
let worker: Awaited<ReturnType<typeof deliveryFixture>>;

const smtp = new SMTPServer({
  disabledCommands: ['STARTTLS'],
  allowInsecureAuth: true,
  onAuth: ({ password }, _session, done) =>
    password === 'right' ? done(null, { user: 'wend' }) : done(new Error('Wrong password')),
});

beforeAll(async () => {
  await new Promise<void>((resolve) => void smtp.listen(0, '127.0.0.1', resolve));
  api = await startTestApi({
    environment: { WEND_PUBLIC_URL: 'https://wend.example', WEND_OUTBOUND_ALLOW: `127.0.0.1:${smtpPort()}` },
  });
  workspace = await api.workspace();
  // A worker's delivery beside the api, on the same database and key.
  worker = await deliveryFixture({ database: api.database, secretKey: '5'.repeat(64) });
  worker.loop();
  // What a person does here follows the sending at once.
  worker.hits.limit({ afterSendMs: 0 });
  journey = await makeJourney(
    api.database,
    {
      mail: {
        type: 'wend/email',
        config: {
          subject: 'Hello {{ profile.name }}',
          body: '<p><a href="https://shop.example/cart?a=1&amp;b=2">cart</a></p>',
        },
      },
      many: {
        type: 'wend/email',
        config: {
          subject: 'Three',
          body: '<p><a href="https://shop.example/1">1</a> <a href="https://shop.example/2">2</a> <a href="https://shop.example/3">3</a></p>',
        },
      },
      note: {
        type: 'wend/push',
        config: { title: 'Hi {{ profile.name }}', body: 'There', link: 'https://shop.example/app' },
      },
      hook: { type: 'wend/webhook', config: { method: 'POST', url: 'https://example.com/x', headers: [], body: '{}' } },
    },
    workspace.id,
  );
});
afterAll(async () => {
  await worker?.close();
  await api?.close();
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
});

const smtpPort = () => (smtp.server.address() as AddressInfo).port;

type DeliveredOptions = {
  node: string;
  channel: 'email' | 'push' | 'webhook';
  origin?: string;
  name?: string;
};

async function delivered({ node, channel, origin = 'live', name = 'Ann' }: DeliveredOptions) {
  const person = await enroll(api.database, { journey, origin, traits: { name, email: 'ann@example.com' } });
  await api.database.query(
    `insert into devices (workspace_id, profile_id, kind, token) values ($1, $2, 'sandbox', $3)`,
    [workspace.id, person.profileId, person.profileId],
  );
  const message = await queue(api.database, { journey, person, node, channel, origin });
  await expect
    .poll(async () => (await messageRow(api.database, journey, message.id)).status, { timeout: 15_000 })
    .toBe('delivered');
  return { ...message, row: await messageRow(api.database, journey, message.id) };
}
const pathOf = (html: unknown, pattern: RegExp) => pattern.exec(String(html))?.[1] ?? 'none';
const browser = {
  'user-agent':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
};
const follow = (path: string, init: RequestInit = {}) =>
  fetch(`${api.url}${path}`, {
    redirect: 'manual',
    ...init,
    headers: { ...browser, ...(init.headers as Record<string, string> | undefined) },
  });
/** Says of what has been asked for so far who did it, as if the time of holding were over. */
async function judged(messageId: string): Promise<void> {
  await api.database.query(
    `update message_hits set at = at - interval '10 seconds', due_at = now() where message_id = $1 and judged_at is null`,
    [messageId],
  );
  while (await worker.hits.judge()) continue;
}
const history = (id: string) =>
  api.database.query<{ status: string; detail: string | null; by: string }>(
    'select status, detail, by from message_events where workspace_id = $1 and message_id = $2 order by id',
    [workspace.id, id],
  );

describe('the Outbox', () => {
  it('lists messages newest first, filters, searches and pages', async () => {
    const mail = await delivered({ node: 'mail', channel: 'email', name: 'Listed Person' });
    const note = await delivered({ node: 'note', channel: 'push', name: 'Listed Person' });
    const test = await delivered({ node: 'note', channel: 'push', origin: 'test', name: 'Listed Tester' });
    const { body } = await workspace.owner.get('/api/messages?search=listed');
    expect(body.items.map((item: { id: string }) => item.id)).toEqual([test.id, note.id, mail.id]);
    expect(body.items[2]).toMatchObject({
      title: 'Hello Listed Person',
      to: 'ann@example.com',
      nodeName: 'Node mail',
      journey: { name: 'Welcome' },
      provider: 'sandbox',
      nextAttemptAt: null,
    });
    expect((await workspace.owner.get('/api/messages?channel=email&search=listed')).body.items).toHaveLength(1);
    expect((await workspace.owner.get('/api/messages?test=false&search=listed')).body.items).toHaveLength(2);
    const first = (await workspace.owner.get('/api/messages?limit=2&search=listed')).body;
    const second = (await workspace.owner.get(`/api/messages?limit=2&search=listed&cursor=${first.next}`)).body;
    expect([...first.items, ...second.items].map((item: { id: string }) => item.id)).toEqual([
      test.id,
      note.id,
      mail.id,
    ]);
    expect(second.next).toBeNull();
    expect((await workspace.owner.get(`/api/messages/${mail.id}`)).body).toMatchObject({
      content: { subject: 'Hello Listed Person' },
      events: [{ status: 'sent' }, { status: 'delivered' }],
    });
  });

  it('is closed to other workspaces', async () => {
    const mail = await delivered({ node: 'mail', channel: 'email' });
    const other = await api.workspace();
    expect((await other.owner.get(`/api/messages/${mail.id}`)).status).toBe(404);
    expect((await other.owner.get('/api/messages')).body.items).toEqual([]);
    expect((await other.owner.send('POST', `/api/messages/${mail.id}/act`, { action: 'open' })).status).toBe(404);
  });

  it('lets a member do what the receiver of a sandbox message would, but not call webhooks open', async () => {
    const note = await delivered({ node: 'note', channel: 'push' });
    expect((await workspace.owner.send('POST', `/api/messages/${note.id}/act`, { action: 'open' })).body).toMatchObject(
      { status: 'opened' },
    );
    expect(
      (await workspace.owner.send('POST', `/api/messages/${note.id}/act`, { action: 'click' })).body,
    ).toMatchObject({
      status: 'clicked',
      events: expect.arrayContaining([
        expect.objectContaining({ status: 'clicked', detail: 'https://shop.example/app' }),
      ]) as unknown,
    });
    expect((await eventsOf(api.database, journey, note.profileId)).map(({ name }) => name)).toEqual([
      'Message Sent',
      'Message Delivered',
      'Message Opened',
      'Message Clicked',
    ]);
    const hook = await delivered({ node: 'hook', channel: 'webhook', origin: 'test' });
    expect((await workspace.owner.send('POST', `/api/messages/${hook.id}/act`, { action: 'open' })).body).toMatchObject(
      { code: 'not-in-sandbox' },
    );
  });
});

describe('tracking', () => {
  it('counts the pixel once, and answers with it', async () => {
    const mail = await delivered({ node: 'mail', channel: 'email' });
    const path = pathOf(mail.row.content?.['html'], /https:\/\/wend\.example(\/t\/o\/[^"]+)"/);
    // Sent long ago, or nobody could have read it yet.
    await api.database.query(`update messages set sent_at = now() - interval '1 hour' where id = $1`, [mail.id]);
    expect((await follow(path, { method: 'HEAD' })).status).toBe(200);
    await judged(mail.id);
    expect(await messageRow(api.database, journey, mail.id)).toMatchObject({ status: 'delivered' });
    for (let time = 0; time < 2; time += 1) {
      const answer = await follow(path);
      expect([answer.status, answer.headers.get('content-type'), (await answer.arrayBuffer()).byteLength]).toEqual([
        200,
        'image/gif',
        42,
      ]);
    }
    expect(await messageRow(api.database, journey, mail.id)).toMatchObject({ status: 'delivered' });
    await judged(mail.id);
    expect(await messageRow(api.database, journey, mail.id)).toMatchObject({ status: 'opened' });
    expect((await history(mail.id)).map(({ status, by }) => `${status} by ${by}`)).toEqual([
      'sent by person',
      'delivered by person',
      'opened by machine',
      'opened by person',
    ]);
    expect(
      (await eventsOf(api.database, journey, mail.profileId)).filter(({ name }) => name === 'Message Opened'),
    ).toHaveLength(1);
    expect((await follow(path.replace(/\/t\/o\/(.)/, (_, first) => `/t/o/${first === '_' ? '-' : '_'}`))).status).toBe(
      400,
    );
  });

  it('leads a click to where the mail said and nowhere else', async () => {
    const mail = await delivered({ node: 'mail', channel: 'email' });
    const path = pathOf(mail.row.content?.['html'], /https:\/\/wend\.example(\/t\/c\/[^"]+)"/);
    await api.database.query(`update messages set sent_at = now() - interval '1 hour' where id = $1`, [mail.id]);
    const answer = await follow(path);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://shop.example/cart?a=1&b=2']);
    await judged(mail.id);
    expect(await messageRow(api.database, journey, mail.id)).toMatchObject({ status: 'clicked' });
    const [payload = ''] = path.slice('/t/c/'.length).split('.');
    const evil = Buffer.concat([
      Buffer.from(payload, 'base64url').subarray(0, 32),
      Buffer.from('https://evil.example'),
    ]).toString('base64url');
    for (const bad of [
      path.replace(payload, evil),
      `/t/c/${payload}`,
      '/t/c/x',
      `${path}x`,
      '/t/c/https:%2F%2Fevil.example',
    ]) {
      const refused = await follow(bad);
      expect([refused.status, refused.headers.get('location')]).toEqual([400, null]);
    }
  });

  it.each([
    ['한글/상품?이름=값', 'https://shop.example/%ED%95%9C%EA%B8%80/%EC%83%81%ED%92%88?%EC%9D%B4%EB%A6%84=%EA%B0%92'],
    ['é/ü x?q="1"&b=100%', 'https://shop.example/%C3%A9/%C3%BC%20x?q=%221%22&b=100%25'],
    [
      '?u=https://other.example/?a=1%26b=2&c[]=3#top',
      'https://shop.example/?u=https://other.example/?a=1%26b=2&c[]=3#top',
    ],
  ])('leads to https://shop.example/%s', async (path, location) => {
    const token = worker.links.clickUrl({
      workspaceId: workspace.id,
      messageId: '11111111-2222-4333-8444-555555555555',
      url: `https://shop.example/${path}`,
    });
    const answer = await follow(new URL(token).pathname);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, location]);
  });

  it.each([
    ['myapp://größe', 302, 'myapp://gr%C3%B6%C3%9Fe'],
    ['sms:+49170', 302, 'sms:+49170'],
    ['javascript:alert(1)', 400, null],
  ])('leads to %s with %i', async (url, status, location) => {
    const answer = await follow(
      new URL(
        worker.links.clickUrl({ workspaceId: workspace.id, messageId: '11111111-2222-4333-8444-555555555555', url }),
      ).pathname,
    );
    expect([answer.status, answer.headers.get('location')]).toEqual([status, location]);
  });

  it('tells a scanner from a person, and lets only the person move the message', async () => {
    const mail = await delivered({ node: 'many', channel: 'email' });
    await api.database.query(`update messages set sent_at = now() - interval '1 hour' where id = $1`, [mail.id]);
    const links = [
      ...new Set(
        [...String(mail.row.content?.['html']).matchAll(/https:\/\/wend\.example(\/t\/c\/[^"]+)"/g)].map(
          (found) => found[1]!,
        ),
      ),
    ];
    expect(links).toHaveLength(3);
    // By its agent, by prefetching, and all links at once with the agent of a browser.
    await follow(links[0]!, { headers: { 'user-agent': 'Mozilla/5.0 (compatible; Barracuda Sentinel (EE))' } });
    await follow(links[1]!, { headers: { 'sec-purpose': 'prefetch;prerender' } });
    for (const link of links) expect((await follow(link)).status).toBe(302);
    await judged(mail.id);
    expect(await messageRow(api.database, journey, mail.id)).toMatchObject({ status: 'delivered' });
    expect((await history(mail.id)).slice(2)).toEqual(
      links.map((_, index) => ({ status: 'clicked', detail: `https://shop.example/${index + 1}`, by: 'machine' })),
    );
    expect((await eventsOf(api.database, journey, mail.profileId)).map(({ name }) => name)).toEqual([
      'Message Sent',
      'Message Delivered',
    ]);
    // A minute later the person takes one.
    await api.database.query(
      `update message_hits set at = at - interval '1 minute', second = second - 60 where message_id = $1`,
      [mail.id],
    );
    await follow(links[1]!);
    await judged(mail.id);
    expect(await messageRow(api.database, journey, mail.id)).toMatchObject({ status: 'clicked' });
    expect((await eventsOf(api.database, journey, mail.profileId)).map(({ name }) => name)).toEqual([
      'Message Sent',
      'Message Delivered',
      'Message Clicked',
      'Message Opened',
    ]);
    expect((await workspace.owner.get(`/api/messages/${mail.id}`)).body.events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ status: 'clicked', by: 'machine', sign: 'agent' }),
        expect.objectContaining({ status: 'clicked', by: 'machine', sign: 'prefetch' }),
        expect.objectContaining({ status: 'clicked', by: 'machine', sign: 'burst' }),
        expect.objectContaining({ status: 'clicked', by: 'person', sign: null }),
      ]),
    );
  });

  it('holds what was asked for in the database, and judges it after a crash of who judged', async () => {
    const mail = await delivered({ node: 'mail', channel: 'email' });
    await api.database.query(`update messages set sent_at = now() - interval '1 hour' where id = $1`, [mail.id]);
    await follow(pathOf(mail.row.content?.['html'], /https:\/\/wend\.example(\/t\/c\/[^"]+)"/));
    while (await worker.hits.judge()) continue;
    expect(await messageRow(api.database, journey, mail.id)).toMatchObject({ status: 'delivered' });
    // Taken by a process that is gone: nobody else has it until its time is over.
    await api.database.query(
      `update message_hits
        set at = at - interval '10 seconds', due_at = now() + interval '30 seconds'
        where message_id = $1`,
      [mail.id],
    );
    await worker.hits.judge();
    expect(await messageRow(api.database, journey, mail.id)).toMatchObject({ status: 'delivered' });
    await judged(mail.id);
    await judged(mail.id);
    expect(await messageRow(api.database, journey, mail.id)).toMatchObject({ status: 'clicked' });
    expect((await history(mail.id)).map(({ status }) => status)).toEqual(['sent', 'delivered', 'opened', 'clicked']);
  });

  it('works for the links of an archived journey', async () => {
    const own = await makeJourney(
      api.database,
      {
        mail: {
          type: 'wend/email',
          config: { subject: 'Hello', body: '<p><a href="https://shop.example/a">a</a></p>' },
        },
      },
      workspace.id,
      'h2',
    );
    const person = await enroll(api.database, { journey: own, traits: { email: 'old@example.com' } });
    const message = await queue(api.database, { journey: own, person, node: 'mail', channel: 'email' });
    await expect
      .poll(async () => (await messageRow(api.database, own, message.id)).status, { timeout: 15_000 })
      .toBe('delivered');
    const html = (await messageRow(api.database, own, message.id)).content?.['html'];
    expect((await workspace.owner.send('DELETE', `/api/journeys/${own.journeyId}`)).status).toBe(409);
    expect((await workspace.owner.send('POST', `/api/journeys/${own.journeyId}/archive`)).status).toBe(200);
    const leave = pathOf(html, /https:\/\/wend\.example(\/t\/u\/[^"]+)"/);
    expect(await (await follow(leave)).text()).toContain('<form method="post"');
    expect((await follow(leave, { method: 'POST' })).status).toBe(200);
    expect((await follow(pathOf(html, /https:\/\/wend\.example(\/t\/c\/[^"]+)"/))).status).toBe(302);
    expect((await workspace.owner.get(`/api/profiles/${person.profileId}`)).body).toMatchObject({
      unsubscribed: ['email'],
      reachable: { email: false },
    });
  });

  it('a GET of the unsubscribe link only asks; the POST acts, and the next message is not sent', async () => {
    const mail = await delivered({ node: 'mail', channel: 'email' });
    const path = pathOf(mail.row.content?.['html'], /https:\/\/wend\.example(\/t\/u\/[^"]+)"/);
    const consents = () =>
      api.database.query('select channel, state from consents where workspace_id = $1 and profile_id = $2', [
        workspace.id,
        mail.profileId,
      ]);
    expect(await (await follow(path)).text()).toContain('<form method="post"');
    const korean = await (await follow(path, { headers: { 'accept-language': 'ko-KR,ko;q=0.9,en;q=0.8' } })).text();
    expect(korean).toMatch(/<html lang="ko">.*이메일 메시지를 그만 받으시겠어요\?/s);
    expect(await consents()).toEqual([]);
    const answer = await follow(path, {
      method: 'POST',
      body: 'List-Unsubscribe=One-Click',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(answer.status).toBe(200);
    expect(await consents()).toEqual([{ channel: 'email', state: 'unsubscribed' }]);
    await follow(path, { method: 'POST' });
    const left = (await eventsOf(api.database, journey, mail.profileId)).filter(({ name }) => name === 'Unsubscribed');
    expect(left).toMatchObject([{ properties: { channel: 'email', messageId: mail.id, nodeId: 'mail' } }]);
    const { body: person } = await workspace.owner.get(`/api/profiles/${mail.profileId}`);
    expect(person.events[0]).toMatchObject({
      name: 'Unsubscribed',
      about: { journey: 'Welcome', node: 'Node mail', channel: 'email' },
    });
    expect((await workspace.owner.get(`/api/enrollments/${mail.enrollmentId}`)).body).toMatchObject({
      unsubscribed: [{ channel: 'email' }],
      events: expect.arrayContaining([expect.objectContaining({ name: 'Unsubscribed' })]) as unknown,
    });
    const next = await queue(api.database, { journey, person: mail, node: 'mail', channel: 'email', visit: 2 });
    await expect
      .poll(() => messageRow(api.database, journey, next.id), { timeout: 10_000 })
      .toMatchObject({ status: 'suppressed', reason: 'unsubscribed' });
    expect((await follow('/t/u/none', { method: 'POST' })).status).toBe(400);
  });
});

describe('previews', () => {
  it('render for a person or a sample, with errors by path, and store nothing', async () => {
    const { profileId } = await enroll(api.database, { journey, traits: { name: 'Zoë' } });
    const config = {
      subject: 'Hi {{ profile.name }}',
      body: '<p>{{ entry.item }} <a href="https://a.example">x</a></p>',
    };
    const { body } = await workspace.owner.send('POST', '/api/preview', {
      channel: 'email',
      config,
      profileId,
      entry: { item: 'boots' },
    });
    expect(body).toMatchObject({
      errors: [],
      content: {
        subject: 'Hi Zoë',
        html: expect.stringContaining('boots <a href="https://a.example">x</a>') as string,
      },
    });
    expect(body.content.html).not.toContain('/t/o/');
    expect(
      (
        await workspace.owner.send('POST', '/api/preview', {
          channel: 'sms',
          config: { text: 'Hi {{ profile.first_name }}' },
        })
      ).body,
    ).toMatchObject({ content: { text: 'Hi Mina' }, errors: [] });
    expect(
      (
        await workspace.owner.send('POST', '/api/preview', {
          channel: 'email',
          config: { subject: '{{ profile.name | nope }}', body: '{% if %}' },
        })
      ).body,
    ).toMatchObject({ content: null, errors: [{ path: 'subject' }, { path: 'body' }] });
    expect(
      (
        await workspace.owner.send('POST', '/api/preview', {
          channel: 'sms',
          config: { text: 'x' },
          profileId: '11111111-2222-4333-8444-555555555555',
        })
      ).status,
    ).toBe(404);
  });
});

describe('connections', () => {
  it('keep secrets to themselves, and ask for the password again for another server', async () => {
    const settings = {
      host: '127.0.0.1',
      port: smtpPort(),
      security: 'none',
      user: 'wend',
      from: 'Shop <shop@example.com>',
    };
    expect((await connect(workspace.owner, 'smtp', settings)).body).toMatchObject({
      code: 'secret-needed',
      errors: [{ path: 'password' }],
    });
    const saved = await connect(workspace.owner, 'smtp', { ...settings, password: 'wrong' });
    expect(saved.body).toMatchObject({ kind: 'smtp', settings, secrets: ['password'] });
    expect((await tryConnection(workspace.owner, 'smtp')).body).toMatchObject({
      ok: false,
      message: expect.stringContaining('refused the login') as string,
    });
    await connect(workspace.owner, 'smtp', { ...settings, password: 'right' });
    expect((await connect(workspace.owner, 'smtp', { ...settings, from: 'new@example.com' })).status).toBe(200);
    expect((await tryConnection(workspace.owner, 'smtp')).body).toEqual({
      ok: true,
      message: 'Connected, and the login works.',
    });
    expect((await connect(workspace.owner, 'smtp', { ...settings, host: 'evil.example' })).body).toMatchObject({
      code: 'secret-needed',
    });
    const list = await workspace.owner.get('/api/connections');
    expect(JSON.stringify(list.body.items)).not.toMatch(/right|wrong/);
    const [row] = await api.database.query<{ secrets: Buffer }>(
      'select secrets from connections where workspace_id = $1',
      [workspace.id],
    );
    expect(row!.secrets.includes('right')).toBe(false);
    expect((await (await workspace.member('marketer')).get('/api/connections')).status).toBe(403);
    expect((await workspace.owner.send('DELETE', `/api/connections/${list.body.items[0].id}`)).status).toBe(200);
    expect((await workspace.owner.send('POST', `/api/connections/${list.body.items[0].id}/test`)).status).toBe(404);
  });

  it('do not let a member look around the inner network', async () => {
    await connect(workspace.owner, 'smtp', {
      host: '127.0.0.1',
      port: 1,
      security: 'none',
      from: 'a@example.com',
    });
    expect((await tryConnection(workspace.owner, 'smtp')).body).toMatchObject({
      ok: false,
      message: expect.stringContaining('WEND_OUTBOUND_ALLOW') as string,
    });
    await connect(workspace.owner, 'smtp', {
      host: 'localhost',
      port: 25,
      security: 'none',
      from: 'a@example.com',
    });
    expect((await tryConnection(workspace.owner, 'smtp')).body).toMatchObject({
      ok: false,
      message: expect.stringContaining('private address') as string,
    });
  });
});
