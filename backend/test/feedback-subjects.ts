import { createHmac, createSign, generateKeyPairSync, sign } from 'node:crypto';
import { httpTemplate } from '@wend/contract';
import type { FeedbackKind, ProviderServices } from '@wend/node-sdk';
import { Webhook } from 'standardwebhooks';
import { builtInProviders } from '../src/channels/built-in.js';
import { googleCertificate } from './google-certificates.js';

/** What the other side tells of one message, or of one person. */
export type Told = {
  kind: FeedbackKind;
  /** Ours and theirs; what is undefined is not named. */
  messageId: string | undefined;
  providerId: string | undefined;
  recipient: string;
  /** The same for what is told again. */
  eventId: string;
};
export type Call = { body: string; headers: Record<string, string>; query?: string };
/** Who makes a call: the other side, with the secret of now or of before a rotation; somebody else; nobody who signs. */
export type Signer = 'now' | 'before' | 'stranger' | 'nobody';
export type How = { by: Signer; at: Date; address: string };

/** The other side of a provider that calls back. */
export type FeedbackSubject = {
  settings?: Record<string, unknown>;
  secrets?: Record<string, string>;
  /** Of before a rotation. Left out where calls are verified by something else than a secret. */
  before?: Record<string, string>;
  /** What it tells of a message one after the other; null where it tells of people only. */
  road: readonly [FeedbackKind, FeedbackKind] | null;
  /** What it tells of people. */
  people?: FeedbackKind;
  /** Which ids its calls name messages by. */
  names: readonly ('ours' | 'theirs')[];
  /** Whether a call tells of several. */
  batch: boolean;
  /** The body is what is signed, not only an address or a header. */
  signsBody: boolean;
  /** So old a call may be; left out where it says no time that is signed. */
  oldestMs?: number;
  /** Items that a call of several may have, and nobody can read. */
  junk: readonly unknown[];
  services?: Partial<ProviderServices>;
  call: (items: readonly unknown[], how: How) => Call;
};

const isTold = (item: unknown): item is Told => typeof item === 'object' && item !== null && 'eventId' in item;
/** Each item as the other side writes it; what is no item stays. */
const written = (items: readonly unknown[], write: (told: Told) => unknown) =>
  items.map((item) => (isTold(item) ? write(item) : item));
const hmac = (algorithm: string, secret: string, text: string, encoding: 'hex' | 'base64') =>
  createHmac(algorithm, secret).update(text).digest(encoding);
const secretOf = (by: Signer) =>
  ({ now: 'secret of now', before: 'secret of before', stranger: 'guess', nobody: '' })[by];
const signedBy = (by: Signer, headers: Record<string, string>) => (by === 'nobody' ? {} : headers);
const junk = [null, 7, 'text', [], { id: { not: 'a text' }, status: 5 }];
const seconds = (at: Date) => Math.floor(at.getTime() / 1_000);

const whsec = (by: Signer) => `whsec_${Buffer.from(secretOf(by).padEnd(32, '-')).toString('base64')}`;
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const otherCurve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const topic = 'arn:aws:sns:eu-west-1:123456789012:email-events';
const certificateUrl = 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b2c.pem';

const resend: FeedbackSubject = {
  secrets: { apiKey: 're_test', signingSecret: whsec('now') },
  before: { apiKey: 're_test', signingSecret: whsec('before') },
  road: ['delivered', 'bounced'],
  names: ['ours', 'theirs'],
  batch: false,
  signsBody: true,
  oldestMs: 6 * 60_000,
  junk: [
    { type: 'email.delivered', data: null },
    { type: 'email.delivered', data: { to: [5, null], tags: [null] } },
  ],
  call(items, { by, at }) {
    const [item] = written(items, ({ kind, messageId, providerId, recipient }) => ({
      type: `email.${kind}`,
      created_at: at.toISOString(),
      data: {
        email_id: providerId,
        to: [recipient],
        ...(messageId !== undefined && { tags: { wend_message: messageId } }),
        ...(kind === 'bounced' && { bounce: { type: 'Permanent' } }),
      },
    }));
    const body = JSON.stringify(item);
    const id = `msg_${(items[0] as Partial<Told> | null)?.eventId ?? 'junk'}`;
    const headers = {
      'svix-id': id,
      'svix-timestamp': String(seconds(at)),
      'svix-signature': new Webhook(whsec(by)).sign(id, at, body),
    };
    return { body, headers: signedBy(by, headers) };
  },
};

