import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { logger } from '../src/platform/logging/index.js';
import { publishDraft } from './api.js';
import { browserAgent, identify, publish, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';

type Call = { method: string; url: string; headers: IncomingHttpHeaders; body: string };
type Said = { status: number; body: string };

/** A server that keeps its calls, and answers each by `answer`. */
async function server(answer: (call: Call, count: number) => Said) {
  const calls: Call[] = [];
  const http = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const call = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
      const said = answer(call, calls.push(call));
      response.writeHead(said.status, { 'content-type': 'application/json' }).end(said.body);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  return { host, calls, close: () => new Promise((resolve) => (http.close(resolve), http.closeAllConnections())) };
}

const token = 'twilio-token';
const accountSid = `AC${'a'.repeat(32)}`;
/** Nobody else's: it is looked for everywhere. */
const secretNumber = '+821039274651';
const numbers: Record<string, string> = { 'ann-1': secretNumber, 'bad-1': '+821039274652' };

let chain: Chain;
let twilio: Awaited<ReturnType<typeof server>>;
let gateway: Awaited<ReturnType<typeof server>>;
let company: Awaited<ReturnType<typeof server>>;
let meta: Awaited<ReturnType<typeof server>>;
const logged: string[] = [];

beforeAll(async () => {
  twilio = await server(({ headers, method }, count) => {
    const login = `Basic ${Buffer.from(`${accountSid}:${token}`).toString('base64')}`;
    if (headers.authorization !== login) return { status: 401, body: '{"code":20003,"message":"Authenticate"}' };
    return method === 'GET'
      ? { status: 200, body: '{"friendly_name":"Shop","status":"active"}' }
      : { status: 201, body: JSON.stringify({ sid: `SM${count}`, status: 'queued' }) };
  });
  gateway = await server(({ headers, body }, count) => {
    if (headers['x-secret'] !== 'gate-key') return { status: 401, body: '{"code":"AUTH"}' };
    const { to } = JSON.parse(body) as { to: string };
    return to === numbers['bad-1']
      ? { status: 400, body: JSON.stringify({ code: 'NOPE', message: `no such subscriber: ${to.slice(1)}` }) }
      : { status: 200, body: JSON.stringify({ code: 'OK', id: `G${count}`, echo: to }) };
  });
  company = await server(({ headers, url }) => {
    if (headers['authorization'] !== 'Bearer people-key') return { status: 401, body: '{}' };
    const number = numbers[decodeURIComponent(url.split('/').at(-1)!)];
    if (url.endsWith('page-1')) return { status: 200, body: '<html>Log in</html>' };
    return number ? { status: 200, body: JSON.stringify({ phone: number }) } : { status: 404, body: '{}' };
  });
  meta = await server(() => ({ status: 200, body: '{"messages":[{"id":"wamid.1"}]}' }));
  // Every line of the log, before it leaves the process.
  const stream = (logger as unknown as Record<symbol, { write: (line: string) => boolean }>)[pino.symbols.streamSym]!;
  const write = stream.write.bind(stream);
  vi.spyOn(stream, 'write').mockImplementation((line) => {
    logged.push(line);
    return write(line);
  });
  const allow = [twilio, gateway, company, meta].map(({ host }) => host).join(',');
  chain = await startChain({ WEND_OUTBOUND_ALLOW: allow, WEND_LOG_LEVEL: 'info' });
  // Who sends may know the domain of before for some seconds.
  await ok(
    chain.owner.send('PATCH', '/api/workspace', { country: 'KR', linkDomain: 'go.shop.example', language: 'ko' }),
  );
});
afterAll(async () => {
  await chain?.close();
  await Promise.all([twilio, gateway, company, meta].map((each) => each?.close()));
  vi.restoreAllMocks();
});

async function ok<Body = any>(answer: Promise<{ status: number; body: Body }>): Promise<Body> {
  const { status, body } = await answer;
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  return body;
}

async function sendBy(name: string, config: object, event: string) {
  return publish(chain, {
    name,
    graph: graphOf([
      entry(event, 'text'),
      { id: 'text', type: 'wend/sms', config: config as never, to: { queued: 'end' } },
      { id: 'end', type: 'wend/exit', config: { reason: 'Done' } },
    ]),
  });
}

const messagesOf = async (journeyId: string): Promise<any[]> =>
  (await chain.owner.get(`/api/messages?journeyId=${journeyId}`)).body.items;
const detail = async (id: string): Promise<any> => (await chain.owner.get(`/api/messages/${id}`)).body;

describe('a locked template', () => {
  const definition = {
    kind: 'http',
    fields: [{ name: 'text', label: 'Message', kind: 'long', required: true, maxLength: 200 }],
    call: {
      method: 'POST',
      url: '/send',
      headers: [{ name: 'X-Secret', value: '{{ secrets.key }}' }],
      bodyKind: 'json',
      body: '{"to":"{{ recipient }}","text":"{{ fields.text }}","ref":"{{ message.id }}"}',
    },
    lookUp: {
      method: 'GET',
      url: '/people/{{ profile.external_id }}',
      headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.lookUp }}' }],
      addressPath: 'phone',
    },
    answer: {
      idPath: 'id',
      codePath: 'code',
      messagePath: 'message',
      errors: [{ codes: ['NOPE'], class: 'badAddress' }],
    },
  };
  let template: { id: string; revision: number };

  beforeAll(async () => {
    await ok(
      chain.owner.send('POST', '/api/connections', {
        kind: 'sms-http',
        settings: {
          label: 'Our gateway',
          baseUrl: `http://${gateway.host}`,
          key: 'gate-key',
          lookUpUrl: `http://${company.host}`,
          lookUp: 'people-key',
        },
      }),
    );
    template = await ok(
      chain.owner.send('POST', '/api/channel-templates', { channel: 'sms', name: 'Gateway', definition }),
    );
  });

  it('is written by developers, chosen by marketers, and refused with the place of what is wrong', async () => {
    const marketer = await chain.workspace.member('marketer');
    const developer = await chain.workspace.member('developer');
    expect((await ok(marketer.get('/api/channel-templates?channel=sms'))).items).toMatchObject([
      { id: template.id, lookUp: true, fields: [{ name: 'text' }] },
    ]);
    expect(JSON.stringify((await marketer.get('/api/channel-templates')).body)).not.toContain('secrets.');
    expect((await marketer.get(`/api/channel-templates/${template.id}`)).status).toBe(403);
    const draft = {
      name: 'Two',
      definition: { ...definition, call: { ...definition.call, body: '{{ profile.phone }}' } },
    };
    const refused = await developer.send('POST', '/api/channel-templates', { channel: 'sms', ...draft });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: 'call.body' }] } });
    const saved = await ok(
      developer.send('PUT', `/api/channel-templates/${template.id}`, { name: 'Gateway', revision: 1, definition }),
    );
    expect(saved.revision).toBe(2);
    const late = await developer.send('PUT', `/api/channel-templates/${template.id}`, {
      name: 'Late',
      revision: 1,
      definition,
    });
    expect(late).toMatchObject({ status: 409, body: { code: 'template-changed' } });
  });

  it('can be tried before it is saved, and shows no number', async () => {
    const developer = await chain.workspace.member('developer');
    const tried = await ok(
      developer.send('POST', '/api/channel-template-trials', {
        channel: 'sms',
        definition,
        fields: { text: 'A try' },
        externalId: 'ann-1',
      }),
    );
    expect(tried).toMatchObject({ ok: true, answer: expect.stringContaining('[looked up]') });
    expect(JSON.parse(gateway.calls.at(-1)!.body)).toMatchObject({ to: secretNumber, text: 'A try' });
    expect(JSON.stringify(tried)).not.toContain(secretNumber.slice(4));
  });

  it('is filled in before a journey that uses it is published', async () => {
    const create = async (config: object) =>
      ok(
        chain.owner.send('POST', '/api/journeys', {
          name: 'Unfinished',
          graph: graphOf([
            entry('Never', 'text'),
            { id: 'text', type: 'wend/sms', config: config as never, to: { queued: 'end' } },
            { id: 'end', type: 'wend/exit', config: { reason: 'Done' } },
          ]),
        }),
      );
    const refusal = async (chosen: object) => {
      const { id } = await create({ text: '', template: chosen });
      const { status, body } = await publishDraft(chain.owner, id);
      expect(status).toBe(422);
      expect((await chain.owner.get(`/api/journeys/${id}/issues`)).body.issues).toEqual(body.issues);
      return body.issues.map(({ code, nodeId, path, message }: any) => [code, nodeId, path, message]);
    };
    expect(await refusal({ id: template.id, lookUp: true, fields: { text: '' } })).toEqual([
      ['template-field', 'text', 'template.fields.text', '“text”: “Message” of the template “Gateway” is empty.'],
      // Only a warning: the template may say it on its own.
      [
        'no-way-out',
        'text',
        'template',
        '“text” is marketing by SMS, and nothing in “Gateway” says how to get no more.',
      ],
    ]);
    expect(await refusal({ id: randomUUID(), fields: { text: 'Hi' } })).toMatchObject([
      ['unknown-template', 'text', 'template', expect.stringContaining('“text”')],
    ]);
  });

  it('sends a test of what a form says, to the address that was entered instead of a person’s', async () => {
    const marketer = await chain.workspace.member('marketer');
    const config = { text: '', template: { id: template.id, lookUp: true, fields: { text: 'Hi {{ entry.what }}' } } };
    const test = (more: object) =>
      marketer.send('POST', '/api/send-test', { channel: 'sms', config, entry: { what: 'there' }, ...more });
    expect(await ok(test({ to: '+82 10-5555-1234' }))).toMatchObject({ ok: true, to: '+821055551234' });
    expect(JSON.parse(gateway.calls.at(-1)!.body)).toMatchObject({ to: '+821055551234', text: 'Hi there' });
    const calls = gateway.calls.length;
    const empty = { ...config, template: { ...config.template, fields: { text: '{{ entry.nothing }}' } } };
    expect(await test({ to: '+82 10-5555-1234', config: empty })).toMatchObject({
      status: 422,
      body: { code: 'invalid-message', errors: [{ path: 'template.fields.text' }] },
    });
    expect(gateway.calls).toHaveLength(calls);
  });

  it('reaches people whose number Wend does not have, and leaves no trace of it', async () => {
    const template_ = {
      id: template.id,
      lookUp: true,
      fields: { text: 'Hi {{ profile.name }}, "{{ entry.what }}"\nBye' },
    };
    const journeyId = await sendBy('By look-up', { text: '', template: template_ }, 'Looked Up');
    for (const userId of ['ann-1', 'bad-1', 'unknown-1']) {
      await identify(chain, { userId, traits: { name: userId } });
      await track(chain, { userId, event: 'Looked Up', properties: { what: 'a "quote"' } });
    }
    const messages = await until(async () => {
      const found = await messagesOf(journeyId);
      return found.length === 3 && found.every(({ status }) => status !== 'queued' && status !== 'sending') && found;
    }, 'three messages to be settled');
    const details: any[] = await Promise.all(messages.map(({ id }) => detail(id)));
    const sent = details.find(({ status }) => status === 'sent');
    expect(details.map(({ status, error }) => `${status} ${error ?? ''}`).sort()).toEqual([
      'bounced NOPE: no such subscriber: [looked up]',
      'bounced Your look-up service does not know this person.',
      'sent ',
    ]);
    expect(sent).toMatchObject({
      to: 'looked up',
      content: { text: 'Hi ann-1, "a "quote""\nBye', parts: 1, encoding: 'gsm', template: { name: 'Gateway' } },
    });
    const call = gateway.calls.map(({ body }) => JSON.parse(body)).find(({ ref }) => ref === sent.id);
    expect(call).toEqual({ to: secretNumber, text: sent.content.text, ref: sent.id });
    // In no table, whatever its columns are called, no log line and no answer of the API.
    const tables = await chain.api.database.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public'`,
    );
    const everywhere: string[] = [...logged];
    for (const { name } of tables)
      everywhere.push(JSON.stringify(await chain.api.database.query(`select * from "${name}"`)));
    for (const { id } of messages) everywhere.push(JSON.stringify(await detail(id)));
    for (const number of Object.values(numbers)) {
      const found = everywhere.filter((text) => text.replace(/[\s().-]/g, '').includes(number.slice(4)));
      expect(found.map((text) => text.slice(0, 200))).toEqual([]);
    }
    expect(everywhere.join('')).toContain('[looked up]');
  });

  it('asks again where the look-up service answers something else than it should, and finds nobody dead by it', async () => {
    const choice = { id: template.id, lookUp: true, fields: { text: 'Hi' } };
    const journeyId = await sendBy('By a page', { text: '', template: choice }, 'Paged');
    await track(chain, { userId: 'page-1', event: 'Paged' });
    const tried = await until(async () => {
      const [message] = await messagesOf(journeyId);
      return message?.error && message;
    }, 'the look-up to be tried');
    expect(tried).toMatchObject({ status: 'queued', error: expect.stringContaining('no JSON') });
  });

  it('is not deleted while journeys use it; a step without its template says that it is gone', async () => {
    const use = await ok(
      chain.owner.send('POST', '/api/channel-templates', { channel: 'sms', name: 'Used', definition }),
    );
    const choice = { id: use.id, lookUp: true, fields: { text: 'Hi' } };
    const journeyId = await sendBy('Uses it', { text: '', template: choice }, 'Used');
    const path = `/api/channel-templates/${use.id}`;
    expect(await chain.owner.send('DELETE', path)).toMatchObject({
      status: 409,
      body: { code: 'template-in-use', detail: expect.stringContaining('“Uses it”') },
    });
    await chain.api.database.query('delete from channel_templates where id = $1', [use.id]);
    await track(chain, { userId: 'ann-1', event: 'Used' });
    const failed = await until(async () => {
      const [message] = await messagesOf(journeyId);
      return message && message.status !== 'queued' && message;
    }, 'the message to end');
    expect(failed).toMatchObject({ status: 'failed', error: expect.stringContaining('doesn’t exist anymore') });
    const unused = await ok(
      chain.owner.send('POST', '/api/channel-templates', { channel: 'sms', name: 'Unused', definition }),
    );
    await ok(chain.owner.send('DELETE', `/api/channel-templates/${unused.id}`));
  });
});

