import { FeedbackRefused, ProviderError, defineProvider, httpRefusal, readEach } from '@wend/node-sdk';
import type {
  Feedback,
  FeedbackEvent,
  FeedbackRequest,
  OpenConnection,
  ProviderErrorClass,
  ProviderResponse,
  ProviderServices,
} from '@wend/node-sdk';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { EmailContent } from '../email.channel.js';
import { MailMaker } from '../mail-maker.js';
import { mailboxText, readMailbox } from '../mime/header.js';
import type { Mail } from '../mime/mime.js';
import { MailApi, endpointOf, jsonOf } from './mail-api.js';
import { senderSetting } from './sender-setting.js';

const usualEndpoint = 'https://api.resend.com';
const tag = 'wend_message';

const settings = z.object({
  apiKey: z.string().max(500).optional().meta({ title: 'API key', secret: true, placeholder: 're_…' }),
  from: senderSetting,
  signingSecret: z
    .string()
    .max(500)
    .regex(/^(?:whsec_[A-Za-z0-9+/=]+)?$/, 'must start with whsec_')
    .optional()
    .meta({
      title: 'Webhook signing secret',
      description:
        'Of the webhook that tells of deliveries, bounces, and complaints. Leave empty until you have added it.',
      secret: true,
      placeholder: 'whsec_…',
    }),
});

/** Resend, by its API. It drops repeats of an idempotency key for 24 hours. */
export const resend = defineProvider<EmailContent, typeof settings>({
  channel: 'email',
  name: 'resend',
  title: 'Email through Resend',
  description: 'Resend sends your emails.',
  idempotent: true,
  settings,
  nameOf: ({ from }) => `Resend, ${readMailbox(from)?.address.split('@')[1] ?? from}`,
  sendingDomain: () => ({
    dkimElsewhere: 'Resend signs with a key of its own: its record is on the domain’s page at Resend.',
  }),
  optional: ['signingSecret'],
  keptWith: [],
  open(services: ProviderServices) {
    const maker = new MailMaker(services);
    const api = new MailApi(services.http);
    return {
      receiverOf: ({ connection }) => connection?.id ?? null,
      async send(request) {
        const { connection, idempotencyKey, signal, handingOver } = request;
        if (!connection) throw new Error('Resend needs a connection.');
        const mail = await maker.make(request);
        const answer = await api.post({
          mail,
          signal,
          handingOver,
          request: () => ({
            method: 'POST',
            url: `${endpointOf(connection, usualEndpoint)}/emails`,
            headers: { ...authorized(connection), 'idempotency-key': idempotencyKey },
            body: JSON.stringify(bodyOf(mail)),
          }),
        });
        if (answer.status < 200 || answer.status >= 300) throw refusal(answer);
        const { id } = jsonOf(answer.body);
        return {
          status: 'sent',
          ...(typeof id === 'string' && { providerId: id }),
          answer: answer.body.slice(0, 4_000),
        };
      },
      test: (connection) => test(services, connection),
      feedback,
    };
  },
});

function authorized({ secrets }: OpenConnection): Record<string, string> {
  return {
    authorization: `Bearer ${secrets['apiKey'] ?? ''}`,
    'content-type': 'application/json',
    // Calls without one are refused (403, “1010”).
    'user-agent': 'Wend',
  };
}

/** The same bytes for the same message: a key that comes back with others is refused. */
function bodyOf(mail: Mail): object {
  return {
    from: mailboxText(mail.from),
    to: [mail.to],
    ...(mail.replyTo && { reply_to: mailboxText(mail.replyTo) }),
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    headers: mail.headers,
    tags: [{ name: tag, value: mail.id }],
    attachments: [...mail.images, ...mail.attachments].map(({ name, type, bytes, cid }) => ({
      filename: name,
      content: bytes.toString('base64'),
      content_type: type,
      ...(cid !== undefined && { content_id: cid }),
    })),
  };
}

/** https://resend.com/docs/api-reference/errors */
const classes: Record<string, ProviderErrorClass> = {
  missing_api_key: 'configuration',
  invalid_api_key: 'configuration',
  restricted_api_key: 'configuration',
  invalid_from_address: 'configuration',
  invalid_access: 'configuration',
  invalid_region: 'configuration',
  not_found: 'configuration',
  daily_quota_exceeded: 'rateLimited',
  monthly_quota_exceeded: 'rateLimited',
  rate_limit_exceeded: 'rateLimited',
  concurrent_idempotent_requests: 'serverError',
};
/** Quotas end with the day or month; they send no Retry-After. */
const quotaSeconds = 3_600;

