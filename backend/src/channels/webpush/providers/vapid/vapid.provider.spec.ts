import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProviderError } from '@wend/node-sdk';
import type { Device, OpenConnection, SendRequest, SendResult } from '@wend/node-sdk';
import { pushService } from '../../../../../test/push-service.js';
import type { Subscription } from '../../../../../test/push-service.js';
import { Destinations, SafeHttpClient } from '../../../../platform/outbound/index.js';
import { openProvider, servicesOf } from '../../../provider.js';
import type { Provider } from '../../../provider.js';
import type { WebPushContent } from '../../web-push-content.js';
import { mostPayloadBytes } from './encryption.js';
import { VapidHeaders } from './vapid-headers.js';
import { newVapidPair, readPairs } from './vapid-keys.js';
import { vapid } from './vapid.provider.js';

const workspaceId = '11111111-1111-4111-8111-111111111111';
const messageId = '22222222-2222-4222-8222-222222222222';
const pair = newVapidPair();
const content: WebPushContent = { title: 'Hi', body: 'There', link: null, image: null };

const connectionOf = (pairs = [pair]): OpenConnection => ({
  id: 'c',
  workspaceId,
  kind: 'vapid',
  settings: { contact: 'shop@example.com', publicKey: pairs[0]!.publicKey },
  secrets: { keys: JSON.stringify(pairs) },
  oldSecrets: null,
  feedbackUrl: '',
  revision: '1',
});

const deviceOf = ({ endpoint, keys }: Subscription, vapidKey: string = pair.publicKey): Device => ({
  id: endpoint.slice(-8),
  kind: 'webpush',
  token: endpoint,
  permission: 'authorized',
  platform: 'web',
  data: { ...keys, ...(vapidKey && { vapidKey }) },
});

function opened({ allow, ca }: { allow: string; ca?: string }): { provider: Provider; close: () => Promise<void> } {
  const http = new SafeHttpClient({ allow: [allow], ...(ca !== undefined && { ca }) });
  const provider = openProvider(vapid, servicesOf({ http, destinations: new Destinations({ allow: [allow] }) }));
  const close = async () => {
    await provider.close?.();
    await http.close();
  };
  return { provider, close };
}

