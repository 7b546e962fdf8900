import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, CDPSession } from 'playwright-core';
import { until } from '../../../backend/test/chain.js';
import type { PushService } from '../../../backend/test/push-service.js';

/**
 * Chromium has no push service where its vendor's network is not: subscriptions come from the one of the test, and are
 * kept over reloads, as a browser keeps them. Nothing else is replaced.
 */
export async function usePushService(context: BrowserContext, service: Pick<PushService, 'endpoint'>): Promise<void> {
  await context.exposeFunction('askPushService', (applicationServerKey: string) =>
    service.endpoint({ applicationServerKey }),
  );
  await context.addInitScript(() => {
    type Kept = { endpoint: string; keys: { p256dh: string; auth: string }; key: number[] };
    const place = 'push service of the test';
    const read = (): PushSubscription | null => {
      const text = localStorage.getItem(place);
      if (!text) return null;
      const { endpoint, keys, key } = JSON.parse(text) as Kept;
      return {
        endpoint,
        options: { applicationServerKey: Uint8Array.from(key).buffer, userVisibleOnly: true },
        toJSON: () => ({ endpoint, keys, expirationTime: null }),
        unsubscribe: async () => {
          localStorage.removeItem(place);
          return true;
        },
      } as unknown as PushSubscription;
    };
    PushManager.prototype.getSubscription = async () => read();
    PushManager.prototype.subscribe = async (options) => {
      if (Notification.permission !== 'granted') throw new DOMException('not allowed', 'NotAllowedError');
      const key = [...new Uint8Array(options?.applicationServerKey as ArrayBuffer)];
      const text = btoa(String.fromCharCode(...key))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replaceAll('=', '');
      const { askPushService } = window as unknown as { askPushService: (key: string) => Promise<Omit<Kept, 'key'>> };
      localStorage.setItem(place, JSON.stringify({ ...(await askPushService(text)), key }));
      return read()!;
    };
  });
}

/** The real service worker of the shop, with what DevTools can do with it. */
export async function workerOf({ context, cdp, origin }: { context: BrowserContext; cdp: CDPSession; origin: string }) {
  const found = await until(() => context.serviceWorkers()[0] ?? null, 'the service worker');
  let registrationId: string | undefined;
  cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    registrationId = registrations.find(({ scopeURL }) => scopeURL === `${origin}/demo-shop`)?.registrationId;
  });
  await cdp.send('ServiceWorker.enable');
  const id = await until(() => registrationId ?? null, 'its registration');
  return {
    deliver: (data: string) => cdp.send('ServiceWorker.deliverPushMessage', { origin, registrationId: id, data }),
    shown: () =>
      found.evaluate(async () => {
        const { registration } = self as unknown as { registration: ServiceWorkerRegistration };
        const all = (await registration.getNotifications()) as (Notification & {
          actions: { action: string; title: string }[];
        })[];
        return all.map(({ title, body, actions }) => ({
          title,
          body,
          actions: actions.map((each) => ({ action: each.action, title: each.title })),
        }));
      }),
    /** DevTools cannot click a notification: the event is made in the worker, which cannot tell. */
    click: (action: string) =>
      found.evaluate(async (clicked) => {
        const scope = self as unknown as {
          registration: ServiceWorkerRegistration;
          NotificationEvent: new (type: string, init: { notification: Notification; action: string }) => Event;
        };
        const [notification] = await scope.registration.getNotifications();
        self.dispatchEvent(
          new scope.NotificationEvent('notificationclick', { notification: notification!, action: clicked }),
        );
      }, action),
  };
}

/** Where the worker reports to: what it said, and how it is answered. */
export async function listener() {
  const said: any[] = [];
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('access-control-allow-origin', '*');
      response.statusCode = statuses.shift() ?? 204;
      if (response.statusCode < 300) said.push({ path: request.url, ...JSON.parse(Buffer.concat(chunks).toString()) });
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/t/p`,
    said,
    statuses,
    close: () => server.close(),
  };
}

/** A shop as docs/web-sdk.md says: its snippet, and one line as service worker. */
export async function ownShop({
  host,
  writeKey,
}: {
  host: string;
  writeKey: string;
}): Promise<{ url: string; close: () => void }> {
  const guide = readFileSync(new URL('../../../docs/web-sdk.md', import.meta.url), 'utf8');
  const said = /```html\n(<script>[^]+?)```/.exec(guide)![1]!.replaceAll('https://wend.example.com', host);
  const page = `<!doctype html><title>Shop</title><body>${said.replace('wk_…', writeKey)}`;
  const worker = /importScripts\(.+\);/.exec(guide)![0].replace('https://wend.example.com', host);
  const server = createServer((request, response) => {
    const isWorker = request.url === '/wend-sw.js';
    response.setHeader('content-type', isWorker ? 'text/javascript' : 'text/html');
    response.end(isWorker ? worker : page);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}
