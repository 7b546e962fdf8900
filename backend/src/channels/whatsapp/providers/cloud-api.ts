import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SettingMeta } from '@wend/contract';
import { FeedbackRefused, ProviderError, defineProvider, feedbackJson, httpRefusal, readEach } from '@wend/node-sdk';
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
import type { ChatContent } from '../../chat/chat.js';
import type { ApprovedContent } from '../../locked-template/index.js';

const meta = (words: SettingMeta): SettingMeta => words;

const settings = z.object({
  phoneNumberId: z
    .string()
    .trim()
    .regex(/^\d{5,30}$/, 'must be the number’s ID from the WhatsApp settings of your Meta app: digits only')
    .meta(meta({ title: 'Phone number ID', columns: 3 })),
  accessToken: z
    .string()
    .trim()
    .max(1_000)
    .default('')
    .meta(meta({ title: 'Access token', secret: true, columns: 3 })),
  appSecret: z
    .string()
    .trim()
    .max(200)
    .default('')
    .meta(
      meta({
        title: 'App secret',
        description: 'What Meta signs receipts and replies with.',
        secret: true,
        columns: 3,
      }),
    ),
  verifyToken: z
    .string()
    .trim()
    .max(200)
    .default('')
    .meta(
      meta({
        title: 'Verify token',
        description: 'Make one up, and enter it beside the address for receipts in your Meta app.',
        secret: true,
        columns: 3,
      }),
    ),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .default('https://graph.facebook.com/v23.0')
    .meta(meta({ title: 'API address', description: 'With the version of the Graph API.' })),
});
type Settings = z.output<typeof settings>;
type Content = ChatContent & Partial<ApprovedContent>;

/**
 * WhatsApp by Meta’s Cloud API (https://developers.facebook.com/docs/whatsapp/cloud-api). It has no idempotency key: when
 * an answer is lost nobody knows whether the message went out.
 */
export const whatsappCloud = defineProvider<Content, typeof settings>({
  channel: 'whatsapp',
  name: 'whatsapp-cloud',
  title: 'WhatsApp Cloud API',
  description: 'Sends approved templates, and hears what became of them and what people reply.',
  idempotent: false,
  sends: ['approved'],
  settings,
  nameOf: ({ phoneNumberId }) => `WhatsApp ${phoneNumberId}`,
  needs: () => ['accessToken'],
  optional: ['appSecret', 'verifyToken'],
  keptWith: ['phoneNumberId', 'baseUrl'],
  open: (services) => new WhatsApp(services),
});

class WhatsApp implements ProviderCode<Content> {
  constructor(private readonly services: ProviderServices) {}

  async send({
    message,
    content,
    recipient,
    connection,
    signal,
    handingOver,
  }: SendRequest<Content>): Promise<SendResult> {
    if (!connection) throw new Error('WhatsApp needs a connection.');
    const { approved } = content;
    if (recipient === null || !approved)
      throw new ProviderError({ class: 'rejected', message: 'There is no number or no template.', handedOver: false });
    await handingOver();
    const response = await this.services.http({
      method: 'POST',
      url: `${numberUrl(connection)}/messages`,
      headers: { ...login(connection), 'content-type': 'application/json' },
      body: JSON.stringify({
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: recipient.replace(/^\+/, ''),
        type: 'template',
        biz_opaque_callback_data: message.id,
        template: {
          name: approved.code,
          language: { code: approved.language ?? 'en_US' },
          components: componentsOf(approved),
        },
      }),
      signal,
    });
    if (response.status !== 200) throw refusal(response);
    const id = read(response).messages?.[0]?.id;
    if (id === undefined)
      throw new ProviderError({
        class: 'serverError',
        message: 'WhatsApp answered something that cannot be read.',
        handedOver: true,
        status: response.status,
        answer: response.body.slice(0, 4_000),
      });
    return { status: 'sent', providerId: id, detail: 'WhatsApp: accepted', answer: response.body.slice(0, 4_000) };
  }

  async test(connection: OpenConnection): Promise<string> {
    const response = await this.services.http({
      method: 'GET',
      url: `${numberUrl(connection)}?fields=display_phone_number,verified_name`,
      headers: login(connection),
    });
    if (response.status !== 200) throw refusal(response);
    const { display_phone_number: number = '', verified_name: name = '' } = read(response);
    return `WhatsApp knows the number ${number} (${name}).`;
  }

  feedback(request: FeedbackRequest, connection: OpenConnection): Feedback {
    if (request.method === 'GET') return { events: [], answer: challenge(request, connection) };
    verify(request, connection);
    const { entry } = (feedbackJson(request) ?? {}) as Update;
    let unread = 0;
    const each = <Item extends object>(list: unknown, told: (item: Item) => FeedbackEvent[]): FeedbackEvent[] => {
      const read = readEach<Item>(list, told);
      unread += read.unread;
      return read.events;
    };
    const events = each<Entry>(entry, ({ changes }) =>
      each<Change>(changes, ({ value }) => [
        ...each<Status>(value?.statuses, statusOf),
        ...each<Reply>(value?.messages, (reply) => replyOf(reply, value?.metadata?.display_phone_number)),
      ]),
    );
    return { events, unread };
  }
}

function numberUrl({ settings: set }: OpenConnection): string {
  const { baseUrl, phoneNumberId } = set as Settings;
  return `${baseUrl.replace(/\/+$/, '')}/${phoneNumberId}`;
}

function login({ secrets }: OpenConnection): Record<string, string> {
  return { authorization: `Bearer ${secrets['accessToken'] ?? ''}`, 'user-agent': 'Wend' };
}

