import {
  askKey,
  forgetGone,
  keyOf,
  ownerOf,
  readRecord,
  registerDevice,
  subscribeWith,
  writeRecord,
} from './device.js';
import type { DeviceRecord } from './device.js';
import { showPrompt } from './prompt.js';
import type { PromptTexts } from './prompt.js';
import type { KeyValueStore } from './storage.js';

export type PushStatus = {
  /** False where the browser has no web push, or the page is not on HTTPS. */
  supported: boolean;
  /** What the person answered to the browser: `default` is not yet. */
  permission: NotificationPermission;
  subscribed: boolean;
};

/**
 * What became of asking: `dismissed` closed the browser's question without an answer, `later` put ours off, `asked` was
 * asked within the chosen time, `answered` needs no question any more, `not-set-up` means that Wend has no keys yet.
 */
export type PushOutcome =
  'subscribed' | 'denied' | 'dismissed' | 'later' | 'asked' | 'answered' | 'unsupported' | 'not-set-up';

export type PromptOptions = PromptTexts & {
  /** Days until the question may come again, however it ended; 30 when left out. */
  askAgainAfterDays?: number;
};

/** Web push of this page. */
export type WebPush = {
  /** Never asks the person anything. */
  status: () => Promise<PushStatus>;
  /** Whether anybody can subscribe here: this browser can, and web push is set up in Wend. */
  available: () => Promise<boolean>;
  /**
   * Asks for permission and subscribes; call it in a click. Throws when the service worker cannot be registered or
   * Wend cannot be reached.
   */
  subscribe: () => Promise<PushOutcome>;
  unsubscribe: () => Promise<void>;
  /** Asks in the page first, at most once within `askAgainAfterDays`, reloads and tabs included. */
  prompt: (options: PromptOptions) => Promise<PushOutcome>;
};

export type ServiceWorkerOptions = {
  /** Path of the worker on the page's own origin; `/wend-sw.js` when left out. */
  path?: string;
  /** Pages that the worker belongs to; those below its path when left out. */
  scope?: string;
};

type Who = { host: string; writeKey: string; userId?: string; anonymousId: string };
type PushContext = {
  store: KeyValueStore;
  prefix: string;
  who: () => Who;
  serviceWorker: ServiceWorkerOptions;
};

const day = 86_400_000;

export class PushClient implements WebPush {
  private readonly askedKey: string;
  private key: Promise<string | null> | undefined;
  private following: Promise<void> = Promise.resolve();

  constructor(private readonly context: PushContext) {
    this.askedKey = `${context.prefix}.asked`;
  }

  async status(): Promise<PushStatus> {
    if (!isSupported()) return { supported: false, permission: 'denied', subscribed: false };
    await this.following.catch(() => undefined);
    const subscription = await (await this.registration())?.pushManager.getSubscription();
    const { permission } = Notification;
    // A worker that the page had before may have a subscription of somebody else's.
    const isOurs = subscription != null && (await readRecord())?.known?.endpoint === subscription.endpoint;
    return { supported: true, permission, subscribed: permission === 'granted' && isOurs };
  }

  async available(): Promise<boolean> {
    return isSupported() && (await this.currentKey(await this.record())) !== null;
  }

  async subscribe(): Promise<PushOutcome> {
    if (!isSupported()) return 'unsupported';
    // First of all: browsers allow the question only as long as the click counts.
    const permission =
      Notification.permission === 'default' ? await Notification.requestPermission() : Notification.permission;
    if (permission === 'denied') return 'denied';
    if (permission === 'default') return 'dismissed';
    return alone(async () => {
      const { off: _, ...record } = await this.record();
      const key = await this.currentKey(record);
      if (key === null) return 'not-set-up';
      // What Wend cannot be told now, the next page tells it.
      await writeRecord(record);
      await registerDevice(record, await this.subscription(await this.register(), key));
      return 'subscribed';
    });
  }

  async unsubscribe(): Promise<void> {
    if (!isSupported() || !(await readRecord())) return;
    await alone(async () => {
      const record = await this.record();
      const subscription = await (await this.registration())?.pushManager.getSubscription();
      await subscription?.unsubscribe();
      await this.forget({ ...record, off: true }, subscription?.endpoint);
    });
  }

  async prompt({ askAgainAfterDays = 30, ...texts }: PromptOptions): Promise<PushOutcome> {
    for (const name of ['title', 'text', 'accept', 'later'] as const)
      if (!texts[name]) throw new Error(`wend.push.prompt needs "${name}": the words that the person reads.`);
    if (!isSupported()) return 'unsupported';
    if (Notification.permission === 'denied') return 'denied';
    if (Notification.permission === 'granted') return 'answered';
    if (this.wasAsked()) return 'asked';
    // Whoever says yes must get somewhere. Kept, so that the click leads to the browser's question at once.
    if ((await this.currentKey(await this.record())) === null) return 'not-set-up';
    if (this.wasAsked()) return 'asked';
    this.context.store.set(this.askedKey, String(Date.now() + Math.max(0, askAgainAfterDays) * day));
    return (await showPrompt(texts, () => this.subscribe())) || 'later';
  }

