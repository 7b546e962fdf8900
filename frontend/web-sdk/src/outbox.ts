import type { KeyValueStore } from './storage.js';

/** A call of the Segment API, as it travels in a batch. */
export type Call = {
  type: 'identify' | 'track' | 'page';
  messageId: string;
  timestamp: string;
  anonymousId: string;
  userId?: string;
  event?: string;
  name?: string;
  traits?: Record<string, unknown>;
  properties?: Record<string, unknown>;
  context: Record<string, unknown>;
};

/** What becomes of a call: kept here, taken by Wend, turned away for good, or waiting for another attempt. */
export type CallState = 'queued' | 'delivered' | 'refused' | 'waiting';

/** An HTTP answer to a batch; null when there was none. */
export type BatchAnswer = { status: number; retryAfter: string | null; body: unknown } | null;

type OutboxOptions = {
  store: KeyValueStore;
  /** Begins the names under which calls are kept. */
  prefix: string;
  /** Sends calls; never throws. */
  post: (calls: Call[]) => Promise<BatchAnswer>;
  /** Hands calls to the browser, which sends them after the page is gone; false when it took nothing. */
  beacon: (calls: Call[]) => boolean;
  /** Runs one at a time among all tabs. */
  lock: <T>(work: () => Promise<T>) => Promise<T>;
  heard: (call: Call, state: CallState, reason?: string) => void;
  now?: () => number;
  later?: (work: () => void, milliseconds: number) => void;
};

/** Limits of ingestion: bytes of an event and of a batch; less of a batch, so that it may outlive the page. */
const eventBytes = 32 * 1024;
const batchBytes = 56 * 1024;
const batchCalls = 100;
/** Older ones make room: a shop that cannot reach Wend for long must not fill the person's storage. */
const mostKept = 1_000;
const together = 30;
const firstPause = 1_000;
const longestPause = 300_000;
/** For answers that only a change at the shop or in Wend can mend. */
const refusedPause = 60_000;

const size = (text: string) => new TextEncoder().encode(text).length;

/**
 * Calls on their way to Wend: kept until Wend says that it has them, also over reloads and while offline. Each has a
 * message id of its own, by which Wend drops one that arrives twice.
 */
export class Outbox {
  private readonly now: () => number;
  private readonly later: (work: () => void, milliseconds: number) => void;
  private readonly underWay = new Set<string>();
  private count = 0;
  private failures = 0;
  private unreached = false;
  private running: Promise<void> | undefined;
  private scheduledFor: number | undefined;

  constructor(private readonly options: OutboxOptions) {
    this.now = options.now ?? Date.now;
    this.later = options.later ?? ((work, milliseconds) => setTimeout(work, milliseconds));
  }

  /** Keeps a call and sends it soon. */
  add(call: Call): void {
    const { store, heard } = this.options;
    let text: string;
    try {
      text = JSON.stringify(call);
    } catch (error) {
      return heard(call, 'refused', `It is no JSON: ${(error as Error).message}`);
    }
    if (size(text) > eventBytes) return heard(call, 'refused', `It is larger than ${eventBytes} bytes.`);
    const keys = this.keys();
    for (const key of keys.slice(0, Math.max(0, keys.length - mostKept + 1))) {
      const oldest = this.read(key);
      store.remove(key);
      if (oldest) heard(oldest, 'refused', `More than ${mostKept} calls wait to be sent.`);
    }
    this.count += 1;
    const order = `${this.now().toString(36).padStart(9, '0')}${this.count.toString(36).padStart(5, '0')}`;
    store.set(`${this.queue}${order}.${call.messageId}`, text);
    heard(call, 'queued');
    this.schedule(together);
  }

  /** Sends what waits, unless an answer asked for a pause; `atOnce` forgets a pause that the network was the reason of. */
  flush({ atOnce = false }: { atOnce?: boolean } = {}): Promise<void> {
    if (atOnce && this.unreached) this.options.store.remove(this.pauseKey);
    this.running ??= this.options
      .lock(() => this.drain())
      // The lock of a page that is being put away: the next one sends.
      .catch((error: unknown) => console.warn('Wend: calls wait to be sent.', error))
      .finally(() => {
        this.running = undefined;
        // Came while the last answer was under way.
        if (this.keys().length > 0) this.schedule(together);
      });
    return this.running;
  }

  /** The page goes: what is not under way is handed to the browser. It stays here until Wend has said that it has it. */
  leave(): void {
    if (this.pause() > 0) return;
    const { calls } = this.take(this.keys().filter((key) => !this.underWay.has(key)));
    if (calls.length > 0) this.options.beacon(calls);
  }

