import { createPublicKey, verify } from 'node:crypto';
import { FeedbackRefused, ProviderError, defineProvider, feedbackJson, httpRefusal, readEach } from '@wend/node-sdk';
import type {
  Feedback,
  FeedbackEvent,
  FeedbackRequest,
  OpenConnection,
  ProviderErrorClass,
  ProviderResponse,
  ProviderServices,
} from '@wend/node-sdk';
import { z } from 'zod';
import type { EmailContent } from '../email.channel.js';
import { MailMaker } from '../mail-maker.js';
import { readMailbox } from '../mime/header.js';
import type { Mailbox } from '../mime/header.js';
import type { Mail } from '../mime/mime.js';
import { MailApi, endpointOf, jsonOf } from './mail-api.js';
import { senderSetting } from './sender-setting.js';

const endpoints = { global: 'https://api.sendgrid.com', eu: 'https://api.eu.sendgrid.com' };
const argument = 'wend_message';
/** It tries a callback again for 24 hours. What comes twice within that changes nothing: events have ids. */
const oldestMs = 25 * 3_600_000;

const settings = z.object({
  apiKey: z.string().max(500).optional().meta({ title: 'API key', secret: true, placeholder: 'SG.…', columns: 4 }),
  region: z
    .enum(['global', 'eu'])
    .meta({ title: 'Region', options: { global: 'Global', eu: 'EU' }, columns: 2, default: 'global' }),
  from: senderSetting,
  verificationKey: z
    .string()
    .trim()
    .max(500)
    .refine((key) => key === '' || publicKey(key) !== null, 'must be the verification key as SendGrid shows it')
    .default('')
    .meta({
      title: 'Webhook verification key',
      description: 'Shown by SendGrid once you turn on the signed event webhook. Leave empty until you have set it up.',
      placeholder: 'MFkwEwYHKoZIzj0CAQYI…',
    }),
});

/** Twilio SendGrid, by its v3 API. It knows no idempotency key. */
export const sendgrid = defineProvider<EmailContent, typeof settings>({
  channel: 'email',
  name: 'sendgrid',
  title: 'Email through SendGrid',
  description: 'Twilio SendGrid sends your emails.',
  idempotent: false,
  settings,
  nameOf: ({ from }) => `SendGrid, ${readMailbox(from)?.address.split('@')[1] ?? from}`,
  sendingDomain: () => ({
    dkimElsewhere: 'SendGrid signs with a key of its own: its records are under Sender Authentication at SendGrid.',
  }),
  keptWith: [],
  open(services: ProviderServices) {
    const maker = new MailMaker(services);
    const api = new MailApi(services.http);
    return {
      receiverOf: ({ connection }) => connection?.id ?? null,
      async send(request) {
        const { connection, signal, handingOver } = request;
        if (!connection) throw new Error('SendGrid needs a connection.');
        const mail = await maker.make(request);
        const answer = await api.post({
          mail,
          signal,
          handingOver,
          request: () => ({
            method: 'POST',
            url: `${baseOf(connection)}/v3/mail/send`,
            headers: authorized(connection),
            body: JSON.stringify(bodyOf(mail)),
          }),
        });
        if (answer.status < 200 || answer.status >= 300) throw refusal(answer);
        const providerId = answer.headers['x-message-id'];
        return {
          status: 'sent',
          ...(providerId !== undefined && { providerId }),
          answer: `HTTP ${answer.status}${providerId === undefined ? '' : `, X-Message-Id: ${providerId}`}`,
        };
      },
      test: (connection) => test(services, connection),
      feedback,
    };
  },
});

function baseOf(connection: OpenConnection): string {
  return endpointOf(connection, endpoints[connection.settings['region'] === 'eu' ? 'eu' : 'global']);
}

function authorized({ secrets }: OpenConnection): Record<string, string> {
  return { authorization: `Bearer ${secrets['apiKey'] ?? ''}`, 'content-type': 'application/json' };
}

function bodyOf(mail: Mail): object {
  const mailbox = ({ name, address }: Mailbox) => ({ email: address, ...(name !== '' && { name }) });
  const files = [...mail.images, ...mail.attachments].map(({ name, type, bytes, cid }) => ({
    filename: name,
    content: bytes.toString('base64'),
    type,
    disposition: cid === undefined ? 'attachment' : 'inline',
    ...(cid !== undefined && { content_id: cid }),
  }));
  return {
    personalizations: [{ to: [{ email: mail.to }], custom_args: { [argument]: mail.id } }],
    from: mailbox(mail.from),
    ...(mail.replyTo && { reply_to: mailbox(mail.replyTo) }),
    subject: mail.subject,
    // Plain text must come first, and neither may be empty.
    content: [
      ...(mail.text.trim() === '' ? [] : [{ type: 'text/plain', value: mail.text }]),
      { type: 'text/html', value: mail.html },
    ],
    headers: mail.headers,
    ...(files.length > 0 && { attachments: files }),
    // Wend does these itself; both would count each click twice, and change the links once more.
    tracking_settings: {
      click_tracking: { enable: false, enable_text: false },
      open_tracking: { enable: false },
      subscription_tracking: { enable: false },
    },
  };
}

