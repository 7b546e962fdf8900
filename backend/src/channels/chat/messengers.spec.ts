import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FeedbackRefused } from '@wend/node-sdk';
import type { OpenConnection, ProviderDefinition, SendRequest } from '@wend/node-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Destinations, SafeHttpClient } from '../../platform/outbound/index.js';
import { composeChat } from './chat.js';
import { nhnAlimtalk } from '../kakao-alimtalk/providers/nhn.js';
import { nhnFriendtalk } from '../kakao-friendtalk/providers/nhn.js';
import { lineMessaging } from '../line/providers/messaging-api.js';
import { composeTemplated } from '../locked-template/compose-template.js';
import { templateProblems } from '../locked-template/definition-problems.js';
import type { StoredTemplate } from '../locked-template/index.js';
import { openProvider, servicesOf } from '../provider.js';
import { telegramBot } from '../telegram/providers/bot-api.js';
import { whatsappCloud } from '../whatsapp/providers/cloud-api.js';

const workspaceId = '11111111-1111-4111-8111-111111111111';
const secrets: Record<string, string> = {
  secretKey: 'nhn-secret',
  webhookSignature: 'of the console',
  accessToken: 'token',
  appSecret: 'app-secret',
  verifyToken: 'verify-me',
  channelSecret: 'line-secret',
  botToken: '123456:ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  webhookSecret: 'hook-secret',
};
const settingsOf: Record<string, Record<string, unknown>> = {
  'nhn-alimtalk': { appKey: 'appkey', senderKey: 's'.repeat(40) },
  'nhn-friendtalk': { appKey: 'appkey', senderKey: 's'.repeat(40) },
  'whatsapp-cloud': { phoneNumberId: '106540352242922' },
  'line-messaging': { label: 'Shop' },
  'telegram-bot': { label: 'Bot' },
};
const approved = {
  code: 'ORDER_1',
  language: 'ko',
  variables: { 이름: '민아', 번호: '77' },
  textVariables: ['이름', '번호'],
  buttons: [],
};
const content = { text: '민아님, 주문 77', buttons: [{ label: '보기', link: 'https://shop.example/77' }], approved };

function connectionTo(host: string, kind: string): OpenConnection {
  return {
    id: 'c',
    workspaceId,
    kind,
    settings: { ...settingsOf[kind], baseUrl: `http://${host}` },
    secrets,
    oldSecrets: null,
    feedbackUrl: 'https://wend.example/t/f/w/c/sig',
    revision: '1',
  };
}

function opened(definition: ProviderDefinition, allow: readonly string[]) {
  const client = new SafeHttpClient({ allow });
  const services = servicesOf({ http: client, destinations: new Destinations({ allow }) });
  return { provider: openProvider(definition, services), close: () => client.close() };
}