function refusal(answer: ProviderResponse): ProviderError {
  const { name, message } = jsonOf(answer.body);
  const usual = httpRefusal(answer);
  if (typeof name !== 'string') return answer.status === 401 || answer.status === 403 ? configuration(usual) : usual;
  const said = typeof message === 'string' ? message : name;
  const badRecipient = answer.status === 422 && /`to`/.test(said);
  // 403: the domain of the sender is not verified, or the key may not use it.
  const unverified = answer.status === 403;
  return new ProviderError({
    class: badRecipient ? 'badAddress' : (classes[name] ?? (unverified ? 'configuration' : usual.class)),
    message: `Resend said: ${said.slice(0, 300)}`,
    // Somebody is sending the same key at this moment, or has sent it with other bytes.
    handedOver: answer.status === 409,
    retryAfterSeconds: usual.retryAfterSeconds ?? (name.endsWith('_quota_exceeded') ? quotaSeconds : null),
    status: answer.status,
    answer: usual.answer,
  });
}

function configuration(error: ProviderError): ProviderError {
  return new ProviderError({
    class: 'configuration',
    message: `Resend refused the API key: ${error.message}`,
    handedOver: false,
    status: error.status,
    answer: error.answer,
  });
}

async function test(services: ProviderServices, connection: OpenConnection): Promise<string> {
  const answer = await services.http({
    method: 'GET',
    url: `${endpointOf(connection, usualEndpoint)}/domains`,
    headers: authorized(connection),
  });
  const { name, data } = jsonOf(answer.body);
  if (name === 'restricted_api_key') return 'Connected. The key may only send, so the sender’s domain was not checked.';
  if (answer.status !== 200) throw refusal(answer);
  const domain = readMailbox(String(connection.settings['from']))?.address.split('@')[1]?.toLowerCase() ?? '';
  const domains = Array.isArray(data) ? (data as { name?: unknown; status?: unknown }[]) : [];
  const found = domains.find((each) => each.name === domain);
  if (found?.status === 'verified') return `Connected, and ${domain} is verified.`;
  throw new ProviderError({
    class: 'configuration',
    message: found
      ? `The key works, but Resend has not verified ${domain} yet: add its DNS records.`
      : `The key works, but ${domain} is not among the domains of your Resend account.`,
    handedOver: false,
  });
}

type ResendEvent = {
  type?: string;
  created_at?: string;
  data?: {
    email_id?: string;
    to?: string[] | string;
    tags?: Record<string, string> | { name: string; value: string }[];
    bounce?: { type?: string; subType?: string; message?: string };
    failed?: { reason?: string };
  };
};

/** Its webhooks are Standard Webhooks under the names of Svix. https://resend.com/docs/webhooks/event-types */
function feedback({ headers, body }: FeedbackRequest, connection: OpenConnection): Feedback {
  const event = verified({ headers, body, connection });
  const kind = kindOf(event);
  if (kind === null) return { events: [] };
  const { email_id: providerId, to, tags, bounce, failed } = event.data ?? {};
  const messageId = Array.isArray(tags) ? tags.find((each) => each?.name === tag)?.value : tags?.[tag];
  const detail = [bounce?.subType, bounce?.message, failed?.reason].filter(Boolean).join(': ');
  const at = new Date(event.created_at ?? Number.NaN);
  const recipients = (Array.isArray(to) ? to : [to]).map((recipient) => ({ recipient }));
  return readEach<{ recipient: string }>(recipients, ({ recipient }) => [
    {
      kind,
      id: `${headers['svix-id']}:${recipient}`,
      recipient: readMailbox(recipient)?.address ?? recipient,
      ...(messageId !== undefined && { messageId }),
      ...(providerId !== undefined && { providerId }),
      ...(detail !== '' && { detail: detail.slice(0, 300) }),
      ...(!Number.isNaN(at.getTime()) && { at }),
    },
  ]);
}

/** Null for what Wend sees by itself, and for what says nothing final. */
function kindOf({ type, data }: ResendEvent): FeedbackEvent['kind'] | null {
  if (type === 'email.delivered') return 'delivered';
  if (type === 'email.complained') return 'complained';
  if (type === 'email.failed') return 'failed';
  if (type === 'email.suppressed') return 'bounced';
  if (type === 'email.bounced') return data?.bounce?.type === 'Permanent' ? 'bounced' : 'softBounced';
  return null;
}

type VerifiedOptions = Pick<FeedbackRequest, 'headers' | 'body'> & { connection: OpenConnection };

function verified({ headers, body, connection }: VerifiedOptions): ResendEvent {
  const secrets = [connection.secrets['signingSecret'], connection.oldSecrets?.['signingSecret']].filter(
    (secret) => secret !== undefined,
  );
  if (secrets.length === 0)
    throw new FeedbackRefused('This connection has no signing secret yet: enter that of the webhook at Resend.');
  const named = (name: string): [string, string] => [`webhook-${name}`, headers[`svix-${name}`] ?? ''];
  const signature = Object.fromEntries(['id', 'timestamp', 'signature'].map(named));
  let why = '';
  for (const secret of secrets)
    try {
      return new Webhook(secret).verify(body, signature) as ResendEvent;
    } catch (error) {
      why = (error as Error).message;
    }
  throw new FeedbackRefused(`The signature does not fit: ${why}`);
}
