/** What `/wend.js` runs: takes over the calls that the page's snippet has kept, and puts `wend` in the page. */
import { createClient } from './client.js';
import type { WendClient } from './client.js';

/** A call that came before the script: its name, what it was given, and whom to tell. */
type EarlyCall = [name: string, given: unknown[], resolve: (value: unknown) => void, reject: (error: unknown) => void];
type Page = { wend?: WendClient | { q?: EarlyCall[] } };

const page = window as unknown as Page;
const element = document.currentScript as HTMLScriptElement | null;
const early = page.wend && 'q' in page.wend ? (page.wend.q ?? []) : [];

// Loaded twice, the first goes on.
if (!page.wend || 'q' in page.wend) {
  const client = createClient(element?.src ? { host: new URL(element.src).origin } : {});
  page.wend = client;
  const { writeKey, host, worker, scope } = element?.dataset ?? {};
  if (writeKey)
    client.load({
      writeKey,
      ...(host ? { host } : {}),
      serviceWorker: { ...(worker ? { path: worker } : {}), ...(scope ? { scope } : {}) },
    });
  for (const [name, given, resolve, reject] of early) {
    const of = (name.startsWith('push.') ? client.push : client) as unknown as Record<
      string,
      (...all: unknown[]) => unknown
    >;
    try {
      resolve(of[name.replace('push.', '')]!(...given));
    } catch (error) {
      reject(error);
    }
  }
  dispatchEvent(new CustomEvent('wend:ready'));
}
