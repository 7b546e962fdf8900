import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SettingMeta } from '@wend/contract';
import { FeedbackRefused, ProviderError, defineProvider, feedbackJson, httpRefusal, readEach } from '@wend/node-sdk';
import type {
  Feedback,
  FeedbackEvent,
  FeedbackRequest,
  OpenConnection,
  ProviderCode,
  ProviderResponse,
  ProviderServices,
  SendRequest,
  SendResult,
} from '@wend/node-sdk';
import { z } from 'zod';
import type { ChatContent } from '../../chat/chat.js';

const meta = (words: SettingMeta): SettingMeta => words;

const settings = z.object({
  label: z
    .string()
    .trim()
    .min(1)
    .max(60)
    .meta(meta({ title: 'Name', placeholder: 'Our LINE account' })),
  accessToken: z
    .string()
    .trim()
    .max(500)
    .default('')
    .meta(meta({ title: 'Channel access token', secret: true, columns: 3 })),
  channelSecret: z
    .string()
    .trim()
    .max(100)
    .default('')
    .meta(
      meta({
        title: 'Channel secret',
        description: 'What LINE signs its webhooks with.',
        secret: true,
        columns: 3,
      }),
    ),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .default('https://api.line.me')
    .meta(meta({ title: 'API address', description: 'Leave as it is.' })),
});
type Settings = z.output<typeof settings>;

/**
 * LINE by the Messaging API (https://developers.line.biz/en/reference/messaging-api/). `X-Line-Retry-Key` drops repeats for a
 * day: one that was taken before is answered with 409.
 */
export const lineMessaging = defineProvider<ChatContent, typeof settings>({
  channel: 'line',
  name: 'line-messaging',
  title: 'LINE Messaging API',
  description: 'Sends messages of your official account, and hears who blocks it and what people reply.',
  idempotent: true,
  settings,
  nameOf: ({ label }) => label,
  needs: () => ['accessToken'],
  optional: ['channelSecret'],
  keptWith: ['baseUrl'],
  open: (services) => new Line(services),
});

class Line implements ProviderCode<ChatContent> {
  constructor(private readonly services: ProviderServices) {}

  async send({
    content,
    recipient,
    idempotencyKey,
    connection,
    signal,
    handingOver,
  }: SendRequest<ChatContent>): Promise<SendResult> {
    if (!connection) throw new Error('LINE needs a connection.');
    await handingOver();
    const response = await this.services.http({
      method: 'POST',
      url: `${apiUrl(connection)}/v2/bot/message/push`,
      headers: { ...login(connection), 'content-type': 'application/json', 'x-line-retry-key': idempotencyKey },
      body: JSON.stringify({ to: recipient, messages: messagesOf(content) }),
      signal,
    });
    const taken = response.status === 409 && response.headers['x-line-accepted-request-id'] !== undefined;
    if (response.status !== 200 && !taken) throw refusal(response);
    const id = read(response).sentMessages?.[0]?.id;
    return {
      status: 'sent',
      ...(id !== undefined && { providerId: id }),
      detail: taken ? 'LINE has it already' : 'LINE: accepted',
      answer: response.body.slice(0, 4_000),
    };
  }

  async test(connection: OpenConnection): Promise<string> {
    const response = await this.services.http({
      method: 'GET',
      url: `${apiUrl(connection)}/v2/bot/info`,
      headers: login(connection),
    });
    if (response.status !== 200) throw refusal(response);
    return `LINE knows the account “${read(response).displayName ?? ''}”.`;
  }

  feedback(request: FeedbackRequest, connection: OpenConnection): Feedback {
    verify(request, connection);
    const { events } = (feedbackJson(request) ?? {}) as { events?: Happening[] };
    return readEach<Happening>(events, eventOf);
  }
}

/** A text alone, or with buttons: LINE shows those in a template whose text is short, so a long text goes before it. */
function messagesOf({ text, buttons }: ChatContent): object[] {
  if (buttons.length === 0) return [{ type: 'text', text }];
  const short = [...text].length <= 160;
  const template = {
    type: 'buttons',
    text: short ? text : [...text].slice(0, 159).join('') + '…',
    actions: buttons.map(({ label, link }) => ({ type: 'uri', label, uri: link })),
  };
  return [
    ...(short ? [] : [{ type: 'text', text }]),
    { type: 'template', altText: [...text].slice(0, 400).join(''), template },
  ];
}

type Answer = {
  message?: string;
  displayName?: string;
  details?: { message?: string; property?: string }[];
  sentMessages?: { id?: string }[];
};
type Happening = {
  type?: string;
  webhookEventId?: string;
  timestamp?: number;
  source?: { userId?: string };
  message?: { type?: string; text?: string };
};

function apiUrl({ settings: set }: OpenConnection): string {
  return (set as Settings).baseUrl.replace(/\/+$/, '');
}

function login({ secrets }: OpenConnection): Record<string, string> {
  return { authorization: `Bearer ${secrets['accessToken'] ?? ''}`, 'user-agent': 'Wend' };
}

function read({ body }: ProviderResponse): Answer {
  try {
    return (JSON.parse(body) as Answer | null) ?? {};
  } catch {
    return {};
  }
}

function refusal(response: ProviderResponse): ProviderError {
  const { message, details = [] } = read(response);
  const plain = httpRefusal(response);
  if (message === undefined) return plain;
  const said = [message, ...details.map((each) => each.message ?? '')].join(' ').trim();
  // “The property, 'to', in the request body is invalid”: other properties say nothing of the receiver.
  const nobody =
    response.status === 400 &&
    (/['"`]to['"`]|user ?id|failed to send messages/i.test(said) || details.some(({ property }) => property === 'to'));
  const keys = response.status === 401 || response.status === 403;
  // The month’s messages are used up: that is not over in a moment.
  const limit = response.status === 429 && /monthly/i.test(said);
  return new ProviderError({
    class: keys || limit ? 'configuration' : nobody ? 'badAddress' : plain.class,
    message: `LINE: ${said}`,
    handedOver: false,
    retryAfterSeconds: plain.retryAfterSeconds,
    status: response.status,
    answer: response.body.slice(0, 4_000),
  });
}

function eventOf({ type, webhookEventId, timestamp, source, message }: Happening): FeedbackEvent[] {
  const recipient = source?.userId;
  if (recipient === undefined) return [];
  const common = {
    recipient,
    ...(webhookEventId !== undefined && { id: webhookEventId }),
    ...(timestamp !== undefined && { at: new Date(timestamp) }),
  };
  if (type === 'unfollow') return [{ ...common, kind: 'unsubscribed', detail: 'Blocked the LINE account' }];
  if (type === 'follow') return [{ ...common, kind: 'resubscribed', detail: 'Follows the LINE account' }];
  if (type === 'message' && message?.text !== undefined) return [{ ...common, kind: 'replied', text: message.text }];
  return [];
}

function verify({ headers, body }: FeedbackRequest, { secrets, oldSecrets }: OpenConnection): void {
  const given = Buffer.from(headers['x-line-signature'] ?? '');
  const fits = [secrets['channelSecret'], oldSecrets?.['channelSecret']].some((secret) => {
    if (!secret) return false;
    const expected = Buffer.from(createHmac('sha256', secret).update(body).digest('base64'));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!fits) throw new FeedbackRefused('The signature is not LINE’s for this channel secret.');
}
