import type { HttpTemplate, SettingMeta, TemplateLookUp } from '@wend/contract';
import { FeedbackRefused, ProviderError, defineProvider, httpRefusal } from '@wend/node-sdk';
import type {
  Feedback,
  FeedbackRequest,
  OpenConnection,
  ProviderCode,
  ProviderDefinition,
  ProviderServices,
  SendRequest,
  SendResult,
} from '@wend/node-sdk';
import { z } from 'zod';
import { readAnswer } from './answer.js';
import { parsed, textAtPath } from './answer-path.js';
import { readReceipts } from './receipts.js';
import { redacted } from './redact.js';
import { callRequest, lookUpRequest } from './request.js';
import { lookedUp, templatedContent } from './stored-template.js';
import type { TemplatedContent } from './stored-template.js';

const meta = (words: SettingMeta): SettingMeta => words;
const address = z.url({ protocol: /^https?$/, hostname: /.+/ }).max(2_000);
const secret = z.string().max(4_000).default('');

const settings = z.object({
  label: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .meta(meta({ title: 'Name', placeholder: 'Our SMS gateway', columns: 3 })),
  sender: z
    .string()
    .trim()
    .max(80)
    .default('')
    .meta(meta({ title: 'Sender', description: 'For templates: {{ connection.sender }}.', columns: 3 })),
  baseUrl: address.meta(
    meta({
      title: 'Address',
      description: 'Templates call addresses below this one, and nothing else.',
      placeholder: 'https://api.example.com/v1',
    }),
  ),
  key: secret.meta(meta({ title: 'Key', description: 'For templates: {{ secrets.key }}.', secret: true, columns: 3 })),
  second: secret.meta(
    meta({ title: 'Second secret', description: 'For templates: {{ secrets.second }}.', secret: true, columns: 3 }),
  ),
  receipts: secret.meta(
    meta({ title: 'Secret of receipts', description: 'What the provider’s receipts are checked with.', secret: true }),
  ),
  lookUpUrl: z
    .union([z.literal(''), address])
    .default('')
    .meta(
      meta({
        title: 'Address of your look-up service',
        description: 'Only for templates that ask your own server for the address of a person.',
        placeholder: 'https://people.example.com',
      }),
    ),
  lookUp: secret.meta(
    meta({
      title: 'Secret of your look-up service',
      description: 'For templates: {{ secrets.lookUp }}.',
      secret: true,
    }),
  ),
});
type Settings = z.output<typeof settings>;
type Connection = OpenConnection<Settings>;

/** The name of the provider that sends a channel's messages by locked templates. */
function lockedTemplateName(channel: string): string {
  return `${channel}-http`;
}

/**
 * Sends the messages of a channel as its locked templates say. A lost answer is not asked for again, but where the
 * template names a header by which the provider drops repeats.
 */
export function lockedTemplate({ channel, label }: { channel: string; label: string }): ProviderDefinition {
  return defineProvider<TemplatedContent, typeof settings>({
    channel,
    name: lockedTemplateName(channel),
    title: `${label} through a template`,
    description: 'Any provider that is called by HTTP, as your templates say.',
    idempotent: false,
    sends: ['http'],
    settings,
    nameOf: ({ label: name }) => name,
    needs: () => [],
    optional: ['key', 'second', 'receipts', 'lookUp'],
    keptWith: ['baseUrl', 'lookUpUrl'],
    open: (services) => new TemplateCaller(services),
  });
}

class TemplateCaller implements ProviderCode<TemplatedContent> {
  constructor(private readonly services: ProviderServices) {}

  async send(request: SendRequest<TemplatedContent>): Promise<SendResult> {
    const { message, connection, recipient } = request;
    if (!connection) throw new Error('A locked template needs a connection.');
    const content = templatedContent(request.content);
    const stored = content && (await this.services.template({ ...message, id: content.template.id }));
    if (!content || stored?.definition.kind !== 'http')
      throw new ProviderError({
        class: 'rejected',
        message: 'The template of this message does not exist any more.',
        handedOver: false,
      });
    const { definition } = stored;
    // A test goes to the address that was entered, and asks for none.
    const entered = !content.lookUp && recipient !== lookedUp;
    const found =
      definition.lookUp && !entered ? await this.addressOf(request, { lookUp: definition.lookUp, content }) : null;
    return concealing(found, () =>
      this.call({ request, definition, recipient: found ?? recipient, fields: content.fields, templateId: stored.id }),
    );
  }

  async test(opened: OpenConnection): Promise<string> {
    const { baseUrl } = (opened as Connection).settings;
    const { status } = await this.services.http({ method: 'GET', url: baseUrl, headers: { 'user-agent': 'Wend' } });
    return `The server answers (HTTP ${status}). To try a template, send yourself a message by it.`;
  }

  async feedback(request: FeedbackRequest, connection: OpenConnection): Promise<Feedback> {
    const id = new URL(request.url).searchParams.get('template') ?? '';
    const stored = await this.services.template({ workspaceId: connection.workspaceId, id });
    const definition = stored?.definition.kind === 'http' ? stored.definition : null;
    if (!definition?.receipts)
      throw new FeedbackRefused(
        'No template of this connection takes receipts at this address; use {{ receipts_url }}.',
      );
    const events = readReceipts(definition.receipts, { request, secrets: connection });
    // An address that was looked up comes back in receipts: it is not to be stored either.
    if (definition.lookUp)
      for (const event of events) {
        delete event.recipient;
        delete event.detail;
      }
    return { events };
  }

