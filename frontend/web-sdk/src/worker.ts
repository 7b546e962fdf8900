/** What `/wend-sw.js` runs in a service worker: shows messages, opens their links, tells Wend what became of them. */
import { askKey, readRecord, registerDevice, subscribeWith } from './device.js';
import { linkOf, readMessage } from './message.js';
import type { PushMessage } from './message.js';
import { Reports } from './reports.js';

// TypeScript has workers and pages in two libraries that cannot be loaded together; this is what is used of the other.
type Waiting = { waitUntil: (work: Promise<unknown>) => void };
type PushCame = Waiting & { data: { text: () => string } | null };
type NotificationMet = Waiting & { notification: Notification; action: string };
type SubscriptionChanged = Waiting & { newSubscription?: PushSubscription | null };
type Window = { url: string; focus: () => Promise<Window> };
type Worker = {
  registration: ServiceWorkerRegistration;
  clients: {
    matchAll: (options: { type: 'window'; includeUncontrolled: boolean }) => Promise<Window[]>;
    openWindow: (url: string) => Promise<Window | null>;
  };
  addEventListener: ((type: 'push', listener: (event: PushCame) => void) => void) &
    ((type: 'notificationclick' | 'notificationclose', listener: (event: NotificationMet) => void) => void) &
    ((type: 'pushsubscriptionchange', listener: (event: SubscriptionChanged) => void) => void);
};

const worker = self as unknown as Worker;
const reports = new Reports();

worker.addEventListener('push', (event) => {
  const message = readMessage(event.data?.text());
  // Of somebody else's: the page's own worker may know it.
  if (message) event.waitUntil(show(message));
});

worker.addEventListener('notificationclick', (event) => {
  const message = messageOf(event.notification);
  if (!message) return;
  event.notification.close();
  const link = linkOf({ message, action: event.action, base: worker.registration.scope });
  const told = reports.tell(message, {
    kind: 'clicked',
    ...(event.action ? { action: event.action } : {}),
    ...(link ? { link } : {}),
  });
  event.waitUntil(Promise.all([open(link), told]));
});

worker.addEventListener('notificationclose', (event) => {
  const message = messageOf(event.notification);
  if (message) event.waitUntil(reports.tell(message, { kind: 'closed' }));
});

worker.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(resubscribe(event)));

async function show(message: PushMessage): Promise<void> {
  // `image`, `badge`, `actions` and `renotify` are missing in the library of pages, which cannot show them.
  const options: NotificationOptions & Record<string, unknown> = {
    body: message.body,
    requireInteraction: message.requireInteraction,
    actions: message.actions.map(({ action, title }) => ({ action, title })),
    data: { ...message.data, wend: message },
  };
  for (const name of ['icon', 'image', 'badge', 'tag'] as const) if (message[name]) options[name] = message[name];
  // One that replaces another is news too.
  if (message.tag) options['renotify'] = true;
  await worker.registration.showNotification(message.title, options);
  await reports.tell(message, { kind: 'shown' });
}

function messageOf({ data }: Notification): PushMessage | null {
  return readMessage(JSON.stringify((data as { wend?: unknown } | null)?.wend ?? null));
}

/** Brings the page to the front where it is open, else opens it. */
async function open(link: string | null): Promise<void> {
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const there = windows.find(({ url }) => (link ? url === link : true));
  // A browser may refuse both when the click is too long ago; the click has been told all the same.
  await (there ? there.focus() : worker.clients.openWindow(link ?? worker.registration.scope)).catch(() => null);
}

/** The browser has replaced or ended the subscription while no page was open. */
async function resubscribe({ newSubscription }: SubscriptionChanged): Promise<void> {
  const record = await readRecord();
  if (!record || record.off) return;
  const key = await askKey(record);
  if (key === null) return;
  const subscription =
    newSubscription ??
    (await worker.registration.pushManager.getSubscription()) ??
    (await subscribeWith(worker.registration, key));
  await registerDevice(record, subscription);
}
