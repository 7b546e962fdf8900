import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { SettingMeta } from '@wend/contract';
import { FeedbackRefused, ProviderError, defineProvider, httpRefusal } from '@wend/node-sdk';
import type {
  Feedback,
  FeedbackEvent,
  FeedbackKind,
  FeedbackRequest,
  OpenConnection,
  ProviderCode,
  ProviderErrorClass,
  ProviderResponse,
  ProviderServices,
  SendRequest,
  SendResult,
} from '@wend/node-sdk';
import { z } from 'zod';
import type { SmsContent } from '../sms.channel.js';

const meta = (words: SettingMeta): SettingMeta => words;

const settings = z.object({
  accountSid: z
    .string()
    .trim()
    .regex(/^AC[0-9a-fA-F]{32}$/, 'must begin with AC and have 34 characters')
    .meta(meta({ title: 'Account SID', placeholder: 'AC…' })),
  authToken: z
    .string()
    .trim()
    .max(200)
    .default('')
    .meta(meta({ title: 'Auth token', description: 'Receipts and replies are checked with it too.', secret: true })),
  sender: z
    .string()
    .trim()
    .regex(/^(?:\+[1-9]\d{4,14}|MG[0-9a-fA-F]{32}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/, {
      message: 'must be a number such as +15005550006, a short code, a sender name, or the SID of a messaging service',
    })
    .meta(
      meta({
        title: 'Sender',
        description: 'A number of yours, a sender name, or the SID of a messaging service (MG…).',
        placeholder: '+15005550006',
      }),
    ),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .default('https://api.twilio.com')
    .meta(meta({ title: 'API address', description: 'Another one only for an edge or region of Twilio.' })),
});
type Settings = z.output<typeof settings>;
type Connection = OpenConnection<Settings>;

/**
 * SMS by Twilio’s Messages API (https://www.twilio.com/docs/messaging/api/message-resource). It has no idempotency key:
 * when an answer is lost nobody knows whether the text went out.
 */
export const twilio = defineProvider<SmsContent, typeof settings>({
  channel: 'sms',
  name: 'twilio',
  title: 'SMS through Twilio',
  description: 'Sends text messages and hears what became of them, and what people reply.',
  idempotent: false,
  settings,
  nameOf: ({ sender }) => `Twilio ${sender}`,
  keptWith: ['accountSid', 'baseUrl'],
  open: (services) => new Twilio(services),
});

class Twilio implements ProviderCode<SmsContent> {
  constructor(private readonly services: ProviderServices) {}

  async send({
    message,
    content,
    recipient,
    connection,
    signal,
    handingOver,
  }: SendRequest<SmsContent>): Promise<SendResult> {
    if (!connection) throw new Error('Twilio needs a connection.');
    if (recipient === null)
      throw new ProviderError({ class: 'badAddress', message: 'There is no number to send to.', handedOver: false });
    const { settings: set, feedbackUrl } = connection as Connection;
    const form = new URLSearchParams({
      To: recipient,
      [/^MG[0-9a-fA-F]{32}$/.test(set.sender) ? 'MessagingServiceSid' : 'From']: set.sender,
      Body: content.text,
      ...(feedbackUrl !== '' && { StatusCallback: `${feedbackUrl}?message=${message.id}` }),
    });
    await handingOver();
    const response = await this.services.http({
      method: 'POST',
      url: `${accountUrl(connection)}/Messages.json`,
      headers: { ...login(connection), 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
      signal,
    });
    if (response.status !== 200 && response.status !== 201) throw refusal(response);
    const { sid, status } = answered(response);
    return {
      status: 'sent',
      ...(sid !== undefined && { providerId: sid }),
      detail: `Twilio: ${status ?? 'accepted'}`,
      answer: response.body.slice(0, 4_000),
    };
  }

  async test(connection: OpenConnection): Promise<string> {
    const response = await this.services.http({
      method: 'GET',
      url: `${accountUrl(connection)}.json`,
      headers: login(connection),
    });
    if (response.status !== 200) throw refusal(response);
    const { friendly_name: name, status } = answered(response);
    if (status !== 'active')
      throw new ProviderError({
        class: 'configuration',
        message: `Twilio says that this account is ${status ?? 'not active'}.`,
        handedOver: false,
      });
    return `Twilio knows the account “${name ?? ''}”.`;
  }

  feedback(request: FeedbackRequest, connection: OpenConnection): Feedback {
    const form = verified(request, connection);
    const sid = form.get('MessageSid') ?? form.get('SmsSid') ?? '';
    // An empty answer in TwiML: Twilio would send any other to whoever wrote.
    const answer = { contentType: 'text/xml', body: '<Response/>' };
    if (form.has('Body') && !form.has('MessageStatus')) return { events: [reply(form, sid)], answer };
    return { events: receipt(form, { sid, messageId: new URL(request.url).searchParams.get('message') }), answer };
  }
}

function accountUrl(connection: OpenConnection): string {
  const { accountSid, baseUrl } = (connection as Connection).settings;
  return `${baseUrl.replace(/\/+$/, '')}/2010-04-01/Accounts/${accountSid}`;
}

function login(connection: OpenConnection): Record<string, string> {
  const { accountSid } = (connection as Connection).settings;
  const token = connection.secrets['authToken'] ?? '';
  return { authorization: `Basic ${Buffer.from(`${accountSid}:${token}`).toString('base64')}`, 'user-agent': 'Wend' };
}

type Answer = Partial<Record<'sid' | 'status' | 'message' | 'friendly_name', string>> & { code?: number };

function answered({ body }: ProviderResponse): Answer {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Answer) : {};
  } catch {
    return {};
  }
}