const sendgrid: FeedbackSubject = {
  settings: { verificationKey: curve.publicKey.export({ type: 'spki', format: 'der' }).toString('base64') },
  secrets: { apiKey: 'SG.test' },
  road: ['delivered', 'bounced'],
  names: ['ours', 'theirs'],
  batch: true,
  signsBody: true,
  oldestMs: 26 * 3_600_000,
  junk: [...junk, { event: 'delivered', sg_message_id: 5 }, { event: 'bounce', reason: {}, timestamp: 'never' }],
  call(items, { by, at }) {
    const body = JSON.stringify(
      written(items, ({ kind, messageId, providerId, recipient, eventId }) => ({
        email: recipient,
        timestamp: seconds(at),
        event: kind === 'bounced' ? 'bounce' : kind,
        sg_event_id: eventId,
        ...(providerId !== undefined && { sg_message_id: `${providerId}.recvd-5f-abc-1` }),
        ...(messageId !== undefined && { wend_message: messageId }),
      })),
    );
    const timestamp = String(seconds(at));
    const key = by === 'stranger' ? otherCurve.privateKey : curve.privateKey;
    const headers = {
      'x-twilio-email-event-webhook-timestamp': timestamp,
      'x-twilio-email-event-webhook-signature': createSign('sha256').update(timestamp).update(body).sign(key, 'base64'),
    };
    return { body, headers: signedBy(by, headers) };
  },
};

const ses: FeedbackSubject = {
  settings: { topicArn: topic, accessKeyId: 'AKIAIOSFODNN7EXAMPLE', region: 'eu-west-1' },
  secrets: { secretAccessKey: 'key' },
  road: ['delivered', 'bounced'],
  names: ['ours', 'theirs'],
  batch: false,
  signsBody: true,
  oldestMs: 3 * 3_600_000,
  junk: [
    null,
    { notificationType: 'Bounce', mail: null, bounce: { bouncedRecipients: [null, 5, {}] } },
    { notificationType: 'Delivery', mail: { headers: [null], tags: 5 }, delivery: { recipients: [null] } },
  ],
  services: { http: async () => ({ status: 200, headers: {}, body: googleCertificate.cert }) },
  call(items, { by, at }) {
    const [message] = written(items, ({ kind, messageId, providerId, recipient }) => ({
      notificationType: kind === 'delivered' ? 'Delivery' : 'Bounce',
      mail: {
        messageId: providerId,
        ...(messageId !== undefined && { headers: [{ name: 'X-Wend-Message', value: messageId }] }),
      },
      ...(kind === 'delivered'
        ? { delivery: { recipients: [recipient], timestamp: at.toISOString() } }
        : { bounce: { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: recipient }] } }),
    }));
    const notice: Record<string, string> = {
      Type: 'Notification',
      MessageId: `sns-${(items[0] as Partial<Told> | null)?.eventId ?? 'junk'}`,
      TopicArn: topic,
      Timestamp: at.toISOString(),
      Message: JSON.stringify(message),
      SignatureVersion: '2',
      SigningCertURL: certificateUrl,
    };
    const text = ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type'].map((name) => `${name}\n${notice[name]}\n`);
    const key = by === 'stranger' ? otherCurve.privateKey : googleCertificate.key;
    const Signature = sign('sha256', Buffer.from(text.join('')), key).toString('base64');
    return { body: JSON.stringify({ ...notice, ...(by !== 'nobody' && { Signature }) }), headers: {} };
  },
};

