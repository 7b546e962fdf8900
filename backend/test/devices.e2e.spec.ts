import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';

let api: TestApi;
let workspace: TestWorkspace;
let key: string;

beforeAll(async () => {
  api = await startTestApi();
  workspace = await api.workspace();
  ({ key } = await workspace.key('ingest'));
});
afterAll(() => api?.close());

async function send(method: string, path: string, body: object, authorization = `Bearer ${key}`) {
  const response = await fetch(`${api.url}${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json', origin: 'https://shop.example' },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}
const register = (body: object) => send('POST', '/v1/devices', body);
const devices = (token: string) =>
  api.database.query<any>(
    `select d.id, d.kind, d.permission, d.platform, d.app_id, d.app_version, d.data, d.last_active_at, d.updated_at,
        p.external_id as owner
      from devices d
      join profiles p on p.workspace_id = d.workspace_id and p.id = d.profile_id
      where d.workspace_id = $1 and d.token = $2`,
    [workspace.id, token],
  );

describe('/v1/devices', () => {
  it('registers a device for a person who is not known yet, and shows it on their page', async () => {
    const answer = await register({
      userId: 'ana',
      kind: 'fcm',
      token: 'ana-phone',
      platform: 'ios',
      permission: 'provisional',
      appId: 'app.shop',
      appVersion: '2.1',
    });
    expect([answer.status, answer.body, answer.headers.get('access-control-allow-origin')]).toEqual([
      200,
      { success: true },
      '*',
    ]);
    const [profile] = await api.database.query<{ id: string }>(
      `select id from profiles where workspace_id = $1 and external_id = 'ana'`,
      [workspace.id],
    );
    const page = await workspace.owner.get(`/api/profiles/${profile!.id}`);
    expect(page.body.devices).toEqual([
      {
        id: expect.any(String),
        kind: 'fcm',
        token: 'ana-phone',
        permission: 'provisional',
        platform: 'ios',
        appId: 'app.shop',
        appVersion: '2.1',
        lastActiveAt: expect.any(String),
        createdAt: expect.any(String),
      },
    ]);
    // Quietly allowed counts as allowed; and no event says that anything was done.
    expect(page.body.reachable).toMatchObject({ push: true, webpush: false });
    expect(page.body.events).toEqual([]);
  });

  it('moves a token to who has it now, with what is known of it', async () => {
    await register({ userId: 'one', kind: 'fcm', token: 'shared', platform: 'android', permission: 'authorized' });
    await register({ userId: 'two', kind: 'fcm', token: 'shared' });
    expect(await devices('shared')).toMatchObject([{ owner: 'two', platform: 'android', permission: 'authorized' }]);
  });

  it('joins a visitor to the user whom a registration names with it', async () => {
    await register({ anonymousId: 'visitor', kind: 'fcm', token: 'visitor-phone' });
    expect(await devices('visitor-phone')).toMatchObject([{ owner: null }]);
    await register({ anonymousId: 'visitor', userId: 'vera', kind: 'fcm', token: 'vera-tablet' });
    expect(await devices('visitor-phone')).toMatchObject([{ owner: 'vera' }]);
    expect(await devices('vera-tablet')).toMatchObject([{ owner: 'vera' }]);
  });

  it('keeps the keys of a browser and takes new ones', async () => {
    const subscription = { userId: 'web', kind: 'webpush', token: 'https://push.example/abc', platform: 'web' };
    await register({ ...subscription, data: { p256dh: 'P', auth: 'A', vapidKey: 'K' } });
    await register(subscription);
    expect(await devices(subscription.token)).toMatchObject([{ data: { p256dh: 'P', auth: 'A', vapidKey: 'K' } }]);
    await register({ ...subscription, data: { p256dh: 'P2', auth: 'A2', vapidKey: 'K2' } });
    expect(await devices(subscription.token)).toMatchObject([{ data: { p256dh: 'P2', auth: 'A2', vapidKey: 'K2' } }]);
  });

  it('tells a fresh registration from an old one, though nothing else changed', async () => {
    await register({ userId: 'again', kind: 'fcm', token: 'again-phone' });
    const [before] = await devices('again-phone');
    await register({ userId: 'again', kind: 'fcm', token: 'again-phone' });
    const [after] = await devices('again-phone');
    expect(after.id).toBe(before.id);
    expect(after.updated_at.getTime()).toBeGreaterThan(before.updated_at.getTime());
  });

  it('removes a device, also when it is gone already, and nobody else’s', async () => {
    await register({ userId: 'gone', kind: 'fcm', token: 'gone-phone' });
    const other = await api.workspace();
    const theirs = (await other.key('ingest')).key;
    await send('DELETE', '/v1/devices', { kind: 'fcm', token: 'gone-phone' }, `Bearer ${theirs}`);
    expect(await devices('gone-phone')).toHaveLength(1);
    for (let round = 0; round < 2; round += 1)
      expect((await send('DELETE', '/v1/devices', { kind: 'fcm', token: 'gone-phone' })).body).toEqual({
        success: true,
      });
    expect(await devices('gone-phone')).toEqual([]);
  });

  it.each([
    [{ kind: 'fcm', token: 't' }, 'userId', /give userId or anonymousId/],
    [{ userId: 'undefined', kind: 'fcm', token: 't' }, 'userId', /names nobody/],
    [{ userId: 'u', kind: 'fcm' }, 'token', /is missing/],
    [{ userId: 'u', kind: 'fcm', token: 'two words' }, 'token', /without blanks/],
    [{ userId: 'u', token: 't' }, 'kind', /is missing/],
    [{ userId: 'u', kind: 'sandbox', token: 't' }, 'kind', /use fcm or webpush/],
    [{ userId: 'u', kind: 'apns', token: 't' }, 'kind', /which no channel reaches/],
    [{ userId: 'u', kind: 'fcm', token: 't', platform: 'windows' }, 'platform', /ios, android or web/],
    [{ userId: 'u', kind: 'fcm', token: 't', permission: 'granted' }, 'permission', /authorized, provisional/],
    [{ userId: 'u', kind: 'fcm', token: 't', data: { k: 'x'.repeat(5_000) } }, 'data', /at most/],
    [{ userId: 'u', kind: 'fcm', token: 't', data: { k: 'a\u0000b' } }, '', /NUL/],
  ])('refuses %j', async (body, path, message) => {
    const answer = await register(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-device']);
    expect(answer.body.errors).toContainEqual({ path, message: expect.stringMatching(message) });
  });

  it('takes write keys only, as events do, and browsers may ask from anywhere', async () => {
    expect((await send('POST', '/v1/devices', { userId: 'u', kind: 'fcm', token: 't' }, 'Bearer wk_no')).status).toBe(
      401,
    );
    const inBody = await send('POST', '/v1/devices', { writeKey: key, userId: 'k', kind: 'fcm', token: 'k-phone' }, '');
    expect(inBody.status).toBe(200);
    const preflight = await fetch(`${api.url}/v1/devices`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'DELETE' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([
      204,
      'GET, POST, DELETE, OPTIONS',
    ]);
    expect((await fetch(`${api.url}/v1/devices`)).headers.get('allow')).toMatch(/POST/);
  });
});

describe('context.device of events', () => {
  const track = (userId: string, context: object) =>
    send('POST', '/v1/identify', { userId, traits: {}, context: { ...context } });

  it('tells what Segment’s SDKs know of the device', async () => {
    await track('seg', {
      device: { token: 'seg-phone', type: 'ios', adTrackingEnabled: true, permission: 'provisional' },
      os: { name: 'iOS', version: '19.1' },
      app: { namespace: 'app.shop', version: '2.0' },
    });
    await track('seg', { device: { token: 'seg-tablet', type: 'android' }, app: { version: '1' } });
    expect(await devices('seg-phone')).toMatchObject([
      { kind: 'fcm', platform: 'ios', permission: 'provisional', app_id: 'app.shop', app_version: '2.0' },
    ]);
    expect(await devices('seg-tablet')).toMatchObject([
      { kind: 'fcm', platform: 'android', permission: 'authorized', app_version: '1' },
    ]);
  });

  it('writes nothing for a device that is as it was and was seen within the hour', async () => {
    const context = { device: { token: 'busy', type: 'android' } };
    await track('busy', context);
    const [before] = await devices('busy');
    await track('busy', context);
    expect(await devices('busy')).toEqual([before]);
    await api.database.query(
      `update devices set last_active_at = now() - interval '61 minutes' where workspace_id = $1 and token = 'busy'`,
      [workspace.id],
    );
    await track('busy', context);
    const [after] = await devices('busy');
    expect(after.last_active_at.getTime()).toBeGreaterThanOrEqual(before.last_active_at.getTime());
    await track('busy', { ...context, app: { version: '3' } });
    expect(await devices('busy')).toMatchObject([{ app_version: '3' }]);
  });

  it('leaves a device denied until its app says otherwise', async () => {
    await track('deny', { device: { token: 'deny', type: 'ios', permission: 'denied' } });
    await track('deny', { device: { token: 'deny', type: 'ios' } });
    expect(await devices('deny')).toMatchObject([{ permission: 'denied' }]);
    await register({ userId: 'deny', kind: 'fcm', token: 'deny' });
    expect(await devices('deny')).toMatchObject([{ permission: 'denied' }]);
    await register({ userId: 'deny', kind: 'fcm', token: 'deny', permission: 'authorized' });
    expect(await devices('deny')).toMatchObject([{ permission: 'authorized' }]);
  });
});