/** By Twilio’s error codes (https://www.twilio.com/docs/api/errors); the status says it of all others. */
const classes: Record<number, ProviderErrorClass> = {
  // The number: not one, not reachable by text messages, on no network.
  21211: 'badAddress',
  21214: 'badAddress',
  21217: 'badAddress',
  21265: 'badAddress',
  21612: 'badAddress',
  21614: 'badAddress',
  // The receiver has left: `unsubscribed`.
  21610: 'rejected',
  // Ours to put right: login, sender, countries that are switched off, an account without money.
  20003: 'configuration',
  20005: 'configuration',
  21212: 'configuration',
  21408: 'configuration',
  21603: 'configuration',
  21606: 'configuration',
  21659: 'configuration',
  21660: 'configuration',
  21661: 'configuration',
  21701: 'configuration',
  21703: 'configuration',
  30002: 'configuration',
  // A queue that is full, or too many at once.
  20429: 'rateLimited',
  21611: 'rateLimited',
  30001: 'rateLimited',
};

function refusal(response: ProviderResponse): ProviderError {
  const usual = httpRefusal(response);
  const { code, message } = answered(response);
  const known = code === undefined ? undefined : classes[code];
  return new ProviderError({
    class: known ?? (response.status === 401 || response.status === 403 ? 'configuration' : usual.class),
    message: code === undefined ? usual.message : `Twilio ${code}: ${(message ?? '').slice(0, 300)}`,
    handedOver: false,
    retryAfterSeconds: usual.retryAfterSeconds,
    status: response.status,
    answer: usual.answer,
    unsubscribed: code === 21_610,
  });
}

const kinds: Record<string, FeedbackKind> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'opened',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};
/** What a network says of the number itself, for good and for now. */
const dead = new Set(['21211', '21614', '30005', '30006']);
const away = new Set(['30003', '30008']);

function receipt(
  form: URLSearchParams,
  { sid, messageId }: { sid: string; messageId: string | null },
): FeedbackEvent[] {
  const status = form.get('MessageStatus') ?? form.get('SmsStatus') ?? '';
  const kind = kinds[status];
  if (!kind || sid === '') return [];
  const code = form.get('ErrorCode');
  const recipient = form.get('To');
  return (kind === 'failed' ? failuresOf(code) : [kind]).map((each) => ({
    kind: each,
    providerId: sid,
    id: `${sid}:${status}`,
    ...(messageId !== null && { messageId }),
    ...(recipient !== null && { recipient }),
    ...(code !== null && {
      detail: `Twilio ${code}${form.has('ErrorMessage') ? `: ${form.get('ErrorMessage')}` : ''}`,
    }),
  }));
}

/** Whoever has left does not get this one either. */
function failuresOf(code: string | null): FeedbackKind[] {
  if (code === '21610') return ['failed', 'unsubscribed'];
  if (code !== null && dead.has(code)) return ['bounced'];
  return [code !== null && away.has(code) ? 'softBounced' : 'failed'];
}

/** `OptOutType` comes from Twilio’s own opt-out, which has answered already. */
function reply(form: URLSearchParams, sid: string): FeedbackEvent {
  return {
    kind: 'replied',
    id: sid,
    recipient: form.get('From') ?? '',
    to: form.get('To') ?? '',
    text: form.get('Body') ?? '',
    ...(form.has('OptOutType') && { answered: true }),
  };
}

/**
 * The fields of a call that Twilio signed: the whole address, query included, and each field with its value, sorted by
 * name (https://www.twilio.com/docs/usage/webhooks/webhooks-security).
 */
function verified({ method, url, headers, body }: FeedbackRequest, connection: OpenConnection): URLSearchParams {
  const form = new URLSearchParams(method === 'GET' ? '' : body.toString('utf8'));
  const names = [...new Set(form.keys())].sort();
  const signed =
    url +
    names
      .map((name) =>
        [...new Set(form.getAll(name))]
          .sort()
          .map((each) => name + each)
          .join(''),
      )
      .join('');
  const given = headers['x-twilio-signature'] ?? '';
  const tokens = [connection.secrets['authToken'], connection.oldSecrets?.['authToken']];
  const valid = tokens.some(
    (token) =>
      token !== undefined &&
      token !== '' &&
      same(given, createHmac('sha1', token).update(signed, 'utf8').digest('base64')),
  );
  if (!valid) throw new FeedbackRefused('This call is not signed with the auth token of this connection.');
  return method === 'GET' ? new URL(url).searchParams : form;
}

/** In a time that does not tell where they differ. */
function same(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
