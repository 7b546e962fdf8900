import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpTemplate } from '@wend/contract';
import type { HttpTemplate } from '@wend/contract';
import { FeedbackRefused } from '@wend/node-sdk';
import type { OpenConnection, SendRequest, ProviderError } from '@wend/node-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Destinations, SafeHttpClient } from '../../platform/outbound/index.js';
import { openProvider, servicesOf } from '../provider.js';
import { smsChannel } from '../sms/sms.channel.js';
import { composeTemplated, fieldPath } from './compose-template.js';
import { templateProblems } from './definition-problems.js';
import { lockedTemplate } from './locked-template.provider.js';
import { redacted } from './redact.js';

const workspaceId = '11111111-1111-4111-8111-111111111111';
const templateId = '22222222-2222-4222-8222-222222222222';
const number = '+821098765432';

type Partial = Omit<Record<keyof HttpTemplate, unknown>, 'kind'>;
/** A template as it is after it was read. */
function written(parts: { [Key in keyof Partial]?: unknown } = {}): HttpTemplate {
  return httpTemplate.parse({
    kind: 'http',
    fields: [{ name: 'message', label: 'Message', kind: 'long', maxLength: 90 }],
    call: {
      method: 'POST',
      url: '/send/{{ connection.sender }}',
      headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.key }}' }],
      bodyKind: 'json',
      body: '{"id":"{{ message.id }}","to":"{{ recipient }}","text":"{{ fields.message }}","cb":"{{ receipts_url }}"}',
    },
    answer: {
      idPath: 'data.items[0].id',
      codePath: 'error.code',
      messagePath: 'error.message',
      retryAfterPath: 'error.wait',
      errors: [
        { codes: ['4001'], class: 'badAddress' },
        { status: 402, class: 'configuration' },
      ],
    },
    ...parts,
  });
}

function opened(definition: HttpTemplate, allow: readonly string[]) {
  const client = new SafeHttpClient({ allow });
  const services = servicesOf({
    http: client,
    destinations: new Destinations({ allow }),
    template: async ({ workspaceId: of, id }) =>
      of === workspaceId && id === templateId ? { id, channel: 'sms', name: 'Gateway', definition } : null,
  });
  return {
    provider: openProvider(lockedTemplate({ channel: 'sms', label: 'SMS' }), services),
    close: () => client.close(),
  };
}

function connectionTo(base: string, settings: Record<string, string> = {}): OpenConnection {
  return {
    id: 'c',
    workspaceId,
    kind: 'sms-http',
    settings: { label: 'Gateway', sender: 'Shop & Co', baseUrl: base, lookUpUrl: '', ...settings },
    secrets: { key: 'k-123', second: 's-456', receipts: 'r-789', lookUp: 'l-000' },
    oldSecrets: null,
    feedbackUrl: 'https://wend.example/t/f/w/c/sig',
    revision: '1',
  };
}

function messageFor(text: string, externalId?: string): Pick<SendRequest, 'content'> {
  const content = {
    template: { id: templateId, name: 'Gateway', revision: 1 },
    fields: { message: text },
    ...(externalId !== undefined && { lookUp: { externalId } }),
  };
  return { content };
}

/** A server that keeps what it was called with, and answers as it is told. */
async function server() {
  const calls: { method: string; url: string; headers: Record<string, unknown>; body: string }[] = [];
  let answer: { status: number; body: string; headers?: Record<string, string> } = { status: 200, body: '{}' };
  const http = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      calls.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    host,
    calls,
    answer: (next: typeof answer) => void (answer = next),
    close: () => new Promise((resolve) => (http.close(resolve), http.closeAllConnections())),
  };
}