  /**
   * Brings what Wend knows and what this browser has together: after a change of who is here, of the key, or of what
   * the person allows. Costs nothing where nobody ever subscribed.
   */
  follow(): Promise<void> {
    this.following = this.following.catch(() => undefined).then(() => this.sync());
    return this.following;
  }

  private async sync(): Promise<void> {
    if (!isSupported() || !(await readRecord())) return;
    // First, for the worker, which may have to subscribe again while no page is open.
    await writeRecord(await this.record());
    await alone(async () => {
      const record = await this.record();
      const subscription = await (await this.registration())?.pushManager.getSubscription();
      if (Notification.permission !== 'granted') return this.forget(record, subscription?.endpoint);
      if (record.off || (!record.known && !subscription)) return void (await forgetGone(record));
      const key = await askKey(record);
      // Web push was taken away in Wend: what it still has does no harm.
      if (key === null) return;
      if (subscription && isOf(subscription, key)) {
        const { known } = record;
        const isKnown = known?.endpoint === subscription.endpoint && known.owner === ownerOf(record);
        // Once a day, so that Wend sees which devices are in use.
        if (isKnown && Date.now() - known.at < day) return void (await forgetGone(record));
        return void (await registerDevice(record, subscription));
      }
      await registerDevice(record, await this.subscription(await this.register(), key));
    });
  }

  private async record(): Promise<DeviceRecord> {
    const { userId: _, ...kept } = (await readRecord()) ?? {};
    return { ...kept, ...this.context.who() };
  }

  private wasAsked(): boolean {
    return Number(this.context.store.get(this.askedKey) ?? 0) > Date.now();
  }

  private currentKey(record: DeviceRecord): Promise<string | null> {
    this.key ??= askKey(record).catch((error: unknown) => {
      this.key = undefined;
      throw error;
    });
    return this.key;
  }

  /** The subscription of this key; one of a former key is ended first, since a browser has but one. */
  private async subscription(registration: ServiceWorkerRegistration, key: string): Promise<PushSubscription> {
    const existing = await registration.pushManager.getSubscription();
    if (existing && isOf(existing, key)) return existing;
    await existing?.unsubscribe();
    return subscribeWith(registration, key);
  }

  private async forget({ known, gone = [], ...rest }: DeviceRecord, endpoint = known?.endpoint): Promise<void> {
    const all = new Set([...gone, ...(known ? [known.endpoint] : []), ...(endpoint ? [endpoint] : [])]);
    const next = { ...rest, gone: [...all] };
    await writeRecord(next);
    await forgetGone(next);
  }

  private get path(): string {
    return this.context.serviceWorker.path ?? '/wend-sw.js';
  }

  private async registration(): Promise<ServiceWorkerRegistration | undefined> {
    const scope = this.context.serviceWorker.scope ?? new URL('.', new URL(this.path, location.href)).href;
    return navigator.serviceWorker.getRegistration(scope);
  }

  private async register(): Promise<ServiceWorkerRegistration> {
    const { scope } = this.context.serviceWorker;
    const registration = await navigator.serviceWorker
      .register(this.path, { ...(scope ? { scope } : {}) })
      .catch((error: unknown) => {
        throw new Error(
          `The service worker ${this.path} could not be registered. Put a file there with the line importScripts("${this.context.who().host}/wend-sw.js").`,
          { cause: error },
        );
      });
    await active(registration);
    return registration;
  }
}

const isSupported = (): boolean =>
  isSecureContext && 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

/** A browser that does not say which key a subscription has is believed. */
function isOf(subscription: PushSubscription, key: string): boolean {
  const own = keyOf(subscription);
  return own === '' || own === key.replace(/=+$/, '');
}

/** Two tabs must not subscribe at once: the second would end the first's subscription. */
function alone<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request('wend.push', work) as Promise<T>) : work();
}

/** Subscribing needs a worker that is active. */
function active({ installing, waiting, active }: ServiceWorkerRegistration): Promise<void> {
  const coming = installing ?? waiting;
  if (active || !coming) return Promise.resolve();
  return new Promise((resolve, reject) =>
    coming.addEventListener('statechange', () => {
      if (coming.state === 'activated') resolve();
      if (coming.state === 'redundant') reject(new Error('The service worker could not be installed.'));
    }),
  );
}
