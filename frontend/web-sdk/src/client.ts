import { Outbox } from './outbox.js';
import type { BatchAnswer, Call, CallState } from './outbox.js';
import { preferenceCalls } from './preferences.js';
import type { PreferenceCalls } from './preferences.js';
import { PushClient } from './push.js';
import type { PromptOptions, PushOutcome, PushStatus, ServiceWorkerOptions, WebPush } from './push.js';
import { openStore } from './storage.js';
import type { KeyValueStore } from './storage.js';
import { inTurn } from './turn.js';
import { version } from './version.js';

export type LoadOptions = {
  /** An API key with the scope `ingest`. */
  writeKey: string;
  /** Where Wend is reached, such as https://wend.example.com; the origin of the script when left out. */
  host?: string;
  serviceWorker?: ServiceWorkerOptions;
};

type Properties = Record<string, unknown>;
type Listener = (call: Call, state: CallState, reason?: string) => void;

/** Wend in a page. Calls before `load` are kept and made then. */
export type WendClient = {
  /** Begins; a second call is ignored. Throws when `writeKey` or `host` is missing. */
  load: (options: LoadOptions) => void;
  /** Says who is here; traits alone are of whoever is here. */
  identify: (userId: string | number | Properties, traits?: Properties) => void;
  track: (event: string, properties?: Properties) => void;
  /** The page as it is now; call it after a change of route too. */
  page: (name?: string, properties?: Properties) => void;
  /** After signing out: whoever comes next is somebody else. */
  reset: () => void;
  /** Hears what becomes of each call. Returns a function that ends it. */
  onCall: (listener: Listener) => () => void;
  /** For a page on which people choose what they get. */
  preferences: PreferenceCalls;
  push: WebPush;
};

type Loaded = {
  outbox: Outbox;
  push: PushClient;
  store: KeyValueStore;
  options: LoadOptions & { host: string };
  prefix: string;
};