const nhnAnswer = JSON.stringify({
  header: { isSuccessful: true, resultCode: 0, resultMessage: 'success' },
  message: { requestId: 'r1', sendResults: [{ recipientSeq: 1, resultCode: 0, resultMessage: 'success' }] },
});
describe('what messengers are sent, and what their refusals mean', () => {
  type Call = { url: string; headers: Record<string, unknown>; body: string };
  const calls: Call[] = [];
  let answerWith: { status: number; headers?: Record<string, string>; body: string };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      calls.push({ url: request.url ?? '', headers: request.headers, body });
      response.writeHead(answerWith.status, answerWith.headers).end(answerWith.body);
    });
  });
  let host: string;
  beforeEach(async () => {
    calls.length = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => void server.close());

  async function send(definition: ProviderDefinition, more: Partial<SendRequest> = {}) {
    const { provider, close } = opened(definition, [host]);
    try {
      return await provider.send({
        message: { id: 'message-1', workspaceId, channel: definition.channel },
        content,
        recipient: '+821012345678',
        devices: [],
        idempotencyKey: 'message-1',
        connection: connectionTo(host, definition.name),
        signal: AbortSignal.timeout(5_000),
        handingOver: async () => undefined,
        ...more,
      });
    } finally {
      await close();
    }
  }
  const body = () => JSON.parse(calls[0]!.body) as unknown;

  it('alimtalk: the template’s code and its variables, to a number as Korea writes it', async () => {
    answerWith = { status: 200, body: nhnAnswer };
    expect(await send(nhnAlimtalk)).toMatchObject({ status: 'sent', providerId: 'r1' });
    expect(calls[0]).toMatchObject({
      url: '/alimtalk/v2.3/appkeys/appkey/messages',
      headers: { 'x-secret-key': 'nhn-secret', 'x-nc-api-idempotency-key': 'message-1' },
    });
    expect(body()).toEqual({
      senderKey: 's'.repeat(40),
      templateCode: 'ORDER_1',
      recipientList: [
        {
          recipientNo: '01012345678',
          templateParameter: { 이름: '민아', 번호: '77' },
          recipientGroupingKey: 'message-1',
        },
      ],
    });
  });

  it('friend talk: marked as an ad, with its buttons', async () => {
    answerWith = { status: 200, body: nhnAnswer };
    await send(nhnFriendtalk);
    expect(body()).toMatchObject({
      recipientList: [{ content: '민아님, 주문 77', isAd: true, buttons: [{ type: 'WL', name: '보기' }] }],
    });
  });

  it('WhatsApp: a template in its language, variables in their order', async () => {
    answerWith = { status: 200, body: JSON.stringify({ messages: [{ id: 'wamid.1' }] }) };
    const numbered = {
      ...approved,
      variables: { 2: 'b', 1: 'a', code: 'x' },
      textVariables: ['2', '1'],
      buttons: [{ kind: 'web' as const, label: 'Open', url: 'https://shop.example/x', suffix: 'x' }],
    };
    expect(await send(whatsappCloud, { content: { ...content, approved: numbered } as object })).toMatchObject({
      providerId: 'wamid.1',
    });
    expect(calls[0]!.headers['authorization']).toBe('Bearer token');
    expect(body()).toMatchObject({
      to: '821012345678',
      biz_opaque_callback_data: 'message-1',
      template: {
        name: 'ORDER_1',
        language: { code: 'ko' },
        components: [
          {
            type: 'body',
            parameters: [
              { type: 'text', text: 'a' },
              { type: 'text', text: 'b' },
            ],
          },
          { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: 'x' }] },
        ],
      },
    });
  });

  it.each([
    [
      nhnAlimtalk,
      200,
      { header: { isSuccessful: false, resultCode: -1, resultMessage: 'secretKey is invalid' } },
      'configuration',
    ],
    [
      nhnAlimtalk,
      200,
      {
        header: { isSuccessful: true, resultCode: 0, resultMessage: 'ok' },
        message: { sendResults: [{ resultCode: -2022, resultMessage: 'Invalid recipientNo' }] },
      },
      'badAddress',
    ],
    [
      nhnFriendtalk,
      200,
      {
        header: { isSuccessful: true, resultCode: 0, resultMessage: 'ok' },
        message: { sendResults: [{ resultCode: -3000, resultMessage: 'Not a friend of the channel' }] },
      },
      'rejected',
    ],
    [
      nhnAlimtalk,
      200,
      { header: { isSuccessful: false, resultCode: -3016, resultMessage: 'Template mismatch' } },
      'rejected',
    ],
    [whatsappCloud, 400, { error: { code: 131026, message: 'Message undeliverable' } }, 'rejected'],
    [whatsappCloud, 400, { error: { code: 131047, message: 'Re-engagement message' } }, 'rejected'],
    [whatsappCloud, 400, { error: { code: 130429, message: 'Rate limit hit' } }, 'rateLimited'],
    [whatsappCloud, 401, { error: { code: 190, message: 'Invalid OAuth access token' } }, 'configuration'],
    [lineMessaging, 400, { message: "The property, 'to', in the request body is invalid" }, 'badAddress'],
    [
      lineMessaging,
      400,
      {
        message: 'The request body has 1 error(s)',
        details: [{ message: 'Length must be up to 20', property: 'messages[0].template.actions[0].label' }],
      },
      'rejected',
    ],
    [lineMessaging, 429, { message: 'You have reached your monthly limit.' }, 'configuration'],
    [lineMessaging, 429, { message: 'The API rate limit has been exceeded.' }, 'rateLimited'],
    [telegramBot, 403, { ok: false, description: 'Forbidden: bot was blocked by the user' }, 'badAddress'],
    [telegramBot, 400, { ok: false, description: 'Bad Request: chat not found' }, 'badAddress'],
    [telegramBot, 400, { ok: false, description: 'Bad Request: message is too long' }, 'rejected'],
    [telegramBot, 401, { ok: false, description: 'Unauthorized' }, 'configuration'],
    [telegramBot, 502, '<html>Bad Gateway</html>', 'serverError'],
  ] as const)('$name: %i %j', async (definition, status, answer, expected) => {
    answerWith = { status, body: typeof answer === 'string' ? answer : JSON.stringify(answer) };
    await expect(send(definition)).rejects.toMatchObject({ class: expected, handedOver: false });
  });

  it('waits as long as Telegram asks', async () => {
    answerWith = {
      status: 429,
      body: JSON.stringify({ ok: false, description: 'Too Many Requests', parameters: { retry_after: 17 } }),
    };
    await expect(send(telegramBot)).rejects.toMatchObject({ class: 'rateLimited', retryAfterSeconds: 17 });
  });

  it('takes for sent what was taken before under the same key', async () => {
    answerWith = {
      status: 409,
      headers: { 'x-line-accepted-request-id': 'r' },
      body: '{"message":"already accepted"}',
    };
    expect(await send(lineMessaging)).toMatchObject({ status: 'sent', detail: 'LINE has it already' });
    answerWith = {
      status: 200,
      body: JSON.stringify({
        header: {
          isSuccessful: false,
          resultCode: -1005,
          resultMessage: "The same 'X-NC-API-IDEMPOTENCY-KEY' was used within the last 10 minute.",
        },
      }),
    };
    expect(await send(nhnAlimtalk)).toMatchObject({ status: 'sent', detail: 'NHN Cloud has it already' });
  });
});

