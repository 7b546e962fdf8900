import { ProviderError, defineProvider, httpRefusal } from '@wend/node-sdk';
import type {
  Feedback,
  FeedbackRequest,
  OpenConnection,
  ProviderErrorClass,
  ProviderResponse,
  ProviderServices,
} from '@wend/node-sdk';
import { AwsV4Signer } from 'aws4fetch';
import { z } from 'zod';
import type { EmailContent } from '../../email.channel.js';
import { MailMaker } from '../../mail-maker.js';
import { mimeOf } from '../../mime/mime.js';
import { MailApi, endpointOf, jsonOf } from '../mail-api.js';
import type { ApiRequest } from '../mail-api.js';
import { senderSetting } from '../sender-setting.js';
import { messageTag, sesEvents } from './ses-events.js';
import { SnsNotices } from './sns.js';

const settings = z.object({
  region: z
    .string()
    .trim()
    .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'must be a region such as eu-west-1')
    .meta({ title: 'Region', placeholder: 'eu-west-1', columns: 2 }),
  accessKeyId: z
    .string()
    .trim()
    .regex(/^[A-Z0-9]{16,128}$/, 'must be an access key ID such as AKIA…')
    .meta({ title: 'Access key ID', placeholder: 'AKIA…', columns: 4 }),
  secretAccessKey: z.string().max(500).optional().meta({
    title: 'Secret access key',
    description: 'Of a user who may call ses:SendRawEmail, ses:SendEmail, and ses:GetAccount.',
    secret: true,
  }),
  from: senderSetting,
  configurationSet: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9_-]{0,64}$/, 'must be the name of a configuration set')
    .default('')
    .meta({ title: 'Configuration set', description: 'Publishes what becomes of emails to your topic.', columns: 3 }),
  topicArn: z
    .string()
    .trim()
    .regex(/^(?:arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]{1,256})?$/, 'must be the ARN of an SNS topic')
    .default('')
    .meta({
      title: 'SNS topic ARN',
      description: 'Only notices of this topic are taken. Leave empty until you have made it.',
      placeholder: 'arn:aws:sns:eu-west-1:123456789012:email-events',
      columns: 3,
    }),
});

/** Amazon SES, by its v2 API. It knows no idempotency key. Mails go as MIME, so that every header is as Wend wrote it. */
export const ses = defineProvider<EmailContent, typeof settings>({
  channel: 'email',
  name: 'ses',
  title: 'Email through Amazon SES',
  description: 'Amazon Simple Email Service sends your emails.',
  idempotent: false,
  settings,
  nameOf: ({ region }) => `Amazon SES, ${region}`,
  sendingDomain: () => ({
    dkimElsewhere:
      'Amazon SES signs with keys of its own: their records are on the identity’s page in the SES console.',
  }),
  keptWith: ['accessKeyId'],
  open(services: ProviderServices) {
    const maker = new MailMaker(services);
    const api = new MailApi(services.http);
    const notices = new SnsNotices(services.http);
    // Keys of AWS for a day: deriving one takes four HMACs.
    const keys = new Map<string, ArrayBuffer>();
    return {
      receiverOf: ({ connection }) => connection?.id ?? null,
      async send(request) {
        const { connection, signal, handingOver } = request;
        if (!connection) throw new Error('Amazon SES needs a connection.');
        const mail = await maker.make(request);
        const { configurationSet } = connection.settings;
        const answer = await api.post({
          mail,
          signal,
          handingOver,
          request: () =>
            signed({
              connection,
              keys,
              method: 'POST',
              path: '/v2/email/outbound-emails',
              body: JSON.stringify({
                Destination: { ToAddresses: [mail.to] },
                Content: { Raw: { Data: mimeOf(mail).toString('base64') } },
                EmailTags: [{ Name: messageTag, Value: mail.id }],
                ...(typeof configurationSet === 'string' &&
                  configurationSet !== '' && { ConfigurationSetName: configurationSet }),
              }),
            }),
        });
        if (answer.status < 200 || answer.status >= 300) throw refusal(answer);
        const { MessageId: providerId } = jsonOf(answer.body);
        return {
          status: 'sent',
          ...(typeof providerId === 'string' && { providerId }),
          answer: answer.body.slice(0, 4_000),
        };
      },
      async test(connection) {
        const request = await signed({ connection, keys, method: 'GET', path: '/v2/email/account' });
        const answer = await services.http(request);
        if (answer.status !== 200) throw refusal(answer);
        return accountWords(jsonOf(answer.body));
      },
      async feedback(request: FeedbackRequest, connection: OpenConnection): Promise<Feedback> {
        const notice = await notices.read(request, String(connection.settings['topicArn'] ?? ''));
        if (notice.Type === 'SubscriptionConfirmation') await notices.confirm(notice);
        if (notice.Type !== 'Notification') return { events: [] };
        return sesEvents(published(notice.Message), notice.MessageId);
      },
    };
  },
});

