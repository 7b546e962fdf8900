import { createHash } from 'node:crypto';
import { ProviderError, Withdrawn, defineProvider } from '@wend/node-sdk';
import type { Device, ProviderCode, ProviderServices, SendRequest, SendResult } from '@wend/node-sdk';
import type { WebPushContent } from '../../web-push-content.js';
import { fateOf, resultOf } from './answers.js';
import type { Fate } from './answers.js';
import { mostPayloadBytes } from './encryption.js';
import { Encryption, Unusable } from './encryption-threads.js';
import { payloadOf } from './payload.js';
import { VapidHeaders } from './vapid-headers.js';
import { newVapidPair, readPairs, vapidPairOf } from './vapid-keys.js';
import type { VapidPair } from './vapid-keys.js';
import { contactUri, vapidSettings } from './vapid-settings.js';
import type { VapidSettings } from './vapid-settings.js';

/** Push services keep a message for four weeks at most; Mozilla's refuses more than 30 days. */
const longestSeconds = 28 * 24 * 3_600;

/**
 * The push service of each browser, called directly (RFC 8030). A browser takes only messages that are signed with the key
 * that it subscribed with: former keys are kept while a browser needs them.
 */
export const vapid = defineProvider<WebPushContent, typeof vapidSettings>({
  channel: 'webpush',
  name: 'vapid',
  title: 'Browsers’ own push services',
  description: 'Sends straight to Chrome, Firefox, Safari, and Edge. No account is needed.',
  idempotent: false,
  settings: vapidSettings,
  nameOf: ({ contact }) => contact.replace(/^mailto:/, ''),
  needs: () => ['keys'],
  // Keys sign, and are shown to nobody: they stay with any contact.
  keptWith: [],
  ownKeys: ['keys'],
  rotates: true,
  prepare,
  open: (services) => new PushSender(services),
});

type Prepare = {
  settings: VapidSettings;
  secrets: Record<string, string>;
  rotate: boolean;
  deviceData: (field: string) => Promise<readonly string[]>;
};

/** Keys where there are none; another pair in front when it is entered or asked for, with those that browsers still need. */
async function prepare({
  settings,
  secrets: { keys = '', privateKey = '' },
  rotate,
  deviceData,
}: Prepare): Promise<{ settings: VapidSettings; secrets: Record<string, string> }> {
  const before = readPairs(keys) ?? [];
  const entered = privateKey === '' ? null : vapidPairOf(privateKey);
  const added = entered ?? (rotate || before.length === 0 ? newVapidPair() : null);
  let pairs = before;
  if (added) {
    const former = before.filter(({ publicKey }) => publicKey !== added.publicKey);
    const needed = new Set(former.length === 0 ? [] : await deviceData('vapidKey'));
    // The pair in use until now stays in any case: a page may be subscribing with it at this moment.
    pairs = [added, ...former.filter(({ publicKey }, index) => index === 0 || needed.has(publicKey))];
  }
  return { settings: { ...settings, publicKey: pairs[0]!.publicKey }, secrets: { keys: JSON.stringify(pairs) } };
}

class PushSender implements ProviderCode<WebPushContent> {
  private readonly encryption = new Encryption();
  private readonly headers = new VapidHeaders();

  constructor(private readonly services: ProviderServices) {}

  /** Their push services: one that is slow or away holds up no message to others. */
  receiverOf({ devices = [] }: { devices?: readonly Device[] }): string | null {
    const origins = new Set(devices.map(({ token }) => originOf(token) ?? ''));
    return origins.size === 0 ? null : [...origins].toSorted().join(' ');
  }