describe('a call', () => {
  let gateway: Awaited<ReturnType<typeof server>>;
  let company: Awaited<ReturnType<typeof server>>;
  beforeEach(async () => {
    [gateway, company] = [await server(), await server()];
  });
  afterEach(async () => {
    await gateway.close();
    await company.close();
  });

  const send = async (
    definition: HttpTemplate,
    { text = 'Hi', externalId }: { text?: string; externalId?: string } = {},
  ) => {
    const { provider, close } = opened(definition, [gateway.host, company.host]);
    const handed: number[] = [];
    try {
      return {
        handed,
        result: await provider.send({
          message: { id: 'm-1', workspaceId, channel: 'sms' },
          ...messageFor(text, externalId),
          recipient: definition.lookUp ? 'looked up' : number,
          devices: [],
          idempotencyKey: 'm-1',
          connection: connectionTo(`http://${gateway.host}/v1`, { lookUpUrl: `http://${company.host}/people` }),
          signal: AbortSignal.timeout(5_000),
          handingOver: async () => void handed.push(company.calls.length),
        }),
      };
    } catch (error) {
      return { handed, error: error as ProviderError };
    } finally {
      await close();
    }
  };

  it('has what data brings made safe for where it stands, and secrets where the template says', async () => {
    gateway.answer({ status: 200, body: '{"data":{"items":[{"id":77}]}}' });
    const text = '50% "off"\nfor Ann\\Bob {{ secrets.key }}';
    const { result } = await send(written(), { text });
    expect(result).toMatchObject({ status: 'sent', providerId: '77', detail: 'HTTP 200' });
    const [call] = gateway.calls;
    expect(call).toMatchObject({ method: 'POST', url: '/v1/send/Shop%20%26%20Co' });
    expect(call!.headers).toMatchObject({ authorization: 'Bearer k-123', 'content-type': 'application/json' });
    expect(JSON.parse(call!.body)).toEqual({
      id: 'm-1',
      to: number,
      text,
      cb: `https://wend.example/t/f/w/c/sig?template=${templateId}`,
    });
  });

  it('escapes a form’s body, and passes the message’s id on as the provider wants it', async () => {
    const { call } = written();
    const form = {
      ...call,
      bodyKind: 'form',
      body: 'to={{ recipient }}&text={{ fields.message }}',
      idempotencyHeader: 'X-Key',
    };
    await send(written({ call: form }), { text: 'a&b=c d' });
    expect(gateway.calls[0]!.headers).toMatchObject({
      'x-key': 'm-1',
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(Object.fromEntries(new URLSearchParams(gateway.calls[0]!.body))).toEqual({ to: number, text: 'a&b=c d' });
  });

  it.each([['https://evil.example/v1/x'], ['http://{{ fields.message }}/v1/x'], ['/../../admin']])(
    'never brings secrets to another place than its connection’s: %s',
    async (url) => {
      const { error } = await send(written({ call: { ...written().call, url } }), { text: 'evil.example' });
      expect(error).toMatchObject({ class: 'configuration', handedOver: false });
      expect(gateway.calls).toEqual([]);
    },
  );

  it.each([
    [
      { status: 400, body: '{"error":{"code":4001,"message":"No such number"}}' },
      'badAddress',
      '4001: No such number',
      null,
    ],
    [{ status: 402, body: 'pay' }, 'configuration', 'HTTP 402: pay', null],
    [{ status: 429, body: '{"error":{"code":"9","wait":2.2}}' }, 'rateLimited', '9', 3],
    [{ status: 503, body: '<html>', headers: { 'retry-after': '7' } }, 'serverError', 'HTTP 503: <html>', 7],
    [{ status: 422, body: 'no' }, 'rejected', 'HTTP 422: no', null],
  ] as const)('reads a refusal: %j', async (answer, kind, message, retryAfterSeconds) => {
    gateway.answer(answer);
    const { error, handed } = await send(written());
    expect(error).toMatchObject({ class: kind, message, retryAfterSeconds, handedOver: false, status: answer.status });
    expect(handed).toHaveLength(1);
  });

  it('takes an answer of 200 for a refusal when its code says so', async () => {
    const answer = { ...written().answer, success: { path: 'error.code', equals: ['0'] } };
    gateway.answer({ status: 200, body: '{"error":{"code":4001,"message":"No"}}' });
    expect((await send(written({ answer }))).error).toMatchObject({ class: 'badAddress', handedOver: false });
    gateway.answer({ status: 200, body: '{"error":{"code":0}}' });
    expect((await send(written({ answer }))).result).toMatchObject({ status: 'sent' });
  });

  describe('with an address that is looked up', () => {
    const lookUp = {
      method: 'GET',
      url: '/{{ profile.external_id }}/phone',
      headers: [{ name: 'X-Token', value: '{{ secrets.lookUp }}' }],
      addressPath: 'phone.number',
    };

    it('asks the company’s own server before anything is handed over, and shows the number to the provider only', async () => {
      company.answer({ status: 200, body: JSON.stringify({ phone: { number } }) });
      gateway.answer({
        status: 200,
        body: `{"data":{"items":[{"id":"a"}]},"to":"${number}","national":"010-9876-5432"}`,
      });
      const { result, handed } = await send(written({ lookUp }), { externalId: 'ann/1?x' });
      expect(company.calls[0]).toMatchObject({ url: '/people/ann%2F1%3Fx/phone', headers: { 'x-token': 'l-000' } });
      expect(company.calls[0]!.headers).not.toHaveProperty('authorization');
      expect(handed).toEqual([1]);
      expect(JSON.parse(gateway.calls[0]!.body)).toMatchObject({ to: number });
      expect(JSON.stringify(result)).not.toMatch(/9876|5432/);
      expect(result!.answer).toContain('[looked up]');
    });

    it('blacks the number out of what a provider refuses with', async () => {
      company.answer({ status: 200, body: JSON.stringify({ phone: { number } }) });
      gateway.answer({ status: 400, body: `{"error":{"code":4001,"message":"bad number 82 10 9876 5432"}}` });
      const { error } = await send(written({ lookUp }), { externalId: 'ann' });
      expect(error).toMatchObject({ class: 'badAddress', message: '4001: bad number [looked up]' });
      expect(JSON.stringify({ ...error, stack: error!.stack, cause: error!.cause })).not.toMatch(/9876/);
    });

    it.each([
      [{ status: 404, body: '' }, 'badAddress'],
      [{ status: 200, body: '{"phone":{}}' }, 'badAddress'],
      [{ status: 500, body: `oops ${number}` }, 'serverError'],
      [{ status: 429, body: '' }, 'rateLimited'],
      [{ status: 401, body: '' }, 'rejected'],
    ] as const)('fails by the class of the look-up’s answer, with nothing handed over: %j', async (answer, kind) => {
      company.answer(answer);
      const { error, handed } = await send(written({ lookUp }), { externalId: 'ann' });
      expect(error).toMatchObject({ class: kind, handedOver: false });
      expect(error!.message).not.toContain(number);
      expect([handed, gateway.calls]).toEqual([[], []]);
    });

    it('goes on when the company’s server is away', async () => {
      await company.close();
      const { error } = await send(written({ lookUp }), { externalId: 'ann' });
      expect(error).toMatchObject({ class: 'network', handedOver: false });
    });
  });
});

describe('receipts', () => {
  const receipts = {
    verification: { kind: 'hmac', header: 'X-Sig', algorithm: 'sha256', encoding: 'hex', prefix: 'v1=' },
    eventsPath: 'list',
    idPath: 'msg',
    statusPath: 'state',
    statuses: [
      { equals: ['DELIVRD'], kind: 'delivered' },
      { equals: ['MO'], kind: 'replied' },
    ],
    recipientPath: 'phone',
    textPath: 'text',
    eventIdPath: 'event',
  };
  const body = Buffer.from(
    JSON.stringify({
      list: [
        { msg: '1', state: 'DELIVRD', phone: number, event: 5 },
        { msg: '2', state: 'UNHEARD' },
        { msg: '3', state: 'MO', text: ' STOP ', phone: number },
      ],
    }),
  );
  const signed = (secret: string) => `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const request = (signature: string, template = templateId) => ({
    method: 'POST',
    url: `https://wend.example/t/f/w/c/sig?template=${template}`,
    headers: { 'x-sig': signature, 'content-type': 'application/json' },
    body,
  });
  const hear = async (
    call: ReturnType<typeof request>,
    { parts = {}, connection = {} }: { parts?: object; connection?: object } = {},
  ) => {
    const { provider, close } = opened(written({ receipts, ...parts }), []);
    try {
      return await provider.feedback!(call, { ...connectionTo('https://api.example'), ...connection });
    } finally {
      await close();
    }
  };

  it('are read when they are signed, and what the template does not know says nothing', async () => {
    expect(await hear(request(signed('r-789')))).toEqual({
      events: [
        { kind: 'delivered', providerId: '1', recipient: number, id: '5' },
        { kind: 'replied', providerId: '3', recipient: number, text: 'STOP' },
      ],
    });
  });

  it('are taken by the secret of before while both are valid', async () => {
    const connection = { oldSecrets: { receipts: 'old' } };
    expect((await hear(request(signed('old')), { connection })).events).toHaveLength(2);
  });

  it.each([
    ['forged', request(signed('guess'))],
    ['unsigned', request('')],
    ['for another template', request(signed('r-789'), '33333333-3333-4333-8333-333333333333')],
  ])('that are %s are refused', async (_, call) => {
    await expect(hear(call)).rejects.toBeInstanceOf(FeedbackRefused);
  });

  it('are refused where no secret is set, rather than taken from anybody', async () => {
    await expect(hear(request(signed('')), { connection: { secrets: {} } })).rejects.toBeInstanceOf(FeedbackRefused);
  });

  it('do not bring back an address that was looked up', async () => {
    const lookUp = { method: 'GET', url: '/{{ profile.external_id }}', addressPath: 'phone' };
    const { events } = await hear(request(signed('r-789')), { parts: { lookUp } });
    expect(JSON.stringify(events)).not.toContain(number.slice(3));
  });
});