  private async call({
    request: { message, connection, idempotencyKey, signal, handingOver },
    definition,
    recipient,
    fields,
    templateId,
  }: {
    request: SendRequest;
    definition: HttpTemplate;
    recipient: string | null;
    fields: Record<string, string>;
    templateId: string;
  }): Promise<SendResult> {
    const { settings: set, secrets, feedbackUrl } = connection as Connection;
    const call = callRequest({
      call: definition.call,
      base: set.baseUrl,
      idempotencyKey,
      data: {
        fields,
        recipient,
        message: { id: message.id, channel: message.channel },
        receipts_url: `${feedbackUrl}?template=${templateId}`,
        connection: { sender: set.sender },
        secrets: { key: secrets['key'] ?? '', second: secrets['second'] ?? '' },
      },
    });
    await handingOver();
    const response = await this.services.http({ ...call, signal }).catch((error: unknown) => {
      throw repeatable(error, definition.call.idempotencyHeader !== undefined);
    });
    const { providerId } = readAnswer(definition.answer, response);
    return {
      status: 'sent',
      ...(providerId !== null && { providerId }),
      detail: `HTTP ${response.status}`,
      answer: response.body.slice(0, 4_000),
    };
  }

  /** Lives in memory until the message is sent, and nowhere else. */
  private async addressOf(
    { message, connection, signal }: SendRequest,
    { lookUp, content }: { lookUp: TemplateLookUp; content: TemplatedContent },
  ): Promise<string> {
    const { settings: set, secrets } = connection as Connection;
    const externalId = content.lookUp?.externalId ?? '';
    if (externalId === '') throw noAddress('This person has no external id to ask for their address with.');
    if (set.lookUpUrl === '')
      throw new ProviderError({
        class: 'configuration',
        message: 'The connection has no address of a look-up service, which this template needs.',
        handedOver: false,
      });
    const call = lookUpRequest({
      lookUp,
      base: set.lookUpUrl,
      data: {
        profile: { external_id: externalId },
        message: { id: message.id, channel: message.channel },
        secrets: { lookUp: secrets['lookUp'] ?? '' },
      },
    });
    const response = await this.services.http({ ...call, signal }).catch((error: unknown) => {
      throw beforeSending(error);
    });
    if (response.status === 404) throw noAddress('Your look-up service does not know this person.');
    if (response.status < 200 || response.status > 299) {
      const { class: kind, retryAfterSeconds, status } = httpRefusal(response);
      // What it answers may hold the address.
      const message = `Your look-up service answered HTTP ${response.status}.`;
      throw new ProviderError({ class: kind, message, handedOver: false, retryAfterSeconds, status });
    }
    const answer = parsed(response.body);
    // A page of a proxy or a login says nothing of the person: it is asked again.
    if (answer === undefined)
      throw new ProviderError({
        class: 'serverError',
        message: `Your look-up service answered HTTP ${response.status} with something that is no JSON.`,
        handedOver: false,
        status: response.status,
      });
    const found = textAtPath(answer, lookUp.addressPath);
    if (found === null || found.length > 320) throw noAddress('Your look-up service gave no address for this person.');
    return found;
  }
}

function noAddress(message: string): ProviderError {
  return new ProviderError({ class: 'badAddress', message, handedOver: false });
}

/** Nothing of the message was in the call that failed. */
function beforeSending(error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error;
  const message = `Your look-up service: ${error.message}`;
  return new ProviderError({ class: error.class, message, handedOver: false }, { cause: error });
}

function repeatable(error: unknown, byKey: boolean): unknown {
  if (!(error instanceof ProviderError) || !error.handedOver || !byKey) return error;
  const { class: kind, message, status, answer } = error;
  return new ProviderError(
    { class: kind, message, handedOver: true, repeatable: true, status, answer },
    { cause: error },
  );
}

/** Whatever comes of it does not show the address that was looked up. */
async function concealing(address: string | null, send: () => Promise<SendResult>): Promise<SendResult> {
  if (address === null) return send();
  const clean = (text: string) => redacted(text, address);
  try {
    const result = await send();
    const { answer, detail, providerId } = result;
    return {
      ...result,
      ...(answer !== undefined && { answer: clean(answer) }),
      ...(detail !== undefined && { detail: clean(detail) }),
      ...(providerId !== undefined && { providerId: clean(providerId) }),
    };
  } catch (error) {
    if (!(error instanceof ProviderError))
      throw error instanceof Error && error.name === 'Withdrawn' ? error : hidden();
    // Without its cause: that may hold the call.
    throw new ProviderError({
      class: error.class,
      message: clean(error.message),
      handedOver: error.handedOver,
      away: error.away,
      retryAfterSeconds: error.retryAfterSeconds,
      status: error.status,
      answer: error.answer === null ? null : clean(error.answer),
      repeatable: error.repeatable,
    });
  }
}

function hidden(): Error {
  return new Error('Sending failed; what went wrong is not shown, because it may hold an address that was looked up.');
}
