import { createServer as createTlsServer } from 'node:https';
import type { TemplateDefinition } from '@wend/contract';
import { httpTemplate } from '@wend/contract';
import type { Device, OpenConnection, ProviderDefinition, ProviderServices } from '@wend/node-sdk';
import { builtInProviders } from '../src/channels/built-in.js';
import { openProvider, servicesOf } from '../src/channels/provider.js';
import { Destinations, SafeHttpClient } from '../src/platform/outbound/index.js';
import { newVapidPair } from '../src/channels/webpush/providers/vapid/vapid-keys.js';
import { fcmEdge, serviceAccountJson } from './fcm-edge.js';
import type { FcmEdge } from './fcm-edge.js';
import { googleCertificate, testAuthority } from './google-certificates.js';
import { resendApi, sendgridApi, sesApi, sesSecret } from './mail-api-edges.js';
import type { Behaviour, Remote, Subject } from './provider-contract.js';
import { cutShortOverHttp, edge, hookReceiver, httpTaker, mailServer, refusedOverHttp } from './provider-edges.js';
import { PushService } from './push-service.js';

const workspaceId = '11111111-1111-4111-8111-111111111111';
const number = '+821098765432';

type Call = { headers: Record<string, unknown>; body: string };
type Made = {
  definition: ProviderDefinition;
  remote: Remote;
};
/** What a provider is tested with: who is at the other end, and what it sends there. */
export type ProviderSubject = {
  remote: () => Promise<Remote>;
  subject: (made: Made) => Promise<Subject>;
};

type Written = Omit<Partial<Subject>, 'request'> & {
  settings?: (allow: string) => Record<string, unknown>;
  secrets?: Record<string, string>;
  content: object | ((id: string, allow: string) => object);
  recipient?: string | null;
  devices?: readonly Device[];
  services?: Partial<ProviderServices>;
  ca?: string;
};

/** Opens a provider on the safe client, which may reach its other side and nothing else. */
async function opened({ definition, remote: { allow } }: Made, written: Written): Promise<Subject> {
  const { settings, secrets = {}, content, recipient = number, devices, services, ca, ...rest } = written;
  const client = new SafeHttpClient({ allow: [allow], ...(ca !== undefined && { ca }) });
  const provider = openProvider(definition, {
    ...servicesOf({ http: client, destinations: new Destinations({ allow: [allow] }) }),
    ...services,
  });
  const connection: OpenConnection = {
    id: 'c',
    workspaceId,
    kind: definition.name,
    settings: settings?.(allow) ?? {},
    secrets,
    oldSecrets: null,
    feedbackUrl: 'https://wend.example/t/f/w/c/sig',
    revision: '1',
  };
  return {
    provider,
    request: (id) => ({
      message: { id, workspaceId, channel: definition.channel },
      content: typeof content === 'function' ? (content as (id: string, allow: string) => object)(id, allow) : content,
      recipient,
      connection: definition.settings ? connection : null,
      ...(devices && { devices }),
    }),
    close: async () => {
      await provider.close?.();
      await client.close();
    },
    ...rest,
  };
}

/** One that takes JSON or a form over HTTP, at the setting `baseUrl`. */
function overHttp({
  idOf,
  answer,
  settings,
  ...written
}: Omit<Written, 'settings'> & {
  idOf: (call: Call) => string | null;
  answer: string | ((id: string | null) => string);
  settings: Record<string, unknown>;
}): ProviderSubject {
  return {
    remote: () => httpTaker({ idOf, answer: (id) => (typeof answer === 'string' ? answer : answer(id)) }),
    subject: (made) => opened(made, { ...written, settings: (allow) => ({ ...settings, baseUrl: `http://${allow}` }) }),
  };
}