/** Variables of the text: those named by numbers go in their order, others by name. */
function componentsOf({ textVariables, variables, buttons }: ApprovedContent['approved']): object[] {
  const named = textVariables.map((name): [string, string] => [name, variables[name] ?? '']);
  const ordered = named.every(([name]) => /^\d+$/.test(name)) ? named.sort(([a], [b]) => Number(a) - Number(b)) : named;
  const parameters = ordered.map(([name, text]) => ({
    type: 'text',
    ...(/^\d+$/.test(name) ? {} : { parameter_name: name }),
    text,
  }));
  return [
    ...(parameters.length > 0 ? [{ type: 'body', parameters }] : []),
    ...buttons.flatMap(({ kind, suffix }, index) =>
      kind === 'web' && suffix !== undefined
        ? [{ type: 'button', sub_type: 'url', index: String(index), parameters: [{ type: 'text', text: suffix }] }]
        : [],
    ),
  ];
}

type Answer = {
  messages?: { id?: string }[];
  display_phone_number?: string;
  verified_name?: string;
  error?: { code?: number; message?: string; error_data?: { details?: string } };
};
type Status = {
  id?: string;
  status?: string;
  timestamp?: string;
  recipient_id?: string;
  biz_opaque_callback_data?: string;
  errors?: { code?: number; title?: string; message?: string }[];
};
type Reply = {
  id?: string;
  from?: string;
  timestamp?: string;
  text?: { body?: string };
  button?: { text?: string };
};
type Change = {
  value?: { metadata?: { display_phone_number?: string }; statuses?: Status[]; messages?: Reply[] };
};
type Entry = { changes?: Change[] };
type Update = { entry?: Entry[] };

function read({ body }: ProviderResponse): Answer {
  try {
    return (JSON.parse(body) as Answer | null) ?? {};
  } catch {
    return {};
  }
}

/** https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes */
const classes: Record<number, ProviderErrorClass> = {
  4: 'rateLimited',
  80007: 'rateLimited',
  130429: 'rateLimited',
  131048: 'rateLimited',
  131056: 'rateLimited',
  0: 'configuration',
  10: 'configuration',
  190: 'configuration',
  131005: 'configuration',
  131031: 'configuration',
  131042: 'configuration',
  131000: 'serverError',
  131016: 'serverError',
  133004: 'serverError',
  131021: 'badAddress',
};

function refusal(response: ProviderResponse): ProviderError {
  const { error } = read(response);
  if (error?.code === undefined) return httpRefusal(response);
  const known = classes[error.code];
  const plain = httpRefusal(response);
  return new ProviderError({
    class: known ?? plain.class,
    message: `WhatsApp: ${error.error_data?.details ?? error.message ?? 'refused'} (${error.code})`,
    handedOver: false,
    retryAfterSeconds: plain.retryAfterSeconds,
    status: response.status,
    answer: response.body.slice(0, 4_000),
  });
}

const kinds: Record<string, FeedbackKind> = { sent: 'sent', delivered: 'delivered', read: 'opened', failed: 'failed' };

function statusOf(status: Status): FeedbackEvent[] {
  const kind = kinds[status.status ?? ''];
  if (!kind || status.id === undefined) return [];
  const [error] = status.errors ?? [];
  return [
    {
      // Undeliverable: perhaps not on WhatsApp, perhaps only an old app or terms that were not accepted yet. Time tells.
      kind: kind === 'failed' && error?.code === 131026 ? 'softBounced' : kind,
      providerId: status.id,
      id: `${status.id}:${status.status ?? ''}`,
      ...(status.biz_opaque_callback_data !== undefined && { messageId: status.biz_opaque_callback_data }),
      ...(status.recipient_id !== undefined && { recipient: `+${status.recipient_id}` }),
      ...(error && { detail: `WhatsApp: ${error.title ?? error.message ?? 'failed'} (${error.code ?? ''})` }),
      ...atOf(status.timestamp),
    },
  ];
}

function replyOf({ id, from, text, button, timestamp }: Reply, to: string | undefined): FeedbackEvent[] {
  const words = text?.body ?? button?.text;
  if (from === undefined || words === undefined) return [];
  return [
    {
      kind: 'replied',
      recipient: `+${from}`,
      text: words,
      ...(to !== undefined && { to }),
      ...(id !== undefined && { id }),
      ...atOf(timestamp),
    },
  ];
}

function atOf(timestamp: string | undefined): { at?: Date } {
  const seconds = Number(timestamp);
  return Number.isFinite(seconds) && seconds > 0 ? { at: new Date(seconds * 1_000) } : {};
}

/** Meta asks once whether the address is ours. */
function challenge({ url }: FeedbackRequest, { secrets }: OpenConnection): Feedback['answer'] {
  const query = new URL(url).searchParams;
  const token = secrets['verifyToken'] ?? '';
  if (token === '' || query.get('hub.mode') !== 'subscribe' || !same(query.get('hub.verify_token') ?? '', token))
    throw new FeedbackRefused('The verify token is not the one of this connection.');
  return { contentType: 'text/plain', body: query.get('hub.challenge') ?? '' };
}

function verify({ headers, body }: FeedbackRequest, { secrets, oldSecrets }: OpenConnection): void {
  const given = headers['x-hub-signature-256'] ?? '';
  const fits = [secrets['appSecret'], oldSecrets?.['appSecret']].some(
    (secret) => secret && same(given, `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`),
  );
  if (!fits) throw new FeedbackRefused('The signature is not Meta’s for this app secret.');
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
