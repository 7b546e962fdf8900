import { createHash, timingSafeEqual } from 'node:crypto';
import type { SettingMeta } from '@wend/contract';
import { FeedbackRefused, ProviderError, feedbackJson, httpRefusal, readEach } from '@wend/node-sdk';
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
import type { ChatContent } from '../chat.js';
import type { ApprovedContent } from '../../locked-template/index.js';

const meta = (words: SettingMeta): SettingMeta => words;

const settings = z.object({
  appKey: z
    .string()
    .trim()
    .regex(/^[\w-]{4,80}$/, 'must be the app key of your NHN Cloud project')
    .meta(meta({ title: 'App key', columns: 3 })),
  secretKey: z
    .string()
    .trim()
    .max(200)
    .default('')
    .meta(meta({ title: 'Secret key', secret: true, columns: 3 })),
  senderKey: z
    .string()
    .trim()
    .length(40, 'must have 40 characters: it is the sender key of your KakaoTalk channel')
    .meta(meta({ title: 'Sender key', description: 'Of the KakaoTalk channel that the messages come from.' })),
  webhookSignature: z
    .string()
    .trim()
    .max(200)
    .default('')
    .meta(
      meta({
        title: 'Webhook signature',
        description:
          'Make one up and enter it at NHN Cloud with a webhook for “message result” events. Leave empty to get no receipts.',
        secret: true,
      }),
    ),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .default('https://kakaotalk-bizmessage.api.nhncloudservice.com')
    .meta(meta({ title: 'API address', description: 'Leave as it is unless NHN Cloud gave you another one.' })),
});
type Settings = z.output<typeof settings>;
type Call = {
  url: string;
  /** What `kakaoMessageType` of its receipts begins with. */
  type: string;
  body: (request: SendRequest<NhnContent>, set: Settings) => object;
};
export type NhnContent = ChatContent & Partial<ApprovedContent>;

/** What both providers of NHN Cloud’s KakaoTalk Bizmessage v2.3 have. */
export const nhnCommon = {
  // A key that was used in the last ten minutes is refused, which says that the message was taken; later it goes out anew.
  idempotent: true,
  keySeconds: 600,
  settings,
  nameOf: ({ senderKey }: Settings) => `NHN Cloud ${senderKey.slice(0, 8)}…`,
  optional: ['webhookSignature'],
  keptWith: ['appKey', 'baseUrl'],
} as const;

/**
 * NHN Cloud’s KakaoTalk Bizmessage at work
 * (https://docs.nhncloud.com/en/Notification/KakaoTalk%20Bizmessage/en/alimtalk-api-guide/).
 */
export class Nhn implements ProviderCode<NhnContent> {
  constructor(
    private readonly services: ProviderServices,
    private readonly call: Call,
  ) {}

  async send(request: SendRequest<NhnContent>): Promise<SendResult> {
    const { connection, idempotencyKey, signal, handingOver } = request;
    if (!connection) throw new Error('NHN Cloud needs a connection.');
    await handingOver();
    const response = await this.services.http({
      method: 'POST',
      url: `${appUrl(connection, this.call.url)}/messages`,
      headers: { ...keys(connection), 'x-nc-api-idempotency-key': idempotencyKey },
      body: JSON.stringify(this.call.body(request, connection.settings as Settings)),
      signal,
    });
    const answer = read(response);
    const repeated =
      answer.header?.resultCode === keyUsedBefore || /idempoten|중복/i.test(answer.header?.resultMessage ?? '');
    if (answer.header?.isSuccessful !== true && !repeated) throw refusal(response, answer.header);
    const [result] = answer.message?.sendResults ?? [];
    if (result && result.resultCode !== 0) throw refusal(response, result);
    const id = answer.message?.requestId;
    return {
      status: 'sent',
      ...(id !== undefined && { providerId: id }),
      detail: repeated ? 'NHN Cloud has it already' : 'NHN Cloud: accepted',
      answer: response.body.slice(0, 4_000),
    };
  }

  /** Asks for one of the channel’s templates, which needs both keys to be right. */
  async test(connection: OpenConnection): Promise<string> {
    const { senderKey } = connection.settings as Settings;
    const response = await this.services.http({
      method: 'GET',
      url: `${appUrl(connection, 'alimtalk/v2.3')}/senders/${senderKey}/templates?pageSize=1`,
      headers: keys(connection),
    });
    const { header } = read(response);
    if (header?.isSuccessful !== true) throw refusal(response, header);
    return 'NHN Cloud knows the keys and the KakaoTalk channel.';
  }

  feedback(request: FeedbackRequest, connection: OpenConnection): Feedback {
    verify(request, connection);
    const { appKey, event, hooks } = (feedbackJson(request) ?? {}) as Posted;
    // One webhook hears of all of an app: templates, and messages of every kind.
    if (event !== 'MESSAGE_RESULT_UPDATE' || appKey !== (connection.settings as Settings).appKey) return { events: [] };
    return readEach<Hook>(hooks, (hook) =>
      String(hook.kakaoMessageType).startsWith(this.call.type) ? eventsOf(hook) : [],
    );
  }
}

/** The key was used in the last ten minutes. */
const keyUsedBefore = -1_005;