  async send(request: SendRequest<WebPushContent>): Promise<SendResult> {
    const { message, content, devices, connection, handingOver } = request;
    if (!connection) throw new Error('Web push needs a connection.');
    const pairs = pairsOf(connection);
    const contact = contactUri((connection.settings as Partial<VapidSettings>).contact ?? '');
    const payload = payloadOf({ id: message.id, content });
    const size = Buffer.byteLength(payload);
    if (size > mostPayloadBytes)
      throw new ProviderError({
        class: 'rejected',
        message: `The notification has ${size} bytes; browsers take ${mostPayloadBytes}. Shorten its text or links`,
        handedOver: false,
        ofReceiver: true,
      });
    // All are encrypted before the first leaves, and the message is marked once for all of them.
    let marked: Promise<void> | undefined;
    const beforeSending = () => (marked ??= handingOver());
    const ready = await Promise.all(
      devices.map(async (device) => ({ device, ...(await this.sealed({ device, payload, contact, pairs })) })),
    );
    const fates = await Promise.all(
      ready.map(
        ({ device, refused, headers, body }) =>
          refused ?? this.post({ device, headers: headers!, body: body!, request, beforeSending }),
      ),
    );
    return resultOf(fates);
  }

  async close(): Promise<void> {
    await this.encryption.close();
  }

  private async sealed({
    device,
    payload,
    contact,
    pairs,
  }: {
    device: Device;
    payload: string;
    contact: string;
    pairs: readonly VapidPair[];
  }): Promise<{ refused?: Fate; headers?: Record<string, string>; body?: Uint8Array }> {
    const refused = (detail: string): { refused: Fate } => ({
      refused: { kind: 'done', result: { id: device.id, status: 'refused', detail }, answer: detail },
    });
    const origin = originOf(device.token);
    if (origin === null) return refused('The subscription has no web address as its end-point');
    const { p256dh, auth, vapidKey } = device.data;
    const pair = textOf(vapidKey) === '' ? pairs[0]! : pairs.find(({ publicKey }) => publicKey === vapidKey);
    // Another connection may have that key: the browser stays.
    if (!pair) return refused('The browser subscribed with a key that this connection does not have');
    try {
      const body = await this.encryption.encrypt({ payload, p256dh: textOf(p256dh), auth: textOf(auth) });
      return { body, headers: { authorization: this.headers.header({ origin, contact, pair }) } };
    } catch (error) {
      if (error instanceof Unusable) return refused(error.message);
      throw error;
    }
  }

  private async post({
    device,
    headers,
    body,
    request: { content, signal },
    beforeSending,
  }: {
    device: Device;
    headers: Record<string, string>;
    body: Uint8Array;
    request: SendRequest<WebPushContent>;
    beforeSending: () => Promise<void>;
  }): Promise<Fate> {
    try {
      const response = await this.services.http({
        method: 'POST',
        url: device.token,
        headers: {
          ...headers,
          'content-type': 'application/octet-stream',
          'content-encoding': 'aes128gcm',
          ttl: String(Math.min(longestSeconds, content.ttlSeconds ?? longestSeconds)),
          ...(content.urgency && { urgency: content.urgency }),
          ...(content.collapseKey && { topic: topicOf(content.collapseKey) }),
        },
        body,
        signal,
        beforeSending,
      });
      return fateOf(device, response);
    } catch (error) {
      if (error instanceof Withdrawn || !(error instanceof ProviderError)) throw error;
      // Our own rules forbid the address: it is this subscription's fault alone.
      if (error.class === 'rejected')
        return {
          kind: 'done',
          result: { id: device.id, status: 'refused', detail: error.message },
          answer: error.message,
        };
      return { kind: error.handedOver ? 'lost' : 'later', device, error };
    }
  }
}

function pairsOf({ secrets }: NonNullable<SendRequest['connection']>): VapidPair[] {
  const pairs = readPairs(secrets['keys'] ?? '');
  if (pairs) return pairs;
  throw new ProviderError({
    class: 'configuration',
    message: 'The keys of web push are missing: save the connection again',
    handedOver: false,
  });
}

/** At most 32 characters of base64url (RFC 8030 section 5.4): other keys are hashed. */
function topicOf(key: string): string {
  return /^[A-Za-z0-9_-]{1,32}$/.test(key) ? key : createHash('sha256').update(key).digest('base64url').slice(0, 32);
}

function originOf(endpoint: string): string | null {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url.origin : null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