/** @param defaults of what the script's own element says */
export function createClient({ host: ownHost }: { host?: string } = {}): WendClient {
  let loaded: Loaded | undefined;
  const early: (() => void)[] = [];
  const listeners = new Set<Listener>();
  const heard: Listener = (call, state, reason) => {
    if (state === 'refused') console.error(`Wend did not take ${call.event ?? call.type}: ${reason ?? ''}`);
    for (const listener of listeners) listener(call, state, reason);
  };
  const whenLoaded = (work: (wend: Loaded) => void): void => {
    if (loaded) work(loaded);
    else early.push(() => work(loaded!));
  };
  const fromLoaded = <T>(work: (wend: Loaded) => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => whenLoaded((wend) => work(wend).then(resolve, reject)));

  const read = ({ store, prefix }: Loaded, name: string) => store.get(`${prefix}.${name}`);
  const anonymousId = (wend: Loaded): string => {
    const known = read(wend, 'anonymous');
    if (known) return known;
    const made = makeId();
    wend.store.set(`${wend.prefix}.anonymous`, made);
    return made;
  };
  const who = (wend: Loaded) => {
    const userId = read(wend, 'user');
    return { anonymousId: anonymousId(wend), ...(userId ? { userId } : {}) };
  };
  const send = (parts: Pick<Call, 'type'> & Partial<Call>): void => {
    // When and where it happened, not when the script had come.
    const at = { messageId: makeId(), timestamp: new Date().toISOString(), context: pageContext() };
    whenLoaded((wend) => wend.outbox.add({ ...at, ...who(wend), ...parts }));
  };
  const becomes = (wend: Loaded): void => {
    tell(wend.push.follow());
  };

  return {
    load({ host = ownHost, ...options }) {
      if (loaded) return;
      if (!options.writeKey) throw new Error('wend.load needs "writeKey": an API key that may send events.');
      if (!host) throw new Error('wend.load needs "host": the address of Wend, such as https://wend.example.com.');
      const full = { ...options, host: host.replace(/\/+$/, '') };
      const prefix = `wend.${options.writeKey.slice(-8)}`;
      const store = openStore({ local: () => window.localStorage, document });
      const outbox = new Outbox({
        store,
        prefix,
        heard,
        post: (calls) => post(full, calls),
        beacon: (calls) => navigator.sendBeacon(`${full.host}/v1/batch`, batchOf(full, calls)),
        lock: (work) => inTurn(work, { name: `${prefix}.send`, locks: navigator.locks }),
      });
      const push = new PushClient({
        store,
        prefix,
        serviceWorker: full.serviceWorker ?? {},
        who: () => ({ host: full.host, writeKey: full.writeKey, ...who(loaded!) }),
      });
      loaded = { outbox, push, store, options: full, prefix };
      for (const work of early.splice(0)) work();
      addEventListener('online', () => void outbox.flush({ atOnce: true }));
      addEventListener('pagehide', () => outbox.leave());
      addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && outbox.leave());
      // What an earlier page could not send.
      void outbox.flush();
      becomes(loaded);
    },
    identify(first, second) {
      const userId = typeof first === 'object' ? undefined : String(first);
      const traits = (typeof first === 'object' ? first : second) ?? {};
      whenLoaded((wend) => {
        if (userId === undefined || userId === '') return;
        const before = read(wend, 'user');
        // Another person at the same browser: what the first one did there stays the first one's.
        if (before && before !== userId) wend.store.remove(`${wend.prefix}.anonymous`);
        wend.store.set(`${wend.prefix}.user`, userId);
        if (before !== userId) becomes(wend);
      });
      send({ type: 'identify', traits });
    },
    track(event, properties = {}) {
      if (!event) return console.error('wend.track needs the name of the event.');
      send({ type: 'track', event, properties });
    },
    page(name, properties = {}) {
      const { page } = pageContext();
      send({
        type: 'page',
        ...(name ? { name } : {}),
        properties: { ...page, ...(name ? { name } : {}), ...properties },
      });
    },
    preferences: preferenceCalls(() => fromLoaded(({ options }) => Promise.resolve(options.host))),
    reset() {
      whenLoaded((wend) => {
        for (const name of ['user', 'anonymous']) wend.store.remove(`${wend.prefix}.${name}`);
        becomes(wend);
      });
    },
    onCall(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    push: {
      status: (): Promise<PushStatus> => fromLoaded(({ push }) => push.status()),
      available: (): Promise<boolean> => fromLoaded(({ push }) => push.available()),
      subscribe: (): Promise<PushOutcome> => fromLoaded(({ push }) => push.subscribe()),
      unsubscribe: (): Promise<void> => fromLoaded(({ push }) => push.unsubscribe()),
      prompt: (options: PromptOptions): Promise<PushOutcome> => fromLoaded(({ push }) => push.prompt(options)),
    },
  };
}

type Target = { host: string; writeKey: string };

const batchOf = ({ writeKey }: Target, batch: Call[]): string =>
  JSON.stringify({ writeKey, sentAt: new Date().toISOString(), batch });

/** As plain text, so that no preflight comes before it; Wend looks at the bytes. */
async function post(target: Target, calls: Call[]): Promise<BatchAnswer> {
  try {
    const response = await fetch(`${target.host}/v1/batch`, {
      method: 'POST',
      body: batchOf(target, calls),
      keepalive: true,
      credentials: 'omit',
      signal: AbortSignal.timeout(30_000),
    });
    const body: unknown = await response.json().catch(() => null);
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
  } catch {
    // Offline, blocked or too slow: it stays in the outbox and is sent again.
    return null;
  }
}

function pageContext() {
  const { pathname, search, href } = location;
  return {
    page: { path: pathname, search, url: href, title: document.title, referrer: document.referrer },
    userAgent: navigator.userAgent,
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    library: { name: '@wend/web', version },
  };
}

/** `randomUUID` is there on HTTPS only; events may be sent without. */
function makeId(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What nobody waits for is told on the console; the next page tries again. */
function tell(work: Promise<unknown>): void {
  work.catch((error: unknown) => console.warn('Wend: web push could not be brought up to date.', error));
}