describe('web push', () => {
  let service: Awaited<ReturnType<typeof pushService>>;
  let provider: Provider;
  let close: () => Promise<void>;
  beforeEach(async () => {
    service = await pushService();
    ({ provider, close } = opened(service));
  });
  afterEach(async () => {
    await close();
    await service.close();
  });

  const send = (devices: Device[], more: Partial<SendRequest> = {}): Promise<SendResult> =>
    provider.send({
      message: { id: messageId, workspaceId, channel: 'webpush' },
      content,
      recipient: devices[0]?.token ?? null,
      devices,
      idempotencyKey: messageId,
      connection: connectionOf(),
      signal: AbortSignal.timeout(5_000),
      handingOver: async () => undefined,
      ...more,
    });
  const failure = (devices: Device[], more?: Partial<SendRequest>): Promise<ProviderError> =>
    send(devices, more).then(
      () => expect.fail('It was sent'),
      (error: unknown) => {
        expect(error).toBeInstanceOf(ProviderError);
        return error as ProviderError;
      },
    );
  const subscribed = (): Subscription => service.endpoint({ applicationServerKey: pair.publicKey });

  it('reaches every browser of a person with all that the message says', async () => {
    const [first, second] = [subscribed(), subscribed()];
    let marked = 0;
    const result = await send([deviceOf(first), deviceOf(second)], {
      content: {
        title: 'Back in stock',
        body: 'Grüße, 안녕 👋',
        icon: 'https://shop.example/icon.png',
        image: 'https://shop.example/shoe.png',
        link: 'https://shop.example/shoe',
        actions: [
          { label: 'Buy', link: 'https://shop.example/buy' },
          { label: 'Later', link: null },
        ],
        ttlSeconds: 3_600,
        urgency: 'high',
        collapseKey: 'shoe-7',
        requireInteraction: true,
        report: 'https://wend.example/t/p/abc',
      } satisfies WebPushContent,
      handingOver: async () => void (marked += 1),
    });
    expect(result).toMatchObject({
      status: 'sent',
      detail: '2 of 2 browsers',
      devices: [first, second].map(({ endpoint }) => ({ id: endpoint.slice(-8), status: 'sent' })),
    });
    expect(marked).toBe(1);
    expect(service.received.map(({ endpoint }) => endpoint).toSorted()).toEqual(
      [first.endpoint, second.endpoint].toSorted(),
    );
    expect(service.received[0]).toMatchObject({ ttl: 3_600, urgency: 'high', topic: 'shoe-7' });
    expect(service.received[0]!.vapid.claims).toMatchObject({ aud: service.url, sub: 'mailto:shop@example.com' });
    expect(JSON.parse(service.received[0]!.payload!)).toEqual({
      wend: 1,
      id: messageId,
      title: 'Back in stock',
      body: 'Grüße, 안녕 👋',
      icon: 'https://shop.example/icon.png',
      image: 'https://shop.example/shoe.png',
      link: 'https://shop.example/shoe',
      actions: [
        { action: 'button-1', title: 'Buy', link: 'https://shop.example/buy' },
        { action: 'button-2', title: 'Later' },
      ],
      tag: 'shoe-7',
      requireInteraction: true,
      report: { url: 'https://wend.example/t/p/abc' },
    });
  });

  it('makes a topic of any key to replace by, and sends the largest payload that fits', async () => {
    const long = (collapseKey: string, body: string) => ({ ...content, collapseKey, body });
    await send([deviceOf(subscribed())], { content: long('Bestellung № 7', 'x'.repeat(3_860)) });
    expect(service.received[0]!.topic).toMatch(/^[\w-]{32}$/);
    expect(Buffer.byteLength(service.received[0]!.payload!)).toBeGreaterThan(3_900);
    const error = await failure([deviceOf(subscribed())], { content: long('k', 'x'.repeat(mostPayloadBytes)) });
    expect(error).toMatchObject({ class: 'rejected', handedOver: false });
    expect(error.message).toMatch(/browsers take 3993/);
    expect(service.requests()).toBe(1);
  });

  it.each([404, 410])('gives up a browser that has unsubscribed (%i), and sends to the others', async (status) => {
    const [gone, here] = [subscribed(), subscribed()];
    service.behave({ status }, gone);
    expect((await send([deviceOf(gone), deviceOf(here)])).devices).toMatchObject([
      { id: gone.endpoint.slice(-8), status: 'gone' },
      { id: here.endpoint.slice(-8), status: 'sent' },
    ]);
    expect(await failure([deviceOf(gone)])).toMatchObject({
      class: 'badAddress',
      handedOver: false,
      devices: [{ status: 'gone' }],
    });
  });

  it.each([
    [
      { status: 400, body: 'bad topic' },
      { class: 'rejected', devices: [{ status: 'refused' }] },
    ],
    [{ status: 413 }, { class: 'rejected', devices: [{ status: 'refused' }] }],
    [{ status: 401 }, { class: 'configuration', status: 401, devices: [] }],
    [{ status: 403 }, { class: 'configuration', status: 403, devices: [] }],
    [
      { status: 429, headers: { 'retry-after': '30' } },
      { class: 'rateLimited', retryAfterSeconds: 30, devices: [] },
    ],
    [{ status: 429 }, { class: 'rateLimited', retryAfterSeconds: null, devices: [] }],
    [{ status: 500 }, { class: 'serverError', devices: [] }],
    [
      { status: 502, body: '<html>bad gateway</html>' },
      { class: 'serverError', devices: [] },
    ],
    [
      { status: 503, headers: { 'retry-after': '5' } },
      { class: 'serverError', retryAfterSeconds: 5, devices: [] },
    ],
    [{ status: 301 }, { class: 'rejected', devices: [{ status: 'refused' }] }],
  ])('reads %j', async (answer, expected) => {
    service.behave(answer);
    const error = await failure([deviceOf(subscribed())]);
    expect(error).toMatchObject({ ...expected, handedOver: false, ofReceiver: true });
    expect(error.answer).toContain(service.allow);
  });

  it('tries those again that were busy, and leaves out who has it', async () => {
    const [busy, here] = [subscribed(), subscribed()];
    service.behave({ status: 429, headers: { 'retry-after': '9' } }, busy);
    expect(await failure([deviceOf(busy), deviceOf(here)])).toMatchObject({
      class: 'rateLimited',
      retryAfterSeconds: 9,
      handedOver: false,
      devices: [{ id: here.endpoint.slice(-8), status: 'sent' }],
    });
  });

  it('does not know whether it arrived when the answer is lost, and never sends such a one twice', async () => {
    const [lost, here, busy] = [subscribed(), subscribed(), subscribed()];
    service.behave('takesAndResets', lost);
    service.behave({ status: 503 }, busy);
    expect(await failure([deviceOf(lost)])).toMatchObject({ class: 'network', handedOver: true });
    expect(await failure([deviceOf(lost), deviceOf(busy)])).toMatchObject({ handedOver: true });
    expect((await send([deviceOf(lost), deviceOf(here)])).devices).toMatchObject([
      { id: here.endpoint.slice(-8), status: 'sent' },
      { id: lost.endpoint.slice(-8), status: 'refused' },
    ]);
  });

  it('signs with the key that each browser subscribed with, also after another was made', async () => {
    const old = await vapid.prepare({
      settings: { contact: 'a@example.com', publicKey: '' },
      secrets: {},
      rotate: false,
      deviceData: async () => [],
    });
    const before = readPairs(old.secrets['keys']!)!;
    const rotated = await vapid.prepare({ ...old, rotate: true, deviceData: async () => [before[0]!.publicKey] });
    const after = readPairs(rotated.secrets['keys']!)!;
    expect(rotated.settings['publicKey']).toBe(after[0]!.publicKey);
    expect(after).toHaveLength(2);
    const devices = after.map(({ publicKey }) =>
      deviceOf(service.endpoint({ applicationServerKey: publicKey }), publicKey),
    );
    await send(devices, { connection: connectionOf(after) });
    expect(service.received.map(({ vapid: { publicKey } }) => publicKey).toSorted()).toEqual(
      after.map(({ publicKey }) => publicKey).toSorted(),
    );
    // The key in use stays one rotation longer; what no browser uses goes.
    const third = await vapid.prepare({ ...rotated, rotate: true, deviceData: async () => [] });
    expect(readPairs(third.secrets['keys']!)!.map(({ publicKey }) => publicKey)).toEqual([
      third.settings['publicKey'],
      after[0]!.publicKey,
    ]);
  });

  it('keeps its keys when only the contact changes, and takes over those of another tool', async () => {
    const context = { rotate: false, deviceData: async () => [] };
    const made = await vapid.prepare({ settings: { contact: 'a@example.com' }, secrets: {}, ...context });
    const again = await vapid.prepare({
      settings: { contact: 'b@example.com', publicKey: 'forged' },
      secrets: made.secrets,
      ...context,
    });
    expect(again.secrets).toEqual(made.secrets);
    expect(again.settings['publicKey']).toBe(made.settings['publicKey']);
    const taken = await vapid.prepare({
      ...again,
      secrets: { ...again.secrets, privateKey: pair.privateKey },
      ...context,
    });
    expect(taken.settings['publicKey']).toBe(pair.publicKey);
    expect(readPairs(taken.secrets['keys']!)!.map(({ publicKey }) => publicKey)).toEqual([
      pair.publicKey,
      made.settings['publicKey'],
    ]);
    expect(Object.keys(taken.secrets)).toEqual(['keys']);
  });

  it('does not sign for a browser that subscribed with a key of others, and keeps it', async () => {
    const other = newVapidPair().publicKey;
    expect(await failure([deviceOf(service.endpoint(), other)])).toMatchObject({
      class: 'rejected',
      devices: [{ status: 'refused', detail: expect.stringContaining('does not have') as string }],
    });
    expect(service.requests()).toBe(0);
    // Registered by something that does not say with which key: the one in use.
    expect(await send([deviceOf(subscribed(), '')])).toMatchObject({ status: 'sent' });
  });

  it('never goes to an address inside, and one bad subscription does not hold up another', async () => {
    const inside = { ...subscribed(), endpoint: 'http://127.0.0.1:1/push' };
    const nonsense = { ...subscribed(), keys: { p256dh: 'x', auth: 'y' } };
    const here = subscribed();
    const { devices } = await send([inside, nonsense, here].map((each) => deviceOf(each)));
    expect(devices!.map(({ status }) => status).toSorted()).toEqual(['refused', 'refused', 'sent']);
    expect(await failure([deviceOf(inside)])).toMatchObject({ class: 'rejected', handedOver: false });
  });

  it('names the push services of a person as those who take the message', () => {
    const devices = [
      deviceOf({ ...subscribed(), endpoint: 'https://web.push.apple.com/b' }),
      deviceOf({ ...subscribed(), endpoint: 'https://fcm.googleapis.com/fcm/send/a' }),
      deviceOf({ ...subscribed(), endpoint: 'https://fcm.googleapis.com/fcm/send/c' }),
    ];
    expect(provider.receiverOf!({ content, connection: null, devices })).toBe(
      'https://fcm.googleapis.com https://web.push.apple.com',
    );
  });
});

describe('VapidHeaders', () => {
  it('signs once per push service, key and contact, and anew before it ends', () => {
    let now = Date.UTC(2026, 0, 1);
    const headers = new VapidHeaders(() => now);
    const of = (more: object = {}) =>
      headers.header({ origin: 'https://push.example', contact: 'mailto:a@example.com', pair, ...more });
    const expiryOf = (header: string) =>
      (JSON.parse(Buffer.from(header.split('.')[1]!, 'base64url').toString()) as { exp: number }).exp * 1_000;
    const first = of();
    expect(expiryOf(first)).toBe(now + 12 * 3_600_000);
    expect(of()).toBe(first);
    for (const other of [
      { origin: 'https://else.example' },
      { contact: 'mailto:b@example.com' },
      { pair: newVapidPair() },
    ])
      expect(of(other)).not.toBe(first);
    now += 10.9 * 3_600_000;
    expect(of()).toBe(first);
    now += 0.2 * 3_600_000;
    expect(of()).not.toBe(first);
    expect(expiryOf(of())).toBe(Math.floor(now / 1_000) * 1_000 + 12 * 3_600_000);
  });
});