  private get queue(): string {
    return `${this.options.prefix}.queue.`;
  }

  private get pauseKey(): string {
    return `${this.options.prefix}.pause`;
  }

  private keys(): string[] {
    return this.options.store.keys(this.queue);
  }

  private read(key: string): Call | null {
    try {
      return JSON.parse(this.options.store.get(key) ?? '') as Call;
    } catch {
      // Sent by another tab, or written by something else.
      return null;
    }
  }

  /** Milliseconds until an answer lets us try again; all tabs keep to it. */
  private pause(): number {
    const until = Number(this.options.store.get(this.pauseKey) ?? 0);
    // A clock that was set back must not make it wait for longer than the longest pause.
    return Math.min(until - this.now(), longestPause);
  }

  private schedule(milliseconds: number): void {
    const at = this.now() + Math.max(milliseconds, this.pause());
    if (this.scheduledFor !== undefined && this.scheduledFor <= at && this.scheduledFor >= this.now()) return;
    this.scheduledFor = at;
    this.later(() => {
      this.scheduledFor = undefined;
      void this.flush();
    }, at - this.now());
  }

  private take(keys: string[], most = batchCalls): { keys: string[]; calls: Call[] } {
    const taken: { keys: string[]; calls: Call[] } = { keys: [], calls: [] };
    let bytes = 0;
    for (const key of keys) {
      const call = this.read(key);
      if (!call) {
        this.options.store.remove(key);
        continue;
      }
      bytes += size(JSON.stringify(call));
      if (taken.calls.length > 0 && (taken.calls.length >= most || bytes > batchBytes)) break;
      taken.keys.push(key);
      taken.calls.push(call);
    }
    return taken;
  }

  private async drain(): Promise<void> {
    let most = batchCalls;
    while (this.pause() <= 0) {
      const { keys, calls } = this.take(this.keys(), most);
      if (calls.length === 0) return;
      for (const key of keys) this.underWay.add(key);
      const answer = await this.options.post(calls);
      for (const key of keys) this.underWay.delete(key);
      if (answer?.status === 413 && calls.length > 1) most = Math.ceil(calls.length / 2);
      else this.settle({ keys, calls, answer });
    }
  }

  private settle({ keys, calls, answer }: { keys: string[]; calls: Call[]; answer: BatchAnswer }): void {
    const { store, heard } = this.options;
    this.unreached = answer === null;
    const done = (state: CallState, reasons: Map<number, string>, reason?: string): void => {
      this.failures = 0;
      store.remove(this.pauseKey);
      keys.forEach((key) => store.remove(key));
      calls.forEach((call, index) => {
        const own = reasons.get(index);
        heard(call, own === undefined ? state : 'refused', own ?? reason);
      });
    };
    if (answer && answer.status >= 200 && answer.status < 300) return done('delivered', problemsOf(answer.body));
    if (answer && (answer.status === 400 || answer.status === 413))
      return done('refused', problemsOf(answer.body), `Wend answered ${answer.status}.`);
    this.failures += 1;
    const isOurs = answer !== null && answer.status < 500 && answer.status !== 429 && answer.status !== 408;
    const backoff = Math.min(longestPause, (isOurs ? refusedPause : firstPause) * 2 ** Math.min(this.failures - 1, 10));
    // Browsers that lost Wend in one moment do not come back in one.
    const milliseconds = Math.max(askedPause(answer, this.now()), backoff / 2 + (Math.random() * backoff) / 2);
    store.set(this.pauseKey, String(Math.round(this.now() + Math.min(milliseconds, longestPause))));
    for (const call of calls)
      heard(call, 'waiting', answer ? `Wend answered ${answer.status}.` : 'Wend could not be reached.');
  }
}

/** What Wend says of single events of a batch, by their place in it. */
function problemsOf(body: unknown): Map<number, string> {
  const problems = new Map<number, string>();
  const { rejected, errors } = (body ?? {}) as { rejected?: unknown; errors?: unknown };
  for (const each of [rejected, errors].flatMap((list) => (Array.isArray(list) ? list : []))) {
    const { index, path, message } = each as { index?: number; path?: string; message?: string };
    const place = index ?? /^batch\[(\d+)\]/.exec(path ?? '')?.[1];
    if (place !== undefined) problems.set(Number(place), String(message));
  }
  return problems;
}

/** Retry-After: seconds, or a date (RFC 9110, 10.2.3). */
function askedPause(answer: BatchAnswer, now: number): number {
  const text = answer?.retryAfter;
  if (!text) return 0;
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
}