const twilio: FeedbackSubject = {
  settings: { accountSid: `AC${'a'.repeat(32)}`, sender: '+15005550006' },
  secrets: { authToken: secretOf('now') },
  before: { authToken: secretOf('before') },
  road: ['sent', 'delivered'],
  names: ['ours', 'theirs'],
  batch: false,
  signsBody: true,
  junk: [{}, { MessageStatus: 'delivered' }, { MessageSid: 'SM1', MessageStatus: 'dancing' }],
  call(items, { by, address }) {
    const [item] = items;
    const told = isTold(item) ? item : null;
    const query = told?.messageId === undefined ? '' : `?message=${told.messageId}`;
    const fields: Record<string, string> = told
      ? { MessageSid: told.providerId ?? 'SM0', MessageStatus: told.kind, To: told.recipient }
      : (item as Record<string, string>);
    const signed = Object.keys(fields)
      .sort()
      .reduce((text, name) => text + name + fields[name], address + query);
    return {
      query,
      body: new URLSearchParams(fields).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...signedBy(by, { 'x-twilio-signature': hmac('sha1', secretOf(by), signed, 'base64') }),
      },
    };
  },
};

const whatsapp: FeedbackSubject = {
  settings: { phoneNumberId: '106540352242922' },
  secrets: { accessToken: 'token', appSecret: secretOf('now'), verifyToken: 'verify-me' },
  before: { accessToken: 'token', appSecret: secretOf('before'), verifyToken: 'verify-me' },
  road: ['sent', 'delivered'],
  names: ['ours', 'theirs'],
  batch: true,
  signsBody: true,
  junk: [
    ...junk,
    { id: 'wamid.0', status: 'failed', errors: 5 },
    { id: 'wamid.0', status: 'delivered', timestamp: {} },
  ],
  call(items, { by, at }) {
    const statuses = written(items, ({ kind, messageId, providerId, recipient }) => ({
      id: providerId ?? 'wamid.0',
      status: kind,
      timestamp: String(seconds(at)),
      recipient_id: recipient.slice(1),
      ...(messageId !== undefined && { biz_opaque_callback_data: messageId }),
    }));
    // One entry that cannot be read, too.
    const body = JSON.stringify({ entry: [null, { changes: [null, { value: { statuses } }] }] });
    const signature = `sha256=${hmac('sha256', secretOf(by), body, 'hex')}`;
    return { body, headers: signedBy(by, { 'x-hub-signature-256': signature }) };
  },
};

const line: FeedbackSubject = {
  settings: { label: 'Shop' },
  secrets: { accessToken: 'token', channelSecret: secretOf('now') },
  before: { accessToken: 'token', channelSecret: secretOf('before') },
  road: null,
  people: 'unsubscribed',
  names: [],
  batch: true,
  signsBody: true,
  junk: [...junk, { type: 'unfollow', source: 5 }, { type: 'message', source: { userId: 'U' }, message: null }],
  call(items, { by, at }) {
    const events = written(items, ({ recipient, eventId }) => ({
      type: 'unfollow',
      webhookEventId: eventId,
      timestamp: at.getTime(),
      source: { userId: recipient },
    }));
    const body = JSON.stringify({ events });
    return { body, headers: signedBy(by, { 'x-line-signature': hmac('sha256', secretOf(by), body, 'base64') }) };
  },
};

const telegramSecret = (by: Signer) => secretOf(by).replaceAll(' ', '-');
const telegram: FeedbackSubject = {
  settings: { label: 'Bot' },
  secrets: { botToken: '123456:ABCDEFGHIJKLMNOPQRSTUVWXYZ', webhookSecret: telegramSecret('now') },
  before: { botToken: '123456:ABCDEFGHIJKLMNOPQRSTUVWXYZ', webhookSecret: telegramSecret('before') },
  road: null,
  people: 'unsubscribed',
  names: [],
  batch: false,
  signsBody: false,
  junk: [null, 5, { message: null, my_chat_member: { chat: null } }, { message: { chat: { id: 5 }, text: 7 } }],
  call(items, { by, at }) {
    const [item] = written(items, ({ recipient, eventId }) => ({
      update_id: eventId,
      my_chat_member: { date: seconds(at), chat: { id: recipient }, new_chat_member: { status: 'kicked' } },
    }));
    const headers = signedBy(by, { 'x-telegram-bot-api-secret-token': telegramSecret(by) });
    return { body: JSON.stringify(item), headers };
  },
};