describe('what messengers tell', () => {
  const hear = (
    definition: ProviderDefinition,
    request: { headers?: Record<string, string>; body?: unknown; method?: string; url?: string },
  ) => {
    const { provider } = opened(definition, []);
    return provider.feedback!(
      {
        method: request.method ?? 'POST',
        url: request.url ?? 'https://wend.example/t/f/w/c/sig',
        headers: request.headers ?? {},
        body: Buffer.from(typeof request.body === 'string' ? request.body : JSON.stringify(request.body ?? {})),
      },
      connectionTo('127.0.0.1:1', definition.name),
    );
  };
  const signed = (body: unknown) => ({
    body,
    headers: {
      'x-hub-signature-256': `sha256=${createHmac('sha256', 'app-secret').update(JSON.stringify(body)).digest('hex')}`,
      'x-line-signature': createHmac('sha256', 'line-secret').update(JSON.stringify(body)).digest('base64'),
    },
  });

  it('WhatsApp: receipts and replies that Meta signed, and its question for the address', async () => {
    const value = {
      metadata: { display_phone_number: '15550001111' },
      statuses: [
        { id: 'wamid.1', status: 'read', timestamp: '1700000000', biz_opaque_callback_data: 'm1' },
        { id: 'wamid.2', status: 'failed', errors: [{ code: 131026, title: 'Undeliverable' }] },
      ],
      messages: [{ id: 'wamid.3', from: '821012345678', text: { body: 'STOP' } }],
    };
    const { events } = await hear(whatsappCloud, signed({ entry: [{ changes: [{ value }] }] }));
    expect(events).toMatchObject([
      { kind: 'opened', providerId: 'wamid.1', messageId: 'm1', id: 'wamid.1:read' },
      { kind: 'softBounced', providerId: 'wamid.2' },
      { kind: 'replied', recipient: '+821012345678', text: 'STOP' },
    ]);
    const ask = (token: string) =>
      hear(whatsappCloud, {
        method: 'GET',
        url: `https://wend.example/t/f/w/c/s?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=42`,
      });
    expect(await ask('verify-me')).toMatchObject({ answer: { body: '42' } });
    expect(() => ask('guess')).toThrow(FeedbackRefused);
    expect(() => hear(whatsappCloud, { ...signed({}), body: { entry: [] } })).toThrow(FeedbackRefused);
  });

  it.each([
    ['1000', ['delivered']],
    ['3005', ['sent']],
    ['3019', ['softBounced']],
    ['3018', ['softBounced']],
    ['3020', ['failed', 'unsubscribed']],
    ['3016', ['failed']],
    ['4161', []],
  ])('NHN Cloud: result code %s is %j, of its own kind of message and app alone', async (resultCode, kinds) => {
    const hook = {
      hookId: 'h1',
      kakaoMessageType: 'ALIMTALK_NORMAL',
      requestId: 'r1',
      recipientNo: '01012345678',
      recipientGroupingKey: 'm1',
      receiveDate: '2026-06-01 09:00:00.0',
      resultCode,
    };
    const body = { appKey: 'appkey', event: 'MESSAGE_RESULT_UPDATE', hooks: [hook] };
    const headers = { 'x-toast-webhook-signature': 'of the console' };
    const { events } = await hear(nhnAlimtalk, { body, headers });
    expect(events).toMatchObject(
      kinds.map((kind) => ({
        kind,
        id: 'h1',
        providerId: 'r1',
        messageId: 'm1',
        recipient: '+821012345678',
        at: new Date('2026-06-01T00:00:00Z'),
      })),
    );
    expect((await hear(nhnFriendtalk, { body, headers })).events).toEqual([]);
    for (const other of [
      { ...body, appKey: 'other' },
      { ...body, event: 'TEMPLATE_UPDATE' },
    ])
      expect((await hear(nhnAlimtalk, { body: other, headers })).events).toEqual([]);
    expect(() => hear(nhnAlimtalk, { body })).toThrow(FeedbackRefused);
  });

  it('LINE and Telegram: who blocks and comes back, and what people write', async () => {
    const events = [
      { type: 'unfollow', webhookEventId: 'e1', timestamp: 1, source: { userId: 'U1' } },
      { type: 'follow', webhookEventId: 'e3', timestamp: 2, source: { userId: 'U1' } },
      { type: 'message', webhookEventId: 'e2', source: { userId: 'U2' }, message: { type: 'text', text: '거부' } },
    ];
    expect((await hear(lineMessaging, signed({ events }))).events).toMatchObject([
      { kind: 'unsubscribed', recipient: 'U1', id: 'e1' },
      { kind: 'resubscribed', recipient: 'U1', id: 'e3' },
      { kind: 'replied', recipient: 'U2', text: '거부' },
    ]);
    expect(() => hear(lineMessaging, { ...signed({ events }), body: { events: [] } })).toThrow(FeedbackRefused);
    const headers = { 'x-telegram-bot-api-secret-token': 'hook-secret' };
    const kicked = { update_id: 7, my_chat_member: { chat: { id: 9 }, new_chat_member: { status: 'kicked' } } };
    expect((await hear(telegramBot, { headers, body: kicked })).events).toMatchObject([
      { kind: 'unsubscribed', recipient: '9', id: '7' },
    ]);
    const back = { update_id: 8, my_chat_member: { chat: { id: 9 }, new_chat_member: { status: 'member' } } };
    expect((await hear(telegramBot, { headers, body: back })).events).toMatchObject([
      { kind: 'resubscribed', recipient: '9', id: '8' },
    ]);
    expect(() => hear(telegramBot, { body: kicked })).toThrow(FeedbackRefused);
  });
});