describe('a definition', () => {
  const problems = (parts: Parameters<typeof written>[0]) =>
    templateProblems(written(parts), { definition: smsChannel.definition }).map(({ path }) => path);
  const { call } = written();

  it('is right as it is', () => expect(problems({})).toEqual([]));

  it.each([
    ['call.body', { call: { ...call, body: '{{ profile.phone }}' } }],
    ['call.body', { call: { ...call, body: '{% for a in (1..9999999) %}x{% endfor %}' } }],
    ['call.body', { call: { ...call, body: '{{ fields.mesage }}' } }],
    ['call.body', { call: { ...call, body: '{{ secrets.lookUp }}' } }],
    ['call.body', { call: { ...call, body: '{{ fields[secrets.key] }}' } }],
    ['call.url', { call: { ...call, url: 'send' } }],
    ['call.headers[0].name', { call: { ...call, headers: [{ name: 'Host', value: 'x' }] } }],
    ['call.headers[0].value', { call: { ...call, headers: [{ name: 'X', value: 'a\r\nB: c' }] } }],
    ['lookUp.url', { lookUp: { method: 'GET', url: '/everybody', addressPath: 'a' } }],
    [
      'lookUp.url',
      { lookUp: { method: 'GET', url: '/{{ profile.external_id }}?k={{ secrets.key }}', addressPath: 'a' } },
    ],
    ['shows.html', { shows: { html: '{{ fields.message }}' } }],
    ['fields[1].name', { fields: [1, 2].map(() => ({ name: 'message', label: 'M', kind: 'text' })) }],
  ])('is refused at %s: %j', (path, parts) => expect(problems(parts)).toContain(path));
});