it('an approved text can be tried before it is saved, through a connection of its network', async () => {
  const settings = { phoneNumberId: '123456', accessToken: 't', appSecret: 's', verifyToken: 'v', baseUrl: `http://${meta.host}` }; // prettier-ignore
  await ok(chain.owner.send('POST', '/api/connections', { kind: 'whatsapp-cloud', settings }));
  const field = { name: 'v1', label: '1', kind: 'text', variable: '1' };
  const definition = { kind: 'approved', code: 'receipt', language: 'en', text: 'Thanks, {{1}}.', fields: [field] };
  const attempt = (fields: object) =>
    chain.owner.send('POST', '/api/channel-template-trials', {
      channel: 'whatsapp',
      definition,
      fields,
      to: '+491701234567',
    });
  expect(await attempt({})).toMatchObject({ status: 422, body: { errors: [{ path: 'template.fields.v1' }] } });
  expect(meta.calls).toEqual([]);
  expect(await ok(attempt({ v1: 'Ada' }))).toMatchObject({ ok: true, providerId: 'wamid.1' });
  const sent = JSON.parse(meta.calls[0]!.body);
  expect(sent).toMatchObject({ to: '491701234567', template: { name: 'receipt', language: { code: 'en' } } });
  expect(JSON.stringify(sent)).toContain('"Ada"');
});

