import type { HttpAnswers } from './testing.js';
import type { ProviderDefinition, ProviderRequest, ProviderServices, SendRequest } from './define-provider.js';
import type { OpenConnection, SendResult } from './define-provider.js';
import type { Feedback, FeedbackRequest } from './feedback.js';

export type ProviderRun = {
  settings?: Record<string, unknown>;
  secrets?: Record<string, string>;
  /** Those before the last rotation. */
  oldSecrets?: Record<string, string>;
  /** What is answered, by address; `*` answers every other one. An error stands for no answer. */
  http?: HttpAnswers | ((request: ProviderRequest) => { status?: number; headers?: object; body?: string } | Error);
};

export type OpenProvider = {
  /** Sends as Wend does. Throws what the provider throws, and an error when it went out without being marked once. */
  send: (request: Partial<SendRequest> & Pick<SendRequest, 'content'>) => Promise<SendResult>;
  test: () => Promise<string>;
  feedback: (request: Partial<FeedbackRequest>) => Promise<Feedback>;
  /** What it has called so far. */
  requests: ProviderRequest[];
  connection: OpenConnection;
};

/**
 * Opens a provider with a connection as the host would, without network. Throws when the settings do not fit or a secret
 * is missing.
 */
export function openProvider(
  provider: ProviderDefinition,
  { settings = {}, secrets = {}, oldSecrets, http = {} }: ProviderRun = {},
): OpenProvider {
  const parsed = provider.settings?.safeParse({ ...settings, ...secrets });
  if (parsed && !parsed.success) throw new Error(`The settings do not fit ${provider.name}: ${parsed.error.message}`);
  const kept = Object.entries((parsed?.data ?? {}) as Record<string, unknown>).filter(
    ([name]) => !provider.secrets.includes(name),
  );
  const missing = provider.needs(Object.fromEntries(kept) as never).find((name) => !secrets[name]);
  if (missing !== undefined) throw new Error(`${provider.name} needs the secret “${missing}”.`);
  const connection: OpenConnection = {
    id: 'test-connection',
    workspaceId: '00000000-0000-4000-8000-000000000001',
    kind: provider.name,
    settings: Object.fromEntries(kept),
    secrets,
    oldSecrets: oldSecrets ?? null,
    feedbackUrl: 'https://wend.example/t/f/test',
    revision: '1',
  };
  const requests: ProviderRequest[] = [];
  const none = () => Promise.reject(new Error('A test of a provider has no connections but `http`.'));
  const services: ProviderServices = {
    http: async (request) => {
      await request.beforeSending?.();
      requests.push(request);
      const answer = typeof http === 'function' ? http(request) : answerFor(http, request);
      if (answer instanceof Error) throw answer;
      return { status: 200, headers: {}, body: '', ...answer } as Awaited<ReturnType<ProviderServices['http']>>;
    },
    connect: none,
    connectTls: none,
    template: () => Promise.resolve(null),
  };
  const code = provider.open(services);
  return {
    connection,
    requests,
    async send(request) {
      let marked = 0;
      const before = requests.length;
      const result = await code.send({
        message: { id: 'test-message', workspaceId: connection.workspaceId, channel: provider.channel },
        recipient: null,
        devices: [],
        idempotencyKey: 'test-message',
        signal: new AbortController().signal,
        connection: provider.settings ? connection : null,
        ...request,
        handingOver: async () => {
          marked += 1;
          await request.handingOver?.();
        },
      });
      if (marked !== 1)
        throw new Error(
          `${provider.name} called handingOver ${marked} times for a message that took ${requests.length - before} requests: call it once, right before the message leaves.`,
        );
      return result;
    },
    test: () => code.test?.(connection) ?? Promise.reject(new Error(`${provider.name} has no test.`)),
    async feedback(request) {
      if (!code.feedback) throw new Error(`${provider.name} has no feedback.`);
      return code.feedback(
        { method: 'POST', url: connection.feedbackUrl, headers: {}, body: Buffer.alloc(0), ...request },
        connection,
      );
    },
  };
}

function answerFor(answers: HttpAnswers, request: ProviderRequest): object {
  const found = answers[request.url] ?? answers['*'];
  if (!found) throw new Error(`The provider called ${request.url}, and the test gave no answer for it.`);
  return typeof found === 'function' ? found(request as never) : found;
}
