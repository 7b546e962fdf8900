import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from './api.js';
import { pathOf, publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import { pushService } from './push-service.js';
import type { Subscription } from './push-service.js';

let service: Awaited<ReturnType<typeof pushService>>;
let chain: Chain;
let writeKey: string;
beforeAll(async () => {
  service = await pushService();
  chain = await startChain({ WEND_OUTBOUND_ALLOW: service.allow });
  ({ key: writeKey } = await chain.workspace.key('ingest'));
});
afterAll(async () => {
  await chain?.close();
  await service?.close();
});

/** What a page calls, from its own origin. */
const call = async (method: string, path: string, body?: object) => {
  const response = await fetch(`${chain.api.url}${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
      'content-type': 'application/json',
      origin: 'https://shop.example',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
};
const publicKey = async () => (await call('GET', '/v1/webpush/key')).body.publicKey as string;

/** A browser of this person that has allowed notifications. */
async function subscribe(userId: string): Promise<Subscription> {
  const vapidKey = await publicKey();
  const subscription = service.endpoint({ applicationServerKey: vapidKey });
  const { status } = await call('POST', '/v1/devices', {
    userId,
    kind: 'webpush',
    token: subscription.endpoint,
    platform: 'web',
    permission: 'authorized',
    data: { ...subscription.keys, vapidKey },
  });
  expect(status).toBe(200);
  return subscription;
}

/** Enters a journey that sends a web push, and waits until its message is settled. */
async function push(userId: string) {
  const event = `Sale ${randomUUID()}`;
  const journeyId = await publish(chain, {
    name: 'Sale',
    graph: graphOf([
      entry(event, 'push'),
      {
        id: 'push',
        type: 'wend/web-push',
        config: {
          title: 'For {{ entry.who }}',
          body: 'Only today',
          link: 'https://shop.example/sale',
          actions: [{ label: 'Buy', link: 'https://shop.example/buy?who={{ entry.who }}' }],
          urgency: 'high',
          ttlHours: 2,
          collapseKey: 'sale',
        },
        to: { queued: 'end', notReachable: 'end' },
      },
      { id: 'end', type: 'wend/exit', config: { reason: 'done' } },
    ]),
  });
  await track(chain, { userId, event, properties: { who: 'Ann & Bob' } });
  const run = await until(async () => (await runsOf(chain, journeyId))[0], 'the run');
  const settled = await until(async () => {
    const detail = await runOf(chain, run.id);
    return (
      detail.endedAt && detail.messages.every(({ status }: any) => !['queued', 'sending'].includes(status)) && detail
    );
  }, 'the run to end and its message to be settled');
  return { ...settled.messages[0], path: pathOf(settled) };
}
const devicesLeft = async () =>
  (
    await chain.api.database.query<{ token: string }>('select token from devices where workspace_id = $1', [
      chain.workspace.id,
    ])
  ).map(({ token }) => token);
const connection = async () =>
  (await chain.owner.get('/api/connections')).body.items.find(({ kind }: { kind: string }) => kind === 'vapid');

it('has no key for pages before it is set up, and makes one then that never shows its private half', async () => {
  const none = await call('GET', '/v1/webpush/key');
  expect([none.status, none.body.code]).toEqual([404, 'no-web-push']);
  expect((await connect(chain.owner, 'vapid', { contact: 'nobody' })).body).toMatchObject({
    errors: [{ path: 'contact' }],
  });
  const made = await connect(chain.owner, 'vapid', { contact: 'shop@example.com' });
  expect(made.body).toMatchObject({ kind: 'vapid', secrets: ['keys'] });
  const key = await call('GET', '/v1/webpush/key');
  expect([key.status, key.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  expect(Buffer.from(key.body.publicKey, 'base64url')).toHaveLength(65);
  expect(made.body.settings.publicKey).toBe(key.body.publicKey);
  expect((await fetch(`${chain.api.url}/v1/webpush/key`)).status).toBe(401);
  const preflight = await fetch(`${chain.api.url}/v1/webpush/key`, { method: 'OPTIONS' });
  expect(preflight.headers.get('access-control-allow-methods')).toContain('GET');
  // Saving again keeps it.
  await connect(chain.owner, 'vapid', { contact: 'other@example.com' });
  expect(await publicKey()).toBe(key.body.publicKey);
});

it('goes from a journey to every browser of a person; what the browser reports is heard', async () => {
  const [laptop, phone] = [await subscribe('ann'), await subscribe('ann')];
  const message = await push('ann');
  expect(message).toMatchObject({ status: 'sent', provider: 'vapid', title: 'For Ann & Bob' });
  const got = service.received.filter(({ endpoint }) => [laptop.endpoint, phone.endpoint].includes(endpoint));
  expect(got).toHaveLength(2);
  expect(got[0]).toMatchObject({ ttl: 7_200, urgency: 'high', topic: 'sale' });
  const payload = JSON.parse(got[0]!.payload!);
  expect(payload).toMatchObject({
    wend: 1,
    id: message.id,
    title: 'For Ann & Bob',
    link: 'https://shop.example/sale',
    actions: [{ action: 'button-1', title: 'Buy', link: 'https://shop.example/buy?who=Ann%20%26%20Bob' }],
    tag: 'sale',
  });
  const report = (body: object) => fetch(payload.report.url, { method: 'POST', body: JSON.stringify(body) });
  const state = async () => (await chain.owner.get(`/api/messages/${message.id}`)).body.status;
  expect((await report({ kind: 'shown' })).status).toBe(204);
  await until(async () => (await state()) === 'delivered', 'the message to be delivered');
  expect((await report({ kind: 'clicked', action: 'button-1', link: payload.actions[0].link })).status).toBe(204);
  await until(async () => (await state()) === 'clicked', 'the click to count', 30_000);
});

it('forgets a browser that has unsubscribed, and reaches nobody who has no other', async () => {
  const [gone, here] = [await subscribe('bea'), await subscribe('bea')];
  service.behave({ status: 410 }, gone);
  expect(await push('bea')).toMatchObject({ status: 'sent' });
  expect(await devicesLeft()).not.toContain(gone.endpoint);
  expect(await devicesLeft()).toContain(here.endpoint);
  service.behave({ status: 404 }, here);
  expect(['failed', 'bounced']).toContain((await push('bea')).status);
  expect(await devicesLeft()).not.toContain(here.endpoint);
  expect((await push('bea')).path).toEqual(['entry:next', 'push:notReachable']);
});

it('makes another key when asked to; browsers of before still get what is signed with theirs', async () => {
  const before = await subscribe('cem');
  const old = await publicKey();
  const { id } = await connection();
  const rotated = await chain.owner.send('POST', `/api/connections/${id}/rotate`, { secrets: {}, keepOldHours: 0 });
  expect(rotated.status).toBe(200);
  const fresh = await publicKey();
  expect(fresh).not.toBe(old);
  expect(rotated.body.settings.publicKey).toBe(fresh);
  const after = await subscribe('cem');
  expect(await push('cem')).toMatchObject({ status: 'sent' });
  const keys = service.received
    .filter(({ endpoint }) => [before.endpoint, after.endpoint].includes(endpoint))
    .map(({ vapid }) => vapid.publicKey);
  expect(keys.toSorted()).toEqual([old, fresh].toSorted());
});
