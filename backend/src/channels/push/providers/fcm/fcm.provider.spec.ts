import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProviderError } from '@wend/node-sdk';
import type { Device, OpenConnection, SendResult } from '@wend/node-sdk';
import { fcmEdge, fcmRefusal, serviceAccountJson } from '../../../../../test/fcm-edge.js';
import type { FcmAnswer, FcmEdge } from '../../../../../test/fcm-edge.js';
import { Destinations, SafeHttpClient } from '../../../../platform/outbound/index.js';
import { openProvider, servicesOf } from '../../../provider.js';
import type { Provider } from '../../../provider.js';
import type { PushContent } from '../../push-content.js';
import { fcm } from './fcm.provider.js';

const workspaceId = '11111111-1111-4111-8111-111111111111';
const content: PushContent = { title: 'Hi', body: 'There', link: null, image: null };

function opened({ connectTls, http }: Pick<FcmEdge, 'connectTls' | 'http'>): Provider {
  const services = servicesOf({
    http: new SafeHttpClient({ allow: [] }),
    destinations: new Destinations({ allow: [] }),
  });
  return openProvider(fcm, { ...services, connectTls, http });
}

const connectionOf = (more: Partial<OpenConnection> = {}): OpenConnection => ({
  id: 'c',
  workspaceId,
  kind: 'fcm',
  settings: { android: 'system', mode: 'send' },
  secrets: { serviceAccount: serviceAccountJson },
  oldSecrets: null,
  feedbackUrl: '',
  revision: '1',
  ...more,
});
const deviceOf = (token: string, more: Partial<Device> = {}): Device => ({
  id: `id of ${token}`,
  kind: 'fcm',
  token,
  permission: 'authorized',
  platform: null,
  data: {},
  ...more,
});