const field = (name: string) => (call: Call) => String((JSON.parse(call.body) as Record<string, unknown>)[name]);
const mail = {
  from: 'Shop <shop@example.com>',
  subject: '안녕하세요 🎉',
  preheader: '',
  html: '<p>Hi</p>',
  text: 'Hi',
  unsubscribeUrl: 'https://wend.example/u',
};
const from = 'shop@example.com';
const chat = {
  text: '민아님, 주문 77',
  buttons: [{ label: '보기', link: 'https://shop.example/77' }],
  approved: { code: 'ORDER_1', language: 'ko', variables: { 이름: '민아' }, textVariables: ['이름'], buttons: [] },
};

function mailApi(remote: () => Promise<Remote>, written: Pick<Written, 'secrets'> & { settings?: object }) {
  return {
    remote,
    subject: (made: Made) =>
      opened(made, {
        ...written,
        oneStep: true,
        settings: (allow) => ({ ...written.settings, from, endpoint: `http://${allow}` }),
        content: mail,
        recipient: 'ann@example.net',
      }),
  };
}

const nhn = overHttp({
  settings: { appKey: 'appkey', senderKey: 's'.repeat(40) },
  secrets: { secretKey: 'nhn-secret' },
  idOf: ({ headers }) => String(headers['x-nc-api-idempotency-key']),
  answer: JSON.stringify({
    header: { isSuccessful: true, resultCode: 0, resultMessage: 'success' },
    message: { requestId: 'r1', sendResults: [{ recipientSeq: 1, resultCode: 0, resultMessage: 'success' }] },
  }),
  content: chat,
});

const hook: ProviderSubject = {
  remote: hookReceiver,
  subject: (made) =>
    opened(made, {
      secrets: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
      content: (_id, allow) => ({ method: 'POST', url: `http://${allow}/hook`, headers: [], body: '{}' }),
      recipient: null,
    }),
};

const templateId = '22222222-2222-4222-8222-222222222222';
const template: TemplateDefinition = httpTemplate.parse({
  kind: 'http',
  fields: [{ name: 'message', label: 'Message', kind: 'long', maxLength: 90 }],
  call: {
    method: 'POST',
    url: '/send',
    headers: [{ name: 'Authorization', value: 'Bearer {{ secrets.key }}' }],
    bodyKind: 'json',
    body: '{"id":"{{ message.id }}","to":"{{ recipient }}","text":"{{ fields.message }}"}',
  },
  answer: { idPath: 'data.id' },
});

function locked(channel: string): ProviderSubject {
  const { remote, subject } = overHttp({
    oneStep: true,
    settings: { label: 'Gateway', sender: 'Shop & Co', lookUpUrl: '' },
    secrets: { key: 'k-123' },
    idOf: field('id'),
    answer: (id) => JSON.stringify({ data: { id } }),
    services: { template: async () => ({ id: templateId, channel, name: 'Gateway', definition: template }) },
    content: { template: { id: templateId, name: 'Gateway', revision: 1 }, fields: { message: 'Hi' } },
  });
  return { remote, subject };
}

/** A push service as browsers' are, behind TLS. */
async function tlsPushService(applicationServerKey: string) {
  const taken: string[] = [];
  const service = new PushService();
  let behaviour: () => Behaviour = () => 'well';
  const server = createTlsServer(googleCertificate, (request, response) => {
    if (refusedOverHttp({ behaviour: behaviour(), response })) return;
    service.behave(behaviour() === 'takesAndResets' ? 'takesAndResets' : 'well');
    service.listener(request, response);
  });
  server.on('tlsClientError', () => undefined);
  service.onReceived = ({ payload }) => taken.push((JSON.parse(payload!) as { id: string }).id);
  service.answersTaken = (response) => cutShortOverHttp({ behaviour: behaviour(), response, status: 201 });
  const remote = await edge({
    taken,
    serve: (socket, now) => {
      behaviour = now;
      server.emit('connection', socket);
    },
  });
  service.url = `https://${remote.allow}`;
  return { ...remote, subscription: service.endpoint({ applicationServerKey }) };
}

const device = { permission: 'authorized', platform: null, data: {} };
const pushed = { title: 'Hi', body: 'There', link: null, image: null };
const pair = newVapidPair();