describe('buttons', () => {
  it('must lead somewhere, though the address that is sent is one of Wend’s', () => {
    const compose = (link: string) =>
      composeChat(
        {
          config: { text: 'Hi', buttons: [{ label: 'Open', link }] },
          values: { text: 'Hi', 'buttons[0].label': 'Open', 'buttons[0].link': link },
          links: { click: (url: string) => `https://wend.example/t/c/${Buffer.from(url).toString('hex')}` } as never,
        },
        { name: 'LINE', text: 100, buttons: 4, label: 20 },
      );
    const { content: made, problems } = compose('https://shop.example');
    expect([problems, made.buttons[0]!.link]).toEqual([[], expect.stringMatching(/^https:\/\/wend\.example/)]);
    for (const link of ['', 'javascript:alert(1)', 'shop.example/offer'])
      expect(compose(link).problems).toMatchObject([{ path: 'buttons[0].link' }]);
  });
});

describe('an approved text', () => {
  const template = {
    kind: 'approved' as const,
    code: 'ORDER_1',
    state: 'approved' as const,
    text: '#{이름}님, 주문 #{번호}이 출발했습니다.',
    buttons: [{ kind: 'web' as const, label: '조회', url: 'https://shop.example/o/#{번호}' }],
    fields: [
      { name: 'name', label: 'Name', kind: 'text' as const, required: true, variable: '이름' },
      { name: 'number', label: 'Number', kind: 'text' as const, required: true, variable: '번호' },
    ],
  };
  const channel = { definition: { content: [], address: null } } as never;

  it('changes in its variables only', () => {
    const stored: StoredTemplate = {
      id: 't',
      channel: 'kakao-alimtalk',
      name: 'Order',
      connectionId: null,
      revision: 1,
      definition: template,
    };
    const values = { 'template.fields.name': ' 민아 ', 'template.fields.number': '#{이름}$&' };
    const { shown, content: made, problems } = composeTemplated({ stored, values, externalId: null });
    expect(problems).toEqual([]);
    // What data brings is never read as a variable.
    expect(shown['text']).toBe('민아님, 주문 #{이름}$&이 출발했습니다.');
    expect(made.approved).toMatchObject({
      code: 'ORDER_1',
      variables: { 이름: '민아', 번호: '#{이름}$&' },
      textVariables: ['이름', '번호'],
      buttons: [{ url: 'https://shop.example/o/#{이름}$&', suffix: '#{이름}$&' }],
    });
    expect(composeTemplated({ stored, values: {}, externalId: null }).problems).toHaveLength(2);
    const pending = { ...stored, definition: { ...template, state: 'pending' as const } };
    expect(composeTemplated({ stored: pending, values, externalId: null }).problems).toMatchObject([
      { path: 'template', message: 'is pending: only approved templates are delivered' },
    ]);
  });

  it('has one field for each variable', () => {
    expect(templateProblems(template, channel)).toEqual([]);
    expect(templateProblems({ ...template, fields: template.fields.slice(1) }, channel)).toMatchObject([
      { path: 'fields', message: 'has none for the variable “이름” of the text' },
    ]);
    expect(templateProblems({ ...template, text: '고정', buttons: [] }, channel)).toHaveLength(2);
  });
});