const nhn = (messageType: string): FeedbackSubject => ({
  settings: { appKey: 'appkey', senderKey: 's'.repeat(40) },
  secrets: { secretKey: 'nhn-secret', webhookSignature: secretOf('now') },
  before: { secretKey: 'nhn-secret', webhookSignature: secretOf('before') },
  // Taken by KakaoTalk but not confirmed yet, then delivered.
  road: ['sent', 'delivered'],
  names: ['ours', 'theirs'],
  batch: true,
  signsBody: false,
  junk: [
    ...junk,
    { kakaoMessageType: messageType, resultCode: {}, requestId: 'r0' },
    { kakaoMessageType: messageType, resultCode: '1000', requestId: {}, receiveDate: 5 },
  ],
  call(items, { by, at }) {
    const hooks = written(items, ({ kind, messageId, providerId, recipient, eventId }) => ({
      hookId: eventId,
      kakaoMessageType: messageType,
      requestId: providerId,
      recipientSeq: 1,
      recipientNo: recipient.replace('+82', '0'),
      recipientGroupingKey: messageId,
      // Of Korea, whose clocks are nine hours ahead.
      receiveDate: new Date(at.getTime() + 9 * 3_600_000).toISOString().slice(0, 19).replace('T', ' '),
      resultCode: kind === 'sent' ? '3005' : '1000',
    }));
    const body = JSON.stringify({ hooksId: 'h', appKey: 'appkey', event: 'MESSAGE_RESULT_UPDATE', hooks });
    return { body, headers: signedBy(by, { 'x-toast-webhook-signature': secretOf(by) }) };
  },
});

const templateId = '22222222-2222-4222-8222-222222222222';
const definition = httpTemplate.parse({
  kind: 'http',
  fields: [],
  call: { method: 'POST', url: '/send', bodyKind: 'none' },
  answer: { idPath: 'id' },
  receipts: {
    verification: { kind: 'hmac', header: 'x-signature', algorithm: 'sha256', encoding: 'hex' },
    eventsPath: 'receipts',
    idPath: 'id',
    messageIdPath: 'reference',
    statusPath: 'state',
    statuses: [
      { equals: ['SENT'], kind: 'sent' },
      { equals: ['DELIVERED'], kind: 'delivered' },
    ],
    recipientPath: 'to',
    eventIdPath: 'event',
  },
});
const locked = (channel: string): FeedbackSubject => ({
  settings: { label: 'Gateway', sender: '', baseUrl: 'https://gateway.example', lookUpUrl: '' },
  secrets: { receipts: secretOf('now') },
  before: { receipts: secretOf('before') },
  road: ['sent', 'delivered'],
  names: ['ours', 'theirs'],
  batch: true,
  signsBody: true,
  junk: [...junk, { state: 'DELIVERED' }, { id: ['r'], state: 'DELIVERED' }],
  services: { template: async () => ({ id: templateId, channel, name: 'Gateway', definition }) },
  call(items, { by }) {
    const receipts = written(items, ({ kind, messageId, providerId, recipient, eventId }) => ({
      id: providerId,
      reference: messageId,
      state: kind.toUpperCase(),
      to: recipient,
      event: eventId,
    }));
    const body = JSON.stringify({ receipts });
    const headers = signedBy(by, { 'x-signature': hmac('sha256', secretOf(by), body, 'hex') });
    return { body, headers, query: `?template=${templateId}` };
  },
});

/** Of every provider that Wend brings and that hears what became of its messages, by its name. */
export const feedbackSubjects: Record<string, FeedbackSubject> = {
  resend,
  sendgrid,
  ses,
  twilio,
  'whatsapp-cloud': whatsapp,
  'line-messaging': line,
  'telegram-bot': telegram,
  'nhn-alimtalk': nhn('ALIMTALK_NORMAL'),
  'nhn-friendtalk': nhn('FRIENDTALK_NORMAL'),
  ...Object.fromEntries(
    builtInProviders
      .filter(({ name, channel }) => name === `${channel}-http`)
      .map(({ name, channel }) => [name, locked(channel)]),
  ),
};
