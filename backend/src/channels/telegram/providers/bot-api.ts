import { timingSafeEqual } from 'node:crypto';
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
    .meta(meta({ title: 'Name', placeholder: 'Our bot' })),
  botToken: z
    .string()
    .trim()
    .regex(/^(?:|\d+:[\w-]{20,})$/, 'must be the token that @BotFather gave you')
    .default('')
    .meta(meta({ title: 'Bot token', secret: true, columns: 3 })),
  webhookSecret: z
    .string()
    .trim()
    .regex(/^[\w-]{0,256}$/, 'can hold letters, digits, _ and - only')
    .default('')
    .meta(
      meta({
        title: 'Webhook secret',
        description: 'Make one up, and give it to Telegram as secret_token with setWebhook.',
        secret: true,
        columns: 3,
      }),
    ),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .default('https://api.telegram.org')
    .meta(meta({ title: 'API address', description: 'Another one only for a Bot API server of your own.' })),
});
type Settings = z.output<typeof settings>;

/**
 * Telegram by the Bot API (https://core.telegram.org/bots/api). It has no idempotency key: when an answer is lost nobody
 * knows whether the message went out.
 */
export const telegramBot = defineProvider<ChatContent, typeof settings>({
  channel: 'telegram',
  name: 'telegram-bot',
  title: 'Telegram bot',
  description: 'Sends messages of your bot, and hears who blocks it and what people reply.',
  idempotent: false,
  settings,
  nameOf: ({ label }) => label,
  needs: () => ['botToken'],
  optional: ['webhookSecret'],
  keptWith: ['baseUrl'],
  open: (services) => new Telegram(services),
});

class Telegram implements ProviderCode<ChatContent> {
  constructor(private readonly services: ProviderServices) {}

  async send({ content, recipient, connection, signal, handingOver }: SendRequest<ChatContent>): Promise<SendResult> {
    if (!connection) throw new Error('Telegram needs a connection.');
    const { text, buttons } = content;
    await handingOver();
    const response = await this.services.http({
      method: 'POST',
      url: methodUrl(connection, 'sendMessage'),
      headers: { 'content-type': 'application/json', 'user-agent': 'Wend' },
      body: JSON.stringify({
        chat_id: recipient,
        text,
        ...(buttons.length > 0 && {
          reply_markup: { inline_keyboard: buttons.map(({ label, link }) => [{ text: label, url: link }]) },
        }),
      }),
      signal,
    });
    const { ok, result } = read(response);
    if (ok !== true) throw refusal(response);
    return {
      status: 'sent',
      ...(result?.message_id !== undefined && { providerId: `${recipient ?? ''}:${result.message_id}` }),
      detail: 'Telegram: accepted',
      answer: response.body.slice(0, 4_000),
    };
  }

  async test(connection: OpenConnection): Promise<string> {
    const response = await this.services.http({ method: 'GET', url: methodUrl(connection, 'getMe') });
    const { ok, result } = read(response);
    if (ok !== true) throw refusal(response);
    return `Telegram knows the bot @${result?.username ?? ''}.`;
  }

  feedback(request: FeedbackRequest, connection: OpenConnection): Feedback {
    verify(request, connection);
    return readEach<Update>(feedbackJson(request), eventOf);
  }
}

function methodUrl({ settings: set, secrets }: OpenConnection, method: string): string {
  return `${(set as Settings).baseUrl.replace(/\/+$/, '')}/bot${secrets['botToken'] ?? ''}/${method}`;
}

type Answer = {
  ok?: boolean;
  error_code?: number;
  description?: string;
  parameters?: { retry_after?: number };
  result?: { message_id?: number; username?: string };
};
type Update = {
  update_id?: number;
  message?: { date?: number; text?: string; chat?: { id?: number } };
  my_chat_member?: { date?: number; chat?: { id?: number }; new_chat_member?: { status?: string } };
};

function read({ body }: ProviderResponse): Answer {
  try {
    return (JSON.parse(body) as Answer | null) ?? {};
  } catch {
    return {};
  }
}

function refusal(response: ProviderResponse): ProviderError {
  const { status, body } = response;
  const { description, parameters } = read(response);
  if (description === undefined)
    return status === 200
      ? new ProviderError({
          class: 'serverError',
          message: 'Telegram answered something that cannot be read.',
          handedOver: true,
          status,
          answer: body.slice(0, 4_000),
        })
      : httpRefusal(response);
  const plain = httpRefusal(response);
  const nobody = status === 403 || /chat not found|user is deactivated|peer_id_invalid/i.test(description);
  // What is wrong with the token; a 404 too, since it stands in the address.
  const token = status === 401 || status === 404;
  return new ProviderError({
    class: nobody ? 'badAddress' : token ? 'configuration' : plain.class,
    message: `Telegram: ${description}`,
    handedOver: false,
    retryAfterSeconds: parameters?.retry_after ?? plain.retryAfterSeconds,
    status,
    answer: body.slice(0, 4_000),
  });
}

function eventOf({ update_id: id, message, my_chat_member: member }: Update): FeedbackEvent[] {
  const chat = (message ?? member)?.chat?.id;
  const date = (message ?? member)?.date;
  if (chat === undefined) return [];
  const common = {
    recipient: String(chat),
    ...(id !== undefined && { id: String(id) }),
    ...(date !== undefined && { at: new Date(date * 1_000) }),
  };
  if (member?.new_chat_member?.status === 'kicked')
    return [{ ...common, kind: 'unsubscribed', detail: 'Blocked the bot' }];
  if (member?.new_chat_member?.status === 'member')
    return [{ ...common, kind: 'resubscribed', detail: 'Unblocked the bot' }];
  return message?.text === undefined ? [] : [{ ...common, kind: 'replied', text: message.text }];
}

function verify({ headers }: FeedbackRequest, { secrets, oldSecrets }: OpenConnection): void {
  const given = Buffer.from(headers['x-telegram-bot-api-secret-token'] ?? '');
  const fits = [secrets['webhookSecret'], oldSecrets?.['webhookSecret']].some((secret) => {
    const expected = Buffer.from(secret ?? '');
    return expected.length > 0 && given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!fits) throw new FeedbackRefused('The secret token is not the one of this connection.');
}
