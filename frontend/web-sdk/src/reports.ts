import type { PushMessage } from './message.js';

export type Report = { kind: 'shown' | 'clicked' | 'closed'; action?: string; link?: string };
type Kept = { url: string; body: string; at: number };

const cacheName = 'wend';
const place = '/wend-reports.json';
const pauses = [1_000, 4_000];
/** What nobody could be told for so long is of no use any more. */
const longest = 7 * 86_400_000;
const mostKept = 50;

type ReportsOptions = { wait?: (milliseconds: number) => Promise<void> };

/**
 * Tells Wend what became of a message. A worker lives for seconds: what cannot be told then is kept, and told when the
 * next message, or a click, wakes it.
 */
export class Reports {
  private readonly wait: (milliseconds: number) => Promise<void>;
  private turn: Promise<void> = Promise.resolve();

  constructor({ wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)) }: ReportsOptions = {}) {
    this.wait = wait;
  }

  /** Never throws. */
  async tell({ report }: PushMessage, what: Report): Promise<void> {
    if (!report) return;
    const kept: Kept = { url: report.url, body: JSON.stringify(what), at: Date.now() };
    const told = await this.send(kept, pauses);
    // One after the other: they read and write the same place.
    this.turn = this.turn.then(() => this.catchUp(told ? null : kept)).catch(console.warn);
    await this.turn;
  }

  /** True when there is nothing more to tell: it was taken, or will never be. */
  private async send({ url, body }: Kept, left: number[]): Promise<boolean> {
    const status = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain' },
      credentials: 'omit',
      keepalive: true,
      signal: AbortSignal.timeout(10_000),
    }).then(
      (response) => response.status,
      () => 0,
    );
    if (status !== 0 && status < 500 && status !== 429 && status !== 408) return true;
    const [pause, ...rest] = left;
    if (pause === undefined) return false;
    await this.wait(pause);
    return this.send({ url, body, at: 0 }, rest);
  }

  /** Keeps what could not be told; when this one could, what was kept before has its chance. */
  private async catchUp(failed: Kept | null): Promise<void> {
    const cache = await caches.open(cacheName);
    const before = ((await (await cache.match(place))?.json()) ?? []) as Kept[];
    let left = before.filter(({ at }) => Date.now() - at < longest);
    if (failed) left.push(failed);
    else {
      const told = await Promise.all(left.map((each) => this.send(each, [])));
      left = left.filter((_, index) => !told[index]);
    }
    if (left.length === 0 && before.length === 0) return;
    await cache.put(place, new Response(JSON.stringify(left.slice(-mostKept))));
  }
}