/** Of every provider that Wend brings, by its name. */
export const providerSubjects: Record<string, ProviderSubject> = {
  smtp: {
    remote: mailServer,
    subject: (made) =>
      opened(made, {
        noHttp: true,
        settings: (allow) => {
          const [host, port] = allow.split(':');
          return { host, port: Number(port), security: 'none', user: '', from };
        },
        content: mail,
        recipient: 'ann@example.com',
      }),
  },
  ses: mailApi(sesApi, {
    settings: { region: 'eu-west-1', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', configurationSet: 'events' },
    secrets: { secretAccessKey: sesSecret },
  }),
  resend: mailApi(resendApi, { secrets: { apiKey: 're_test' } }),
  sendgrid: mailApi(sendgridApi, { secrets: { apiKey: 'SG.test' } }),
  twilio: overHttp({
    oneStep: true,
    settings: { accountSid: `AC${'a'.repeat(32)}`, sender: '+15005550006' },
    secrets: { authToken: 'twilio-token' },
    idOf: ({ body }) => new URL(new URLSearchParams(body).get('StatusCallback') ?? '').searchParams.get('message'),
    answer: (id) => JSON.stringify({ sid: `SM${id}`, status: 'queued' }),
    content: { text: 'Your parcel: 10% “off” & more', parts: 1, encoding: 'unicode' },
  }),
  'nhn-alimtalk': nhn,
  'nhn-friendtalk': nhn,
  'whatsapp-cloud': overHttp({
    oneStep: true,
    settings: { phoneNumberId: '106540352242922' },
    secrets: { accessToken: 'token', appSecret: 'app-secret', verifyToken: 'verify-me' },
    idOf: field('biz_opaque_callback_data'),
    answer: JSON.stringify({ messages: [{ id: 'wamid.1' }] }),
    content: chat,
  }),
  'line-messaging': overHttp({
    settings: { label: 'Shop' },
    secrets: { accessToken: 'token', channelSecret: 'line-secret' },
    idOf: ({ headers }) => String(headers['x-line-retry-key']),
    answer: JSON.stringify({ sentMessages: [{ id: '461230966842064897' }] }),
    content: chat,
    recipient: 'U123',
  }),
  'telegram-bot': overHttp({
    oneStep: true,
    settings: { label: 'Bot' },
    secrets: { botToken: '123456:ABCDEFGHIJKLMNOPQRSTUVWXYZ', webhookSecret: 'hook-secret' },
    // Telegram names a message by nothing of ours: here its text does.
    idOf: field('text'),
    answer: JSON.stringify({ ok: true, result: { message_id: 5 } }),
    content: (id: string) => ({ ...chat, text: id }),
    recipient: '99',
  }),
  fcm: {
    remote: fcmEdge,
    subject: (made) => {
      const { connectTls, http } = made.remote as FcmEdge;
      return opened(made, {
        usualPause: 60,
        services: { connectTls, http },
        settings: () => ({ android: 'system', mode: 'send' }),
        secrets: { serviceAccount: serviceAccountJson },
        content: pushed,
        recipient: 'phone',
        devices: [{ ...device, id: 'id of phone', kind: 'fcm', token: 'phone' }],
      });
    },
  },
  vapid: {
    remote: () => tlsPushService(pair.publicKey),
    subject: (made) => {
      const { endpoint, keys } = (made.remote as Awaited<ReturnType<typeof tlsPushService>>).subscription;
      const data = { ...keys, vapidKey: pair.publicKey };
      return opened(made, {
        ca: testAuthority,
        settings: () => ({ contact: 'shop@example.com', publicKey: pair.publicKey }),
        secrets: { keys: JSON.stringify([pair]) },
        content: pushed,
        recipient: endpoint,
        devices: [{ ...device, id: 'browser', kind: 'webpush', token: endpoint, data }],
      });
    },
  },
  webhook: hook,
  'webhook-signed': hook,
  ...Object.fromEntries(
    builtInProviders
      .filter(({ name, channel }) => name === `${channel}-http`)
      .map(({ name, channel }) => [name, locked(channel)]),
  ),
};
