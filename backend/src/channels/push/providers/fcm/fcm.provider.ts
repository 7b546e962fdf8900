import { ProviderError, defineProvider } from '@wend/node-sdk';
import type { OpenConnection, ProviderCode, ProviderServices, SendRequest, SendResult } from '@wend/node-sdk';
import type { PushContent } from '../../push-content.js';
import { resultOf } from './fcm-answers.js';
import { fcmMessage } from './fcm-message.js';
import { FcmSession } from './fcm-session.js';
import { fcmSettings } from './fcm-settings.js';
import type { FcmSettings } from './fcm-settings.js';
import { readServiceAccount } from './service-account.js';

/** Of which devices the tokens are FCM's. */
const kind = 'fcm';
/** What the SDK sends in one call. */
const mostDevices = 500;

/**
 * Firebase Cloud Messaging, which reaches Android by itself and iPhones through Apple. Not idempotent: FCM has no key by
 * which it would know a message again.
 */
export const fcm = defineProvider<PushContent, typeof fcmSettings>({
  channel: 'push',
  name: 'fcm',
  title: 'Push through Firebase',
  description: 'Firebase Cloud Messaging: Android, and iOS through Apple',
  idempotent: false,
  settings: fcmSettings,
  nameOf: () => 'Firebase Cloud Messaging',
  // Its key names the project: whom the other settings reach does not change.
  keptWith: [],
  open: (services) => new Fcm(services),
});

class Fcm implements ProviderCode<PushContent> {
  private readonly sessions = new Map<string, { revision: string; session: FcmSession }>();

  constructor(private readonly services: ProviderServices) {}

  async send({
    message,
    content,
    devices,
    connection,
    signal,
    handingOver,
  }: SendRequest<PushContent>): Promise<SendResult> {
    if (!connection) throw notSetUp();
    const targets = devices.filter((device) => device.kind === kind).slice(0, mostDevices);
    if (targets.length === 0)
      throw new ProviderError({
        class: 'badAddress',
        message: 'This person has no device with the app and notifications allowed',
        handedOver: false,
      });
    const { android = 'system', mode = 'send' } = connection.settings as Partial<FcmSettings>;
    const web = targets.some(({ platform }) => platform === 'web');
    const payload = fcmMessage({ content, messageId: message.id, android, web });
    return this.sessionOf(connection).use(async ({ login, agent, messaging }) => {
      await within(login.ready(), { signal, handedOver: false });
      const leasing = agent.lease(targets.length);
      const lease = await within(leasing, { signal, handedOver: false }).catch((error: unknown) => {
        // Those that come after all are the next one's.
        leasing.then((late) => agent.release(late)).catch(() => undefined);
        throw error;
      });
      try {
        await handingOver();
        const sending = agent.within(lease, () =>
          messaging.sendEachForMulticast(
            { ...payload, tokens: targets.map(({ token }) => token) },
            mode === 'validate',
          ),
        );
        const { responses } = await within(sending, { signal, handedOver: true });
        return resultOf(
          targets.map((device, index) => ({
            device,
            exchange: lease.exchanges.get(device.token),
            error: responses[index]?.error,
          })),
          { validated: mode === 'validate' },
        );
      } catch (error) {
        if (signal.aborted) lease.cut();
        throw error;
      } finally {
        agent.release(lease);
      }
    });
  }

  /** Logs in, and has a message to nobody checked. */
  async test(connection: OpenConnection): Promise<string> {
    const signal = AbortSignal.timeout(20_000);
    const { projectId } = accountOf(connection);
    return this.sessionOf(connection).use(async ({ login, messaging }) => {
      await within(login.ready(), { signal, handedOver: false });
      // Nobody listens to this topic, and nothing is delivered either way.
      const notification = { title: 'Test', body: 'Test' };
      await within(messaging.send({ topic: 'wend-connection-test', notification }, true), {
        signal,
        handedOver: false,
      }).catch((error: unknown) => {
        throw error instanceof ProviderError ? error : testError(error as { code?: string; message: string });
      });
      return `Firebase accepts the key for the project “${projectId}” and checked a notification. None was delivered.`;
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.sessions.values()].map(({ session }) => session.close()));
    this.sessions.clear();
  }

  /** One for all messages of a connection until it is saved anew. */
  private sessionOf(connection: OpenConnection): FcmSession {
    const known = this.sessions.get(connection.id);
    if (known?.revision === connection.revision) return known.session;
    const session = new FcmSession({ account: accountOf(connection), services: this.services });
    this.sessions.set(connection.id, { revision: connection.revision, session });
    void known?.session.close();
    return session;
  }
}

function accountOf(connection: OpenConnection) {
  const text = connection.secrets['serviceAccount'];
  if (!text) throw notSetUp();
  const account = readServiceAccount(text);
  if ('problem' in account)
    throw new ProviderError({
      class: 'configuration',
      message: `The service account key ${account.problem}`,
      handedOver: false,
    });
  return account;
}

function notSetUp(): ProviderError {
  return new ProviderError({
    class: 'configuration',
    message: 'Firebase is not set up: enter the key of a service account in Settings',
    handedOver: false,
  });
}

function testError({ code = '', message }: { code?: string; message: string }): ProviderError {
  const network = code.startsWith('app/network');
  return new ProviderError({
    class: network ? 'network' : 'configuration',
    message: network ? `Firebase did not answer: ${message}` : `Firebase refuses the project: ${message}`,
    handedOver: false,
    away: network,
  });
}

/** Gives up on `work` when the patience of `signal` is at its end. */
async function within<Result>(
  work: Promise<Result>,
  { signal, handedOver }: { signal: AbortSignal; handedOver: boolean },
): Promise<Result> {
  let late: (() => void) | undefined;
  const end = new Promise<never>((_, reject) => {
    late = () =>
      reject(new ProviderError({ class: 'timeout', message: 'Firebase did not answer in time', handedOver }));
    if (signal.aborted) late();
    else signal.addEventListener('abort', late, { once: true });
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, end]);
  } finally {
    signal.removeEventListener('abort', late!);
  }
}