function appUrl(connection: OpenConnection, path: string): string {
  const { baseUrl, appKey } = connection.settings as Settings;
  return `${baseUrl.replace(/\/+$/, '')}/${path}/appkeys/${encodeURIComponent(appKey)}`;
}

function keys({ secrets }: OpenConnection): Record<string, string> {
  return {
    'x-secret-key': secrets['secretKey'] ?? '',
    'content-type': 'application/json;charset=UTF-8',
    'user-agent': 'Wend',
  };
}

/** Numbers of Korea go without the country. */
export function domestic(recipient: string | null): string {
  if (recipient === null)
    throw new ProviderError({ class: 'badAddress', message: 'There is no number to send to.', handedOver: false });
  return recipient.startsWith('+82') ? `0${recipient.slice(3)}` : recipient;
}

type Result = { resultCode?: number; resultMessage?: string };
type Answer = {
  header?: Result & { isSuccessful?: boolean };
  message?: { requestId?: string; sendResults?: Result[] };
};

function read({ body }: ProviderResponse): Answer {
  try {
    return (JSON.parse(body) as Answer | null) ?? {};
  } catch {
    return {};
  }
}

/** By the result codes of the guide: what they say of keys and senders somebody can put right. */
function classOf(code: number | undefined, message: string): ProviderErrorClass {
  if (/secret|appkey|senderkey|발신 ?프로필|unauthorized/i.test(message)) return 'configuration';
  // Who has no KakaoTalk, or is no friend of the channel, may be one tomorrow: only this message is lost.
  if (/recipientno|수신 ?번호/i.test(message)) return 'badAddress';
  return code !== undefined && code <= -9_000 ? 'serverError' : 'rejected';
}

function refusal(response: ProviderResponse, result: Result | undefined): ProviderError {
  const { status, body } = response;
  if (status === 429 || status >= 500 || result?.resultMessage === undefined) {
    // An answer of success that nobody can read: it may have been taken.
    if (status >= 200 && status < 300)
      return new ProviderError({
        class: 'serverError',
        message: 'NHN Cloud answered something that cannot be read.',
        handedOver: true,
        status,
        answer: body.slice(0, 4_000),
      });
    return httpRefusal(response);
  }
  return new ProviderError({
    class: classOf(result.resultCode, result.resultMessage),
    message: `NHN Cloud: ${result.resultMessage} (${result.resultCode ?? status})`,
    handedOver: false,
    status,
    answer: body.slice(0, 4_000),
  });
}

/** https://docs.nhncloud.com/en/Notification/KakaoTalk%20Bizmessage/en/webhook-api-guide/ */
type Posted = { appKey?: unknown; event?: unknown; hooks?: unknown };
type Hook = {
  hookId?: unknown;
  kakaoMessageType?: unknown;
  requestId?: unknown;
  recipientNo?: unknown;
  recipientGroupingKey?: unknown;
  resultCode?: unknown;
  receiveDate?: unknown;
};

/**
 * By the delivery result codes of the guide; all others say that it was not delivered. 3005: taken by KakaoTalk, and
 * perhaps received within three days. 3020: blocks the channel's alimtalk.
 */
const outcomes: Record<string, FeedbackKind[]> = {
  '1000': ['delivered'],
  '1020': ['bounced'],
  '3005': ['sent'],
  '3008': ['bounced'],
  '3018': ['softBounced'],
  '3019': ['softBounced'],
  '3020': ['failed', 'unsubscribed'],
  '3021': ['softBounced'],
};
/** No result is known, or not yet. */
const undecided = new Set(['', '4000', '4001', '4161']);

function eventsOf({ resultCode, ...hook }: Hook): FeedbackEvent[] {
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
  const code = text(resultCode);
  const [id, providerId, messageId] = [text(hook.hookId), text(hook.requestId), text(hook.recipientGroupingKey)];
  if (undecided.has(code) || (providerId === '' && messageId === '')) return [];
  const at = timeOf(text(hook.receiveDate));
  const recipient = text(hook.recipientNo);
  return (outcomes[code] ?? ['failed']).map((kind) => ({
    kind,
    ...(id !== '' && { id }),
    ...(providerId !== '' && { providerId }),
    ...(messageId !== '' && { messageId }),
    ...(recipient !== '' && { recipient: recipient.replace(/^0(?=1)/, '+82') }),
    ...(kind !== 'delivered' && { detail: `NHN Cloud: result code ${code}` }),
    ...(at && { at }),
  }));
}

/** Times of NHN Cloud are those of Korea. */
function timeOf(text: string): Date | null {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/.exec(text) ?? [];
  const at = new Date(`${day}T${time}+09:00`);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** NHN Cloud signs nothing: it sends the text that was entered with the webhook. */
function verify({ headers }: FeedbackRequest, { secrets, oldSecrets }: OpenConnection): void {
  const given = headers['x-toast-webhook-signature'] ?? '';
  const known = [secrets['webhookSignature'], oldSecrets?.['webhookSignature']].filter(Boolean) as string[];
  if (known.length === 0)
    throw new FeedbackRefused('This connection has no webhook signature yet: enter that of the webhook at NHN Cloud.');
  if (!known.some((secret) => same(given, secret)))
    throw new FeedbackRefused('The webhook signature is not the one of this connection.');
}

/** In a time that does not tell where they differ. */
function same(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
