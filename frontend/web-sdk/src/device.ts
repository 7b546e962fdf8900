import { fromBase64Url, toBase64Url } from './bytes.js';

/** What this browser has told Wend of its subscription. The page and the service worker both read and write it. */
export type DeviceRecord = {
  host: string;
  writeKey: string;
  userId?: string;
  anonymousId: string;
  /** What Wend knows: the end-point, the VAPID key it was made with, and whose it is. */
  known?: { endpoint: string; vapidKey: string; owner: string; at: number };
  /** The person unsubscribed on this site: nothing subscribes again by itself. */
  off?: boolean;
  /** End-points that Wend has still to forget. */
  gone?: string[];
};

/** Service workers have no `localStorage`; the cache is where both sides can write. */
const cacheName = 'wend';
const place = '/wend-device.json';

/** Null when nothing was written yet. */
export async function readRecord(): Promise<DeviceRecord | null> {
  // Does not make the cache where nobody ever subscribed.
  const found = await caches.match(place, { cacheName });
  return found ? ((await found.json()) as DeviceRecord) : null;
}

export async function writeRecord(record: DeviceRecord): Promise<void> {
  const response = new Response(JSON.stringify(record), { headers: { 'content-type': 'application/json' } });
  await (await caches.open(cacheName)).put(place, response);
}

/** Whose the subscription is, in one word. */
export const ownerOf = ({ userId, anonymousId }: DeviceRecord): string => (userId ? `u:${userId}` : `a:${anonymousId}`);

type AskOptions = {
  record: DeviceRecord;
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: unknown;
};

async function ask({ record, method, path, body }: AskOptions): Promise<Response> {
  return fetch(record.host + path, {
    method,
    headers: {
      authorization: `Basic ${btoa(`${record.writeKey}:`)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    credentials: 'omit',
    cache: 'no-store',
    signal: AbortSignal.timeout(20_000),
  });
}

async function refuse(response: Response, what: string): Promise<never> {
  const body = (await response.json().catch(() => ({}))) as { detail?: string; title?: string };
  throw new Error(`${what}: Wend answered ${response.status}. ${body.detail ?? body.title ?? ''}`.trim());
}

/** The public VAPID key that subscriptions are made with now; null where web push is not set up. */
export async function askKey(record: DeviceRecord): Promise<string | null> {
  const response = await ask({ record, method: 'GET', path: '/v1/webpush/key' });
  if (response.status === 404) return null;
  if (!response.ok) return refuse(response, 'The key of web push could not be fetched');
  return ((await response.json()) as { publicKey: string }).publicKey;
}

/** The key a subscription was made with, as Wend writes it; empty when the browser does not say. */
export function keyOf(subscription: PushSubscription): string {
  const key = subscription.options?.applicationServerKey;
  return key ? toBase64Url(key) : '';
}

/** Asks the browser's push service for a subscription. Throws when it says no. */
export function subscribeWith(registration: ServiceWorkerRegistration, key: string): Promise<PushSubscription> {
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: fromBase64Url(key) });
}

/** Tells Wend of a subscription and whose it is, and notes that it knows. Throws when Wend does not take it. */
export async function registerDevice(record: DeviceRecord, subscription: PushSubscription): Promise<DeviceRecord> {
  const { endpoint, keys } = subscription.toJSON();
  const vapidKey = keyOf(subscription);
  const response = await ask({
    record,
    method: 'POST',
    path: '/v1/devices',
    body: {
      ...(record.userId ? { userId: record.userId } : { anonymousId: record.anonymousId }),
      kind: 'webpush',
      token: endpoint,
      platform: 'web',
      permission: 'authorized',
      data: { p256dh: keys?.['p256dh'], auth: keys?.['auth'], vapidKey },
    },
  });
  if (!response.ok) return refuse(response, 'The subscription could not be registered');
  const old = record.known?.endpoint;
  const gone = (record.gone ?? []).filter((each) => each !== endpoint);
  if (old && old !== endpoint && !gone.includes(old)) gone.push(old);
  const next = { ...record, gone, known: { endpoint: endpoint!, vapidKey, owner: ownerOf(record), at: Date.now() } };
  await writeRecord(next);
  return forgetGone(next);
}

/** Lets Wend forget end-points that lead nowhere any more; what cannot be said now is said another time. */
export async function forgetGone(record: DeviceRecord): Promise<DeviceRecord> {
  const left: string[] = [];
  for (const token of record.gone ?? []) {
    const response = await ask({
      record,
      method: 'DELETE',
      path: '/v1/devices',
      body: { kind: 'webpush', token },
    }).catch(() => null);
    // One that it does not know is one that it has forgotten.
    if (!response || (!response.ok && response.status !== 404 && response.status !== 400)) left.push(token);
  }
  const next = { ...record, gone: left };
  await writeRecord(next);
  return next;
}
