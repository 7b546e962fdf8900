/** What is kept in this browser: `localStorage`, else memory, so that a full or forbidden storage breaks nothing. */
export type KeyValueStore = {
  get: (key: string) => string | null;
  set: (key: string, value: string) => void;
  remove: (key: string) => void;
  /** Keys that begin with `prefix`, sorted. */
  keys: (prefix: string) => string[];
};

type StoreOptions = {
  /** Undefined, or throwing, where the browser forbids it. */
  local: () => Storage | undefined;
  /** Where the short values of `cookieNames` go when there is no `localStorage`. */
  document?: { cookie: string };
};

const year = 31_536_000;

/** @returns a store that never throws */
export function openStore({ local, document }: StoreOptions): KeyValueStore {
  const memory = new Map<string, string>();
  let storage: Storage | undefined;
  try {
    storage = local();
    storage?.setItem('wend.probe', '1');
    storage?.removeItem('wend.probe');
  } catch {
    // Private windows and blocked site data: the person chose that this browser keeps nothing of the kind.
    storage = undefined;
  }
  // Queued calls are too large for cookies, which travel with every request.
  const cookies = storage === undefined ? document : undefined;
  const isShort = (key: string) => !key.includes('.queue.');
  return {
    get: (key) =>
      memory.get(key) ?? storage?.getItem(key) ?? (cookies && isShort(key) ? readCookie(cookies, key) : null),
    set(key, value) {
      try {
        if (!storage) throw new Error('no storage');
        storage.setItem(key, value);
        memory.delete(key);
      } catch {
        // Full or forbidden: kept as long as this page is.
        memory.set(key, value);
        if (cookies && isShort(key))
          cookies.cookie = `${encodeURIComponent(key)}=${encodeURIComponent(value)}; path=/; max-age=${year}; samesite=lax`;
      }
    },
    remove(key) {
      memory.delete(key);
      storage?.removeItem(key);
      if (cookies && isShort(key)) cookies.cookie = `${encodeURIComponent(key)}=; path=/; max-age=0; samesite=lax`;
    },
    keys: (prefix) =>
      [...new Set([...memory.keys(), ...(storage ? Object.keys(storage) : [])])]
        .filter((key) => key.startsWith(prefix))
        .sort(),
  };
}

function readCookie({ cookie }: { cookie: string }, key: string): string | null {
  const start = `${encodeURIComponent(key)}=`;
  const found = cookie.split('; ').find((each) => each.startsWith(start));
  return found === undefined ? null : decodeURIComponent(found.slice(start.length));
}