describe('Twilio', () => {
  let feedbackUrl: string;
  const callback = async (fields: Record<string, string>, { url = feedbackUrl, by = token } = {}) => {
    const signed =
      url +
      Object.keys(fields)
        .sort()
        .map((name) => name + fields[name])
        .join('');
    const { pathname, search } = new URL(url);
    return fetch(`${chain.api.url}${pathname}${search}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': createHmac('sha1', by).update(signed).digest('base64'),
      },
      body: new URLSearchParams(fields).toString(),
    });
  };
  const sentTo = (number: string) =>
    twilio.calls
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => new URLSearchParams(body))
      .filter((form) => form.get('To') === number);
  const text = (body: string, id: string) =>
    callback({ MessageSid: id, From: '+821055501234', To: '+15005550006', Body: body });
  const unsubscribed = async (userId: string): Promise<string[]> => {
    const { items } = (await chain.owner.get(`/api/profiles?search=${userId}`)).body;
    return (await chain.owner.get(`/api/profiles/${items[0].id}`)).body.unsubscribed;
  };
  const eventsOf = async (userId: string): Promise<any[]> => {
    const { items } = (await chain.owner.get(`/api/profiles?search=${userId}`)).body;
    return (await chain.owner.get(`/api/profiles/${items[0].id}`)).body.events;
  };

  /** As the api is called: in this spec the worker knows it by another address. */
  const callbackOf = (form: URLSearchParams) => `${feedbackUrl}${new URL(form.get('StatusCallback')!).search}`;

  beforeAll(async () => {
    const connection = await ok(
      chain.owner.send('POST', '/api/connections', {
        kind: 'twilio',
        settings: { accountSid, authToken: token, sender: '+15005550006', baseUrl: `http://${twilio.host}` },
      }),
    );
    feedbackUrl = connection.feedbackUrl;
    await identify(chain, { userId: 'min-1', traits: { name: 'Min', phone: '010-5550-1234' } });
    await identify(chain, { userId: 'jun-1', traits: { name: 'Jun', phone: '+82 10 5550 1234' } });
    await identify(chain, { userId: 'short-1', traits: { name: 'Short', phone: '123' } });
  });

  it('sends to numbers as they are dialled there, shortens links, and hears receipts that are signed, forward only', async () => {
    const target = 'https://shop.example/offers/ÄÖ?q=a%20b&x=1#top';
    const journeyId = await sendBy(
      'By Twilio',
      { text: `Look: ${target}. [€]`, messageClass: 'transactional' },
      'Offer',
    );
    for (const userId of ['min-1', 'short-1']) await track(chain, { userId, event: 'Offer' });
    const [message] = await until(async () => {
      const found = await messagesOf(journeyId);
      return found.some(({ status }) => status === 'sent') && found;
    }, 'the text to be sent');
    // Who has no number that can be one is not reachable: nothing was queued.
    expect(await messagesOf(journeyId)).toHaveLength(1);
    const [form] = sentTo('+821055501234');
    const shown = form!.get('Body')!;
    const code = /^Look: https:\/\/go\.shop\.example\/s\/([0-9A-Za-z]{11})\. \[€\]$/.exec(shown)?.[1];
    expect(code, shown).toBeDefined();
    expect(await detail(message.id)).toMatchObject({ content: { text: shown, parts: 1, encoding: 'gsm' } });

    const url = callbackOf(form!);
    const receipt = { MessageSid: (await detail(message.id)).providerId ?? 'SM1', To: '+821055501234' };
    expect((await callback({ ...receipt, MessageStatus: 'delivered' }, { url, by: 'guess' })).status).toBe(403);
    expect((await detail(message.id)).status).toBe('sent');
    for (const status of ['delivered', 'sent', 'delivered', 'queued'])
      expect((await callback({ ...receipt, MessageStatus: status }, { url })).status).toBe(200);
    expect((await detail(message.id)).status).toBe('delivered');

    const followed = await fetch(`${chain.api.url}/s/${code}`, {
      redirect: 'manual',
      headers: { 'user-agent': browserAgent },
    });
    expect(followed.status).toBe(302);
    expect(decodeURI(followed.headers.get('location')!)).toBe(decodeURI(target));
    await until(async () => (await detail(message.id)).status === 'clicked', 'the click to count');
    expect((await fetch(`${chain.api.url}/s/${'0'.repeat(11)}`, { redirect: 'manual' })).status).toBe(400);
  });

  it('is tried with numbers as they are dialled there', async () => {
    const tried = await ok(chain.owner.send('POST', '/api/send-test', { channel: 'sms', to: '010-5550-8888' }));
    expect(tried).toMatchObject({ ok: true, to: '+821055508888' });
  });

  it('takes everybody with the number off the channel for STOP, and says so once', async () => {
    const before = sentTo('+821055501234').length;
    expect((await text(' ＳＴＯＰ. ', 'MO1')).status).toBe(200);
    expect(await unsubscribed('min-1')).toEqual(['sms']);
    expect(await unsubscribed('jun-1')).toEqual(['sms']);
    await until(() => sentTo('+821055501234').length === before + 1, 'the answer');
    // In the workspace's language, since STOP is everybody's.
    expect(sentTo('+821055501234').at(-1)!.get('Body')).toMatch(/수신이 거부되었습니다/);
    // Told again, and written again.
    await text('STOP', 'MO1');
    await text('수신 거부!', 'MO2');
    expect((await eventsOf('jun-1')).filter(({ name }) => name === 'Unsubscribed')).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(sentTo('+821055501234')).toHaveLength(before + 1);
    const [row] = await chain.api.database.query<{ number: string | null }>('select number from reply_answers');
    expect(row!.number).toBeNull();
  });

  it('brings them back for START, answers nothing that Twilio has answered, and makes other texts events', async () => {
    const before = sentTo('+821055501234').length;
    const answered = {
      MessageSid: 'MO3',
      From: '+821055501234',
      To: '+15005550006',
      Body: 'START',
      OptOutType: 'START',
    };
    expect((await callback(answered)).status).toBe(200);
    expect(await unsubscribed('min-1')).toEqual([]);
    expect((await eventsOf('min-1')).map(({ name }) => name)).toContain('Resubscribed');
    expect((await text('Is it still there?', 'MO4')).status).toBe(200);
    const replied = (await eventsOf('min-1')).find(({ name }) => name === 'Message Replied');
    expect(replied.properties).toMatchObject({ text: 'Is it still there?', channel: 'sms' });
    expect(replied.properties.messageId).toBeDefined();
    expect(sentTo('+821055501234')).toHaveLength(before);
    expect((await callback(answered, { by: 'forged' })).status).toBe(403);
  });

  it('lets runs wait for a reply to their message, and for its bounce', { timeout: 60_000 }, async () => {
    const event = `Asked ${randomUUID()}`;
    const arm = (state: string) => ({ id: state, label: state, trigger: { kind: 'message', node: 'ask', state } });
    const journeyId = await publish(chain, {
      name: 'Waits for answers',
      graph: graphOf([
        entry(event, 'ask'),
        {
          id: 'ask',
          type: 'wend/sms',
          config: { text: 'Still coming?', messageClass: 'transactional' },
          to: { queued: 'wait' },
        },
        {
          id: 'wait',
          type: 'wend/wait-for-events',
          config: { events: [arm('replied'), arm('bounced')], timeout: { amount: 1, unit: 'days' } },
          to: { replied: 'answered', bounced: 'lost' },
        },
        { id: 'answered', type: 'wend/exit', config: { reason: 'answered' } },
        { id: 'lost', type: 'wend/exit', config: { reason: 'lost' } },
      ]),
    });
    await identify(chain, { userId: 'ada-2', traits: { phone: '+821055507001' } });
    await identify(chain, { userId: 'bob-2', traits: { phone: '+821055507002' } });
    for (const userId of ['ada-2', 'bob-2']) await track(chain, { userId, event });
    const sent = await until(async () => {
      const found = await messagesOf(journeyId);
      return found.length === 2 && found.every(({ status }) => status === 'sent') && found;
    }, 'both texts to be sent');
    const runs = async () => (await chain.owner.get(`/api/journeys/${journeyId}/enrollments`)).body.items as any[];
    await until(async () => (await runs()).every(({ node }) => node === 'wait'), 'both to wait');
    // One answers; the number of the other does not exist.
    const from = (number: string) => ({ From: number, To: '+15005550006', Body: 'Yes!', MessageSid: 'MO70' });
    expect((await callback(from('+821055507001'))).status).toBe(200);
    const [form] = sentTo('+821055507002');
    const lost = await Promise.all(sent.map(({ id }: { id: string }) => detail(id)));
    const { providerId } = lost.find(({ to }: { to: string }) => to === '+821055507002') ?? lost[1];
    const dead = { MessageSid: providerId, To: '+821055507002', MessageStatus: 'undelivered', ErrorCode: '30005' };
    expect((await callback(dead, { url: callbackOf(form!) })).status).toBe(200);
    const ended = await until(async () => {
      const found = await runs();
      return found.every(({ endedAt }) => endedAt !== null) && found;
    }, 'both to go on');
    expect(ended.map(({ endReason }) => endReason).sort()).toEqual(['answered', 'lost']);
  });

  it('lets a workspace have words of its own', async () => {
    const { usual: _, ...words } = await ok(chain.owner.get('/api/reply-words'));
    words.languages.en.stop.push('Basta');
    await ok(chain.owner.send('PUT', '/api/reply-words', { words }));
    await text('¡basta!', 'MO5');
    expect(await unsubscribed('jun-1')).toEqual(['sms']);
    expect(
      (await (await chain.workspace.member('marketer')).send('PUT', '/api/reply-words', { words: null })).status,
    ).toBe(403);
    expect((await ok(chain.owner.send('PUT', '/api/reply-words', { words: null }))).usual).toBe(true);
  });

  it('takes the word of Twilio for it that somebody has left', async () => {
    const journeyId = await sendBy('To who has left', { text: 'Hi. Reply STOP to opt out' }, 'Gone');
    await identify(chain, { userId: 'left-1', traits: { name: 'Left', phone: '+821055509999' } });
    await track(chain, { userId: 'left-1', event: 'Gone' });
    await until(async () => (await messagesOf(journeyId))[0]?.status === 'sent', 'the text to be sent');
    const url = callbackOf(sentTo('+821055509999')[0]!);
    const fields = { MessageSid: 'SMx', MessageStatus: 'failed', ErrorCode: '21610', To: '+821055509999' };
    expect((await callback(fields, { url })).status).toBe(200);
    expect(await unsubscribed('left-1')).toEqual(['sms']);
  });
});
