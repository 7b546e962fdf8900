import { FeedbackRefused, ProviderError, defineProvider, httpRefusal } from '@wend/node-sdk';
import type { FeedbackEvent, FeedbackKind, OpenConnection, ProviderResponse } from '@wend/node-sdk';
import { z } from 'zod';
import { signatureProblem } from './signature.js';

/** What the channel `sms` hands over. */
type SmsContent = { text: string };

const settings = z.object({
  sender: z.string().trim().min(1).max(15).meta({ title: 'Sender', placeholder: '+491700000000' }),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .default('https://api.courier.example')
    .meta({ title: 'API address' }),
  apiKey: z.string().default('').meta({ title: 'API key', secret: true }),
  signingSecret: z
    .string()
    .default('')
    .meta({ title: 'Signing secret', description: 'Courier signs its receipts with it.', secret: true }),
});
type Settings = z.output<typeof settings>;

/** Text messages through Courier, a gateway that is made up. It drops a message that comes again under its key. */
export const courier = defineProvider<SmsContent, typeof settings>({
  channel: 'sms',
  name: 'courier',
  title: 'SMS through Courier',
  description: 'Sends text messages through Courier, and hears what became of them.',
  idempotent: true,
  settings,
  nameOf: ({ sender }) => `Courier ${sender}`,
  // Another API address is another server: it does not get a key that was saved for this one.
  keptWith: ['baseUrl'],
  open: ({ http }) => ({
    async send({ message, content, recipient, idempotencyKey, connection, signal, handingOver }) {
      if (!connection) throw new Error('Courier needs a connection.');
      if (recipient === null)
        throw new ProviderError({ class: 'badAddress', message: 'There is no number to send to.', handedOver: false });
      const { sender } = connection.settings as Settings;
      const body = JSON.stringify({
        from: sender,
        to: recipient,
        text: content.text,
        reference: message.id,
        receiptsTo: connection.feedbackUrl,
      });
      await handingOver();
      const answer = await http({
        method: 'POST',
        url: `${apiUrl(connection)}/messages`,
        headers: { ...login(connection), 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body,
        signal,
      });
      if (answer.status < 200 || answer.status > 299) throw refusal(answer);
      const { id } = read(answer.body);
      return { status: 'sent', ...(typeof id === 'string' && { providerId: id }), answer: answer.body.slice(0, 4_000) };
    },

    async test(connection) {
      const answer = await http({ method: 'GET', url: `${apiUrl(connection)}/account`, headers: login(connection) });
      if (answer.status !== 200) throw refusal(answer);
      const { name } = read(answer.body);
      return `Courier knows the account “${typeof name === 'string' ? name : ''}”.`;
    },

    feedback({ headers, body }, { secrets, oldSecrets }) {
      const problem = signatureProblem({
        headers,
        body,
        secrets: [secrets['signingSecret'], oldSecrets?.['signingSecret']],
      });
      if (problem !== null) throw new FeedbackRefused(problem);
      const event = eventOf(read(body.toString('utf8')));
      return { events: event ? [event] : [] };
    },
  }),
});

const apiUrl = ({ settings: set }: OpenConnection): string => `${(set as Settings).baseUrl.replace(/\/+$/, '')}/v1`;
const login = ({ secrets }: OpenConnection) => ({ authorization: `Bearer ${secrets['apiKey'] ?? ''}` });

function read(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** 401 and 403 are ours to put right; a number that Courier does not know is the person's; the status says the rest. */
function refusal(answer: ProviderResponse): ProviderError {
  const usual = httpRefusal(answer);
  const { code } = read(answer.body);
  const ours = answer.status === 401 || answer.status === 403;
  const known = ours ? 'configuration' : code === 'unknown_number' ? 'badAddress' : usual.class;
  return new ProviderError({ ...usual, message: usual.message, class: known });
}

const kinds: Record<string, FeedbackKind> = {
  delivered: 'delivered',
  undeliverable: 'bounced',
  failed: 'failed',
  received: 'replied',
};

function eventOf(call: Record<string, unknown>): FeedbackEvent | null {
  const text = (name: string): string | undefined => (typeof call[name] === 'string' ? call[name] : undefined);
  const kind = kinds[text('event') ?? ''];
  const id = text('eventId');
  if (!kind || id === undefined) return null;
  if (kind === 'replied')
    return { kind, id, recipient: text('from') ?? '', to: text('to') ?? '', text: text('text') ?? '' };
  const [providerId, messageId, detail] = [text('id'), text('reference'), text('reason')];
  return {
    kind,
    id,
    ...(providerId !== undefined && { providerId }),
    ...(messageId !== undefined && { messageId }),
    ...(detail !== undefined && { detail }),
  };
}