describe('FCM', () => {
  let google: FcmEdge;
  let provider: Provider;
  beforeEach(async () => {
    google = await fcmEdge();
    provider = opened(google);
  });
  afterEach(async () => {
    await provider.close?.();
    await google.close();
    expect(google.refusals).toEqual([]);
  });

  async function send({
    devices,
    connection = connectionOf(),
    withinMs = 5_000,
    content: given = content,
  }: {
    devices: Device[];
    connection?: OpenConnection;
    withinMs?: number;
    content?: PushContent;
  }): Promise<SendResult | ProviderError> {
    try {
      return await provider.send({
        message: { id: 'm1', workspaceId, channel: 'push' },
        content: given,
        recipient: devices[0]?.token ?? null,
        devices,
        idempotencyKey: 'm1',
        connection,
        signal: AbortSignal.timeout(withinMs),
        handingOver: async () => undefined,
      });
    } catch (error) {
      expect(error).toBeInstanceOf(ProviderError);
      return error as ProviderError;
    }
  }
  const answered = async (answer: FcmAnswer, withinMs?: number) => {
    google.answer('phone', answer);
    return send({ devices: [deviceOf('phone')], ...(withinMs !== undefined && { withinMs }) });
  };

  it('logs in once with a signed JWT, and sends to every device in one call', async () => {
    const result = await send({ devices: [deviceOf('one'), deviceOf('two'), deviceOf('three')] });
    expect(result).toMatchObject({
      status: 'sent',
      providerId: 'projects/shop-project/messages/0:one',
      detail: '3 of 3 devices',
      devices: [
        { id: 'id of one', status: 'sent', providerId: 'projects/shop-project/messages/0:one' },
        { id: 'id of two', status: 'sent' },
        { id: 'id of three', status: 'sent' },
      ],
    });
    await send({ devices: [deviceOf('one')] });
    expect(google.logins).toHaveLength(1);
    expect(google.sent.map(({ token }) => token).sort()).toEqual(['one', 'one', 'three', 'two']);
    // One for each device, of which one was used again.
    expect(google.connections()).toBe(3);
  });

  it('sends only to FCM’s tokens', async () => {
    const sandbox = deviceOf('sandbox', { kind: 'sandbox' });
    await send({ devices: [sandbox, deviceOf('phone')] });
    expect(google.sent.map(({ token }) => token)).toEqual(['phone']);
    expect(await send({ devices: [sandbox] })).toMatchObject({ class: 'badAddress' });
  });

  it('gives each platform its part', async () => {
    await send({
      devices: [deviceOf('phone'), deviceOf('browser', { platform: 'web' })],
      content: {
        title: 'Sale',
        body: 'Half off',
        link: 'https://shop.example/sale',
        image: 'https://shop.example/sale.png',
        actions: [{ label: 'Buy', link: 'shop://buy' }],
        badge: 3,
        sound: 'ping',
        collapseKey: 'sale',
        ttlSeconds: 3_600,
        priority: 'normal',
        data: { campaign: 'spring' },
        androidChannel: 'offers',
        interruption: 'time-sensitive',
        report: 'https://wend.example/t/p/x',
      },
    });
    const { message } = google.sent[0]!;
    expect(message).toMatchObject({
      data: { campaign: 'spring' },
      android: {
        priority: 'normal',
        ttl: '3600s',
        collapse_key: 'sale',
        notification: {
          title: 'Sale',
          body: 'Half off',
          image: 'https://shop.example/sale.png',
          channel_id: 'offers',
          sound: 'ping',
          tag: 'sale',
          notification_count: 3,
        },
      },
      apns: {
        headers: { 'apns-push-type': 'alert', 'apns-priority': '5', 'apns-collapse-id': 'sale' },
        payload: {
          aps: {
            alert: { title: 'Sale', body: 'Half off' },
            badge: 3,
            sound: 'ping',
            'interruption-level': 'time-sensitive',
            'mutable-content': 1,
            category: 'wend-1',
          },
        },
        fcmOptions: { image: 'https://shop.example/sale.png' },
      },
      webpush: {
        headers: { TTL: '3600', Urgency: 'normal' },
        notification: { title: 'Sale', actions: [{ action: '1', title: 'Buy' }] },
      },
    });
    const expiry = Number(message.apns.headers['apns-expiration']) - Date.now() / 1_000;
    expect(expiry).toBeGreaterThan(3_500);
    expect(expiry).toBeLessThanOrEqual(3_600);
    expect(JSON.parse(message.data.wend)).toEqual({
      id: 'm1',
      report: 'https://wend.example/t/p/x',
      link: 'https://shop.example/sale',
      actions: [{ label: 'Buy', link: 'shop://buy' }],
    });
  });

  it('leaves drawing to the app on Android where the connection says so', async () => {
    await send({ devices: [deviceOf('phone')], connection: connectionOf({ settings: { android: 'app' } }) });
    const { message } = google.sent[0]!;
    expect(message.android).toEqual({ priority: 'high' });
    expect(message.notification).toBeUndefined();
    expect(JSON.parse(message.data.wend)).toMatchObject({ title: 'Hi', body: 'There' });
    expect(message.apns.payload.aps.alert).toEqual({ title: 'Hi', body: 'There' });
  });

  it('only validates where the connection says so', async () => {
    const connection = connectionOf({ settings: { mode: 'validate' } });
    expect(await send({ devices: [deviceOf('phone')], connection })).toMatchObject({
      status: 'sent',
      detail: 'Checked by Firebase and not delivered',
    });
    expect(google.sent).toMatchObject([{ token: 'phone', validateOnly: true }]);
    expect(google.taken).toEqual([]);
  });

  describe('refusals', () => {
    it.each([
      ['UNREGISTERED', fcmRefusal({ http: 404, status: 'NOT_FOUND', code: 'UNREGISTERED' })],
      ['SENDER_ID_MISMATCH', fcmRefusal({ http: 403, status: 'PERMISSION_DENIED', code: 'SENDER_ID_MISMATCH' })],
    ])('%s removes the device', async (_, answer) => {
      expect(await answered(answer)).toMatchObject({
        class: 'badAddress',
        handedOver: false,
        devices: [{ id: 'id of phone', status: 'gone' }],
      });
    });

    it.each([
      ['a bad payload', fcmRefusal({ http: 400, status: 'INVALID_ARGUMENT', field: 'message.data' })],
      [
        'a bad payload of which FCM itself says so',
        fcmRefusal({ http: 400, status: 'INVALID_ARGUMENT', code: 'INVALID_ARGUMENT' }),
      ],
      [
        'a token that is none',
        fcmRefusal({ http: 400, status: 'INVALID_ARGUMENT', code: 'INVALID_ARGUMENT', field: 'message.token' }),
      ],
    ])('%s ends the message and never removes the device', async (_, answer) => {
      expect(await answered(answer)).toMatchObject({
        class: 'rejected',
        handedOver: false,
        devices: [{ id: 'id of phone', status: 'refused' }],
      });
    });

    it.each([
      ['a missing APNs key', fcmRefusal({ http: 401, status: 'UNAUTHENTICATED', code: 'THIRD_PARTY_AUTH_ERROR' })],
      ['a login that is refused', fcmRefusal({ http: 401, status: 'UNAUTHENTICATED' })],
      ['a project that may not be used', fcmRefusal({ http: 403, status: 'PERMISSION_DENIED' })],
      ['a project that is not there', fcmRefusal({ http: 404, status: 'NOT_FOUND' })],
    ])('%s is for the settings, and says nothing of the device', async (_, answer) => {
      expect(await answered(answer)).toMatchObject({ class: 'configuration', handedOver: false, devices: [] });
    });

    it.each([
      [
        'a quota, with a time',
        fcmRefusal({
          http: 429,
          status: 'RESOURCE_EXHAUSTED',
          code: 'QUOTA_EXCEEDED',
          headers: { 'retry-after': '17' },
        }),
        { class: 'rateLimited', retryAfterSeconds: 17, status: 429 },
      ],
      [
        'a quota, without one',
        fcmRefusal({ http: 429, status: 'RESOURCE_EXHAUSTED', code: 'QUOTA_EXCEEDED' }),
        { class: 'rateLimited', retryAfterSeconds: 60 },
      ],
      [
        'INTERNAL',
        fcmRefusal({ http: 500, status: 'INTERNAL', code: 'INTERNAL' }),
        { class: 'serverError', status: 500, retryAfterSeconds: null },
      ],
      [
        'a proxy’s page',
        { status: 502, body: '<html>Bad gateway</html>' },
        { class: 'serverError', status: 502, answer: '<html>Bad gateway</html>' },
      ],
      [
        'UNAVAILABLE, with a time',
        fcmRefusal({ http: 503, status: 'UNAVAILABLE', code: 'UNAVAILABLE', headers: { 'retry-after': '30' } }),
        { class: 'serverError', status: 503, retryAfterSeconds: 30 },
      ],
    ] as [string, FcmAnswer, object][])('%s is for later, and asked once', async (_, answer, expected) => {
      const before = Date.now();
      expect(await answered(answer)).toMatchObject({ ...expected, handedOver: false, devices: [] });
      expect(google.sent).toHaveLength(1);
      // The SDK itself would be silent for seconds, and send again.
      expect(Date.now() - before).toBeLessThan(2_500);
    });

    it.each(['resets', 'half an answer', 'truncated JSON'] as const)(
      'one who %s may have it: it is not sent again',
      async (answer) => {
        expect(await answered(answer)).toMatchObject({ class: 'network', handedOver: true, away: false });
        expect(google.sent).toHaveLength(1);
      },
    );

    it('gives up on one who says nothing, and cuts the connection', async () => {
      await send({ devices: [deviceOf('other')] });
      expect(await answered('says nothing', 300)).toMatchObject({ class: 'timeout', handedOver: true });
      expect(google.sent.filter(({ token }) => token === 'phone')).toHaveLength(1);
    });
  });

  describe('of several devices', () => {
    const gone = fcmRefusal({ http: 404, status: 'NOT_FOUND', code: 'UNREGISTERED' });
    const busy = fcmRefusal({ http: 503, status: 'UNAVAILABLE', code: 'UNAVAILABLE' });

    it('one that takes it is enough; the others are told apart', async () => {
      google.answer('old', gone);
      google.answer('bad', fcmRefusal({ http: 400, status: 'INVALID_ARGUMENT', code: 'INVALID_ARGUMENT' }));
      google.answer('iphone', fcmRefusal({ http: 401, status: 'UNAUTHENTICATED', code: 'THIRD_PARTY_AUTH_ERROR' }));
      google.answer('lost', 'resets');
      const result = await send({ devices: ['phone', 'old', 'bad', 'iphone', 'lost'].map((token) => deviceOf(token)) });
      expect(result).toMatchObject({ status: 'sent', detail: '1 of 5 devices' });
      expect(Object.fromEntries((result as SendResult).devices!.map(({ id, status }) => [id, status]))).toEqual({
        'id of phone': 'sent',
        'id of old': 'gone',
        'id of bad': 'refused',
        'id of iphone': 'refused',
        'id of lost': 'refused',
      });
    });

    it('those that may take it later are tried again without those that are done', async () => {
      google.answer('old', gone);
      google.answer('later', busy);
      google.answer('lost', 'resets');
      const error = (await send({
        devices: ['phone', 'old', 'later', 'lost'].map((token) => deviceOf(token)),
      })) as ProviderError;
      expect(error).toMatchObject({ class: 'serverError', handedOver: false });
      // Who may have it counts as done: two on one phone are worse than none.
      expect(error.devices.map(({ id, status }) => `${id} ${status}`).sort()).toEqual([
        'id of lost refused',
        'id of old gone',
        'id of phone sent',
      ]);
    });

    it('when none has taken it for sure, nobody knows what became of the message', async () => {
      google.answer('lost', 'resets');
      google.answer('old', gone);
      expect(await send({ devices: [deviceOf('lost'), deviceOf('old')] })).toMatchObject({
        handedOver: true,
        devices: [{ id: 'id of old', status: 'gone' }],
      });
    });
  });

  describe('the login', () => {
    it('that is refused is a matter of the settings', async () => {
      google.refuseLogin({
        status: 400,
        body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' },
      });
      expect(await send({ devices: [deviceOf('phone')] })).toMatchObject({
        class: 'configuration',
        handedOver: false,
        status: 400,
        message: expect.stringMatching(/invalid_grant: Invalid JWT Signature.*Create a new key/s),
      });
      google.refuseLogin(null);
      expect(await send({ devices: [deviceOf('phone')] })).toMatchObject({ status: 'sent' });
    });

    it('is made anew with a new key, and messages under way end as they began', async () => {
      const first = send({ devices: [deviceOf('phone')] });
      const second = send({ devices: [deviceOf('phone')], connection: connectionOf({ revision: '2' }) });
      expect(await first).toMatchObject({ status: 'sent' });
      expect(await second).toMatchObject({ status: 'sent' });
      expect(google.logins).toHaveLength(2);
    });
  });

  it('tests the settings: a login and a message that is only validated', async () => {
    expect(await provider.test!(connectionOf())).toMatch(/project “shop-project”.*None was delivered/);
    expect(google.sent).toMatchObject([{ topic: 'wend-connection-test', validateOnly: true }]);
    google.refuseLogin({ status: 401, body: { error: 'invalid_client', error_description: 'No such account.' } });
    await expect(provider.test!(connectionOf({ id: 'other' }))).rejects.toMatchObject({ class: 'configuration' });
    await expect(provider.test!(connectionOf({ id: 'none', secrets: {} }))).rejects.toMatchObject({
      class: 'configuration',
    });
  });

  it.each([
    ['{', /whole JSON file/],
    ['[]', /whole JSON file/],
    ['{"project_info":{},"client":[]}', /google-services\.json/],
    ['{"type":"authorized_user"}', /service_account/],
    ['{"type":"service_account","project_id":"p","client_email":"e"}', /no “private_key”/],
    ['{"type":"service_account","project_id":"p","client_email":"e","private_key":"x"}', /cannot be read/],
    [JSON.stringify({ ...JSON.parse(serviceAccountJson), project_id: 'a/../b' }), /“project_id”/],
  ])('refuses %.60s as a key, and says what to paste', (serviceAccount, message) => {
    const parsed = fcm.settings!.safeParse({ serviceAccount, android: 'system', mode: 'send' });
    expect(parsed.error?.issues).toMatchObject([{ path: ['serviceAccount'], message: expect.stringMatching(message) }]);
  });
});
