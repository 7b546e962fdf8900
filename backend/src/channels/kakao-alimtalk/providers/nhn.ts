import type { SettingMeta } from '@wend/contract';
import { ProviderError, defineProvider, httpRefusal } from '@wend/node-sdk';
import type {
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
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .default('https://kakaotalk-bizmessage.api.nhncloudservice.com')
    .meta(meta({ title: 'API address', description: 'Leave as it is unless NHN Cloud gave you another one.' })),
});
type Settings = z.output<typeof settings>;
type Call = { url: string; body: (request: SendRequest<Content>, set: Settings) => object };
type Content = ChatContent & Partial<ApprovedContent>;

const common = {
  // A key that was used in the last ten minutes is refused, which says that the message was taken; later it goes out anew.
  idempotent: true,
  keySeconds: 600,
  settings,
  nameOf: ({ senderKey }: Settings) => `NHN Cloud ${senderKey.slice(0, 8)}…`,
  keptWith: ['appKey', 'baseUrl'] as const,
};

/**
 * Alimtalk by NHN Cloud’s KakaoTalk Bizmessage v2.3
 * (https://docs.nhncloud.com/en/Notification/KakaoTalk%20Bizmessage/en/alimtalk-api-guide/).
 */
export const nhnAlimtalk = defineProvider<Content, typeof settings>({
  ...common,
  channel: 'kakao-alimtalk',
  name: 'nhn-alimtalk',
  title: 'Alimtalk through NHN Cloud',
  description: 'Sends approved KakaoTalk notifications. NHN Cloud tells of no receipts by itself.',
  sends: ['approved'],
  open: (services) =>
    new Nhn(services, {
      url: 'alimtalk/v2.3',
      body: ({ content, recipient }, { senderKey }) => ({
        senderKey,
        templateCode: content.approved?.code,
        recipientList: [{ recipientNo: domestic(recipient), templateParameter: content.approved?.variables ?? {} }],
      }),
    }),
});

/** Friend talk by the same service. It is advertising by its nature, and is marked so. */
export const nhnFriendtalk = defineProvider<Content, typeof settings>({
  ...common,
  channel: 'kakao-friendtalk',
  name: 'nhn-friendtalk',
  title: 'Friend talk through NHN Cloud',
  description: 'Sends ads to friends of your KakaoTalk channel. NHN Cloud tells of no receipts by itself.',
  open: (services) =>
    new Nhn(services, {
      url: 'friendtalk/v2.3',
      body: ({ content, recipient }, { senderKey }) => ({
        senderKey,
        recipientList: [
          {
            recipientNo: domestic(recipient),
            content: content.text,
            isAd: true,
            ...(content.image !== undefined && { imageUrl: content.image }),
            buttons: content.buttons.map(({ label, link }, index) => ({
              ordering: index + 1,
              type: 'WL',
              name: label,
              linkMo: link,
              linkPc: link,
            })),
          },
        ],
      }),
    }),
});

class Nhn implements ProviderCode<Content> {
  constructor(
    private readonly services: ProviderServices,
    private readonly call: Call,
  ) {}

  async send(request: SendRequest<Content>): Promise<SendResult> {
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
    const repeated = /idempoten|중복/i.test(answer.header?.resultMessage ?? '');
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
}

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
function domestic(recipient: string | null): string {
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
  if (/recipientno|수신 ?번호|not.?(?:kakao|friend)|카카오톡 ?미|친구/i.test(message)) return 'badAddress';
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