/** SNS also sends plain words, such as when a configuration set is connected to a topic. */
function published(message: string): Parameters<typeof sesEvents>[0] {
  return jsonOf(message);
}

type SignedOptions = {
  connection: OpenConnection;
  keys: Map<string, ArrayBuffer>;
  method: string;
  path: string;
  body?: string;
};

/** A request with Signature Version 4. */
async function signed({ connection, keys, method, path, body }: SignedOptions): Promise<ApiRequest> {
  const region = String(connection.settings['region']);
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  if (keys.size > 1_000) keys.clear();
  const request = await new AwsV4Signer({
    method,
    url: `${endpointOf(connection, `https://email.${region}.${domain}`)}${path}`,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body }),
    accessKeyId: String(connection.settings['accessKeyId']),
    secretAccessKey: connection.secrets['secretAccessKey'] ?? '',
    service: 'ses',
    region,
    cache: keys,
  }).sign();
  return {
    method,
    url: request.url.href,
    headers: Object.fromEntries(request.headers),
    ...(body !== undefined && { body }),
  };
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html and CommonErrors */
const classes: Record<string, ProviderErrorClass> = {
  AccountSuspendedException: 'configuration',
  SendingPausedException: 'configuration',
  MailFromDomainNotVerifiedException: 'configuration',
  NotFoundException: 'configuration',
  AccessDeniedException: 'configuration',
  UnrecognizedClientException: 'configuration',
  InvalidClientTokenId: 'configuration',
  InvalidClientTokenIdException: 'configuration',
  InvalidSignatureException: 'configuration',
  SignatureDoesNotMatch: 'configuration',
  IncompleteSignatureException: 'configuration',
  IncompleteSignature: 'configuration',
  MissingAuthenticationTokenException: 'configuration',
  ExpiredTokenException: 'configuration',
  OptInRequired: 'configuration',
  TooManyRequestsException: 'rateLimited',
  LimitExceededException: 'rateLimited',
  ThrottlingException: 'rateLimited',
  RequestTimeoutException: 'timeout',
  InternalFailure: 'serverError',
  InternalServiceErrorException: 'serverError',
  ServiceUnavailable: 'serverError',
};
/** The limit of a day, which SES counts over the last 24 hours. */
const dailyQuotaSeconds = 3_600;

function refusal(answer: ProviderResponse): ProviderError {
  const usual = httpRefusal(answer);
  const { message, Message, __type } = jsonOf(answer.body);
  const said = [message, Message].find((text) => typeof text === 'string') as string | undefined;
  const type = (answer.headers['x-amzn-errortype'] ?? (typeof __type === 'string' ? __type : ''))
    .replace(/:.*$/, '')
    .replace(/^.*#/, '');
  const daily = /daily (?:message )?quota/i.test(said ?? '');
  return new ProviderError({
    class: classOf({ type, said: said ?? '' }) ?? (answer.status === 403 ? 'configuration' : usual.class),
    message: said === undefined ? usual.message : `Amazon SES said: ${said.slice(0, 300)}`,
    handedOver: false,
    retryAfterSeconds: usual.retryAfterSeconds ?? (daily ? dailyQuotaSeconds : null),
    status: answer.status,
    answer: usual.answer,
  });
}

function classOf({ type, said }: { type: string; said: string }): ProviderErrorClass | undefined {
  // In the sandbox the receiver must be verified too: that is for somebody to put right, not a dead address.
  if (type === 'MessageRejected') return /not verified/i.test(said) ? 'configuration' : 'rejected';
  if (type === 'BadRequestException')
    return /(?:illegal|invalid|missing final).*(?:address|domain)|domain contains/i.test(said)
      ? 'badAddress'
      : 'rejected';
  return classes[type];
}

function accountWords({ SendQuota, ProductionAccessEnabled, SendingEnabled }: Record<string, unknown>): string {
  if (SendingEnabled === false)
    throw new ProviderError({
      class: 'configuration',
      message: 'The key works, but Amazon SES has paused sending for this account in this region.',
      handedOver: false,
    });
  const { SentLast24Hours: sent = 0, Max24HourSend: most = 0 } = (SendQuota ?? {}) as Record<string, number>;
  const numbers = new Intl.NumberFormat('en');
  const today =
    most < 0 ? '' : ` ${numbers.format(sent)} of ${numbers.format(most)} emails were sent in the last 24 hours.`;
  return ProductionAccessEnabled === false
    ? `Connected.${today} The account is in the SES sandbox: only verified addresses get emails.`
    : `Connected.${today}`;
}