it('says which field of a step is not right for a person', () => {
  const definition = written({
    fields: [
      { name: 'message', label: 'Message', kind: 'long', maxLength: 3 },
      { name: 'link', label: 'Link', kind: 'url', required: false },
      { name: 'tone', label: 'Tone', kind: 'choice', options: [{ value: 'a', label: 'A' }] },
    ],
  });
  const stored = { id: templateId, channel: 'sms', name: 'G', connectionId: null, revision: 4, definition };
  const values = { [fieldPath('message')]: '😀😀😀😀', [fieldPath('link')]: 'nowhere', [fieldPath('tone')]: 'b' };
  expect(composeTemplated({ stored, values, externalId: null }).problems.map(({ path }) => path)).toEqual([
    fieldPath('message'),
    fieldPath('link'),
    fieldPath('tone'),
  ]);
});

it.each([
  ['+82 10-9876-5432', '[looked up]'],
  ['tel:010.9876.5432!', 'tel:[looked up]!'],
  ['%2B821098765432', '[looked up]'],
  ['order 1098765 of 2024-01-01', 'order [looked up] of 2024-01-01'],
  ['id 555123 and 12:30', 'id 555123 and 12:30'],
])('blacks a number out of “%s”', (text, clean) => expect(redacted(text, number)).toBe(clean));