/** https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors */
function refusal(answer: ProviderResponse): ProviderError {
  const usual = httpRefusal(answer);
  const { errors } = jsonOf(answer.body);
  const first =
    (Array.isArray(errors) ? (errors[0] as { message?: unknown; field?: unknown } | undefined) : null) ?? {};
  const said = typeof first.message === 'string' ? first.message : `HTTP ${answer.status}`;
  const field = typeof first.field === 'string' ? first.field : '';
  const reset = Number(answer.headers['x-ratelimit-reset']);
  const untilReset = Number.isFinite(reset) && reset > 0 ? Math.max(1, Math.ceil(reset - Date.now() / 1_000)) : null;
  return new ProviderError({
    class: classOf({ status: answer.status, field, usual: usual.class }),
    message: `SendGrid said: ${said.slice(0, 300)}`,
    handedOver: false,
    retryAfterSeconds: usual.retryAfterSeconds ?? (answer.status === 429 ? untilReset : null),
    status: answer.status,
    answer: usual.answer,
  });
}

type ClassOfOptions = { status: number; field: string; usual: ProviderErrorClass };

function classOf({ status, field, usual }: ClassOfOptions): ProviderErrorClass {
  if (status === 401 || status === 403) return 'configuration';
  if (status === 400 && /^personalizations\.\d+\.to\b/.test(field)) return 'badAddress';
  if (status === 400 && /^from\b/.test(field)) return 'configuration';
  return usual;
}

async function test(services: ProviderServices, connection: OpenConnection): Promise<string> {
  const answer = await services.http({
    method: 'GET',
    url: `${baseOf(connection)}/v3/scopes`,
    headers: authorized(connection),
  });
  if (answer.status !== 200) throw refusal(answer);
  const { scopes } = jsonOf(answer.body);
  if (Array.isArray(scopes) && scopes.includes('mail.send')) return 'Connected, and the key may send.';
  throw new ProviderError({
    class: 'configuration',
    message: 'The key works, but may not send emails: give it the “Mail Send” permission.',
    handedOver: false,
  });
}

type SendGridEvent = {
  event?: string;
  email?: string;
  timestamp?: number;
  type?: string;
  reason?: string;
  status?: string;
  response?: string;
  sg_event_id?: string;
  sg_message_id?: string;
  [argument]?: string;
};

/** https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event */
function feedback(request: FeedbackRequest, connection: OpenConnection): Feedback {
  assertSigned(request, connection);
  return readEach<SendGridEvent>(feedbackJson(request), eventsOf);
}

function eventsOf(posted: SendGridEvent): FeedbackEvent[] {
  const detail = [posted.status, posted.reason ?? posted.response].filter(Boolean).join(' ');
  // What `send` was given comes back with the name of a machine behind it.
  const providerId = posted.sg_message_id?.split('.')[0];
  return kindsOf(posted).map((kind) => ({
    kind,
    ...(posted.sg_event_id !== undefined && { id: posted.sg_event_id }),
    ...(posted[argument] !== undefined && { messageId: posted[argument] }),
    ...(providerId !== undefined && { providerId }),
    ...(posted.email !== undefined && { recipient: posted.email }),
    ...(detail !== '' && { detail: detail.slice(0, 300) }),
    ...(posted.timestamp !== undefined && { at: new Date(posted.timestamp * 1_000) }),
  }));
}

/** None for what Wend sees by itself, and for what says nothing final. */
function kindsOf({ event, type, reason = '' }: SendGridEvent): FeedbackEvent['kind'][] {
  if (event === 'delivered') return ['delivered'];
  // `blocked`: it did not take this one, and may take others.
  if (event === 'bounce') return [type === 'blocked' ? 'softBounced' : 'bounced'];
  if (event === 'spamreport') return ['complained'];
  if (event === 'unsubscribe' || event === 'group_unsubscribe') return ['unsubscribed'];
  if (event !== 'dropped') return [];
  // Not sent at all, since SendGrid keeps lists of its own.
  if (/bounced|invalid address/i.test(reason)) return ['bounced'];
  if (/spam report/i.test(reason)) return ['failed', 'complained'];
  return /unsubscribed/i.test(reason) ? ['failed', 'unsubscribed'] : ['failed'];
}

function assertSigned({ headers, body }: FeedbackRequest, { settings: { verificationKey } }: OpenConnection): void {
  const key = typeof verificationKey === 'string' && verificationKey !== '' ? publicKey(verificationKey) : null;
  if (!key) throw new FeedbackRefused('This connection has no verification key yet: enter that of the event webhook.');
  const timestamp = headers['x-twilio-email-event-webhook-timestamp'] ?? '';
  const signature = Buffer.from(headers['x-twilio-email-event-webhook-signature'] ?? '', 'base64');
  if (!verify('sha256', Buffer.concat([Buffer.from(timestamp), body]), key, signature))
    throw new FeedbackRefused('The signature does not fit.');
  const age = Date.now() - Number(timestamp) * 1_000;
  if (!(age < oldestMs && age > -oldestMs)) throw new FeedbackRefused('The call is too old.');
}

/** Base64 of the DER, without the lines of PEM. */
function publicKey(text: string) {
  try {
    const base64 = text.replace(/-----[A-Z ]+-----|\s/g, '');
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ec' ? key : null;
  } catch {
    return null;
  }
}
