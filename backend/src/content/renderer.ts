import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { LRUCache } from 'lru-cache';
import { OperationalError } from '../platform/errors/index.js';
import { FairQueue } from './fair-queue.js';
import { renderLimits } from './render-job.js';
import type { RenderJob, RenderResult, ThreadAnswer, ThreadJob } from './render-job.js';

type Waiting = {
  job: ThreadJob;
  tenant: string;
  killMs: number;
  resolve: (result: RenderResult) => void;
  reject: (error: Error) => void;
};
/** `slow`: the one thread that takes jobs of tenants whose jobs take long. */
type Thread = {
  worker: Worker;
  slow: boolean;
  ready: boolean;
  /** Of one tenant, done one after the other. */
  current: Waiting[];
  /** Which of them it is at, written by the thread. */
  place: Int32Array;
  /** When it was first seen at that one. */
  began: number;
  timer: NodeJS.Timeout | null;
};

const startLimitMs = 30_000;
/**
 * A template set that used up its time this often within the window is refused at once for as long: it must not starve
 * others.
 */
const offences = { count: 3, windowMs: 60_000 };

/**
 * What is quick goes to a thread several at once, since a message to a thread costs as much as a small template; never
 * for longer than others may wait.
 */
const turn = { withinMs: 8, most: 32 };

/** Templates refused at most; the one that was slow the longest ago goes first. */
const mostOffenders = 500;

/** Threads run compiled JavaScript, also where this file runs as TypeScript (specs). */
const threadFile = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/content/render.thread.js' : './render.thread.js',
  import.meta.url,
);

/**
 * Renders templates in worker threads. LiquidJS' own limits are cooperative (a filter over a long list is not
 * interrupted), so a thread that takes longer than `killMs` is killed and replaced; its message fails, others go on.
 * Tenants (workspaces) come in turn, and all whose jobs take long share one thread, so that those whose jobs are quick
 * find the others free.
 */
export class Renderer {
  private readonly threads = new Set<Thread>();
  private readonly queue = new FairQueue<Waiting>();
  private readonly slow = new LRUCache<string, number[]>({ max: mostOffenders, ttl: offences.windowMs });
  private readonly size: number;
  private readonly killMs: number;
  private closed = false;

  constructor(options: { threads?: number; killMs?: number } = {}) {
    this.size = options.threads ?? 2;
    this.killMs = options.killMs ?? 1_000;
  }

  /**
   * What a template does comes back as `aborted` or `errors` by path. Throws an `OperationalError` when it could not be
   * tried.
   */
  async render(job: RenderJob, { tenant = '' }: { tenant?: string | undefined } = {}): Promise<RenderResult> {
    if (this.closed) throw stopping();
    const length = JSON.stringify(job.variables).length;
    if (length > renderLimits.variablesLength)
      return failure(`The data of this person and run is too large to render with (${Math.round(length / 1000)} KB).`);
    if (this.slow.size > 0 && this.isBlocked(keyOf(job)))
      return failure(
        'This template took too long for several people in the last minute, so it is not tried again yet: make its loops and lists shorter.',
      );
    const first = await this.enqueue({ job, tenant, factor: 1 });
    if (first.kind !== 'errors' || !first.slow) return first;
    // Time is measured by the clock, so a machine that was busy with something else looks like a slow template: it gets
    // one more chance, with twice the time.
    const second = this.closed ? first : await this.enqueue({ job, tenant, factor: 2 });
    if (second.kind === 'errors' && second.slow) this.noteSlow(keyOf(job));
    return second;
  }

  private enqueue({ job, tenant, factor }: { job: RenderJob; tenant: string; factor: number }): Promise<RenderResult> {
    return new Promise((resolve, reject) => {
      this.queue.push(tenant, {
        job: { ...job, renderMs: renderLimits.renderMs * factor },
        tenant,
        killMs: this.killMs * factor,
        resolve,
        reject,
      });
      this.assign();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const waiting of this.queue.clear()) waiting.reject(stopping());
    await Promise.all([...this.threads].map((thread) => this.remove(thread, stopping())));
  }

  private assign(): void {
    for (const slow of [false, true]) {
      while (this.queue.has(slow)) {
        const thread = [...this.threads].find((each) => each.slow === slow && each.ready && each.current.length === 0);
        if (!thread) break;
        const first = this.queue.shift(slow)!;
        this.run(thread, slow ? [first] : [first, ...this.queue.more(first.tenant, turn)]);
      }
      const starting = [...this.threads].filter((thread) => thread.slow === slow && !thread.ready).length;
      const all = [...this.threads].filter((thread) => thread.slow === slow).length;
      if (this.queue.has(slow) && starting === 0 && all < (slow ? 1 : this.size)) this.start(slow);
    }
  }

  private run(thread: Thread, waiting: Waiting[]): void {
    thread.current = waiting;
    Atomics.store(thread.place, 0, 0);
    this.watch(thread, 0);
    thread.worker.ref();
    thread.worker.postMessage(waiting.map(({ job }) => job));
  }

  /** Kills a thread that is still at the same job when its time is over. */
  private watch(thread: Thread, place: number): void {
    thread.began = performance.now();
    const stopped = failure(
      'Rendering took too long and was stopped: make loops and lists in the template shorter.',
      true,
    );
    thread.timer = setTimeout(() => {
      const now = Atomics.load(thread.place, 0);
      if (now > place) this.watch(thread, now);
      else void this.remove(thread, stopped);
    }, thread.current[place]!.killMs);
  }

  private start(slow: boolean): void {
    const place = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const worker = new Worker(threadFile, {
      workerData: place,
      resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
      stdout: false,
      stderr: false,
      env: {},
    });
    const thread: Thread = {
      worker,
      slow,
      ready: false,
      current: [],
      place: new Int32Array(place),
      began: 0,
      timer: null,
    };
    thread.timer = setTimeout(
      () => void this.remove(thread, broken('A rendering thread did not start.')),
      startLimitMs,
    );
    this.threads.add(thread);
    worker.on('message', (message: 'ready' | ThreadAnswer) => this.answered(thread, message));
    worker.on(
      'error',
      (error) =>
        void this.remove(
          thread,
          (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'
            ? failure('Rendering used up its memory.')
            : broken(`A rendering thread failed: ${error.message}`),
        ),
    );
    worker.on('exit', () => void this.remove(thread, broken('A rendering thread ended unexpectedly.')));
  }

  private answered(thread: Thread, message: 'ready' | ThreadAnswer): void {
    if (thread.timer) clearTimeout(thread.timer);
    thread.timer = null;
    const { current } = thread;
    thread.current = [];
    if (message === 'ready') thread.ready = true;
    else
      for (const [index, { result, ms }] of message.entries()) {
        const waiting = current[index];
        if (!waiting) continue;
        this.queue.note(waiting.tenant, ms);
        waiting.resolve(result);
      }
    // An idle thread does not keep the process alive.
    thread.worker.unref();
    this.assign();
  }

  private async remove(thread: Thread, reason: RenderResult | OperationalError): Promise<void> {
    if (!this.threads.delete(thread)) return;
    if (thread.timer) clearTimeout(thread.timer);
    const place = Atomics.load(thread.place, 0);
    for (const [index, waiting] of thread.current.entries()) {
      // The others of its turn are not to blame, and are done again by another thread.
      if (index === place || this.closed) {
        if (!this.closed) this.queue.note(waiting.tenant, performance.now() - thread.began);
        tell(waiting, reason);
      } else this.queue.push(waiting.tenant, waiting);
    }
    // A thread that cannot start would be started for ever: those who wait are told instead.
    if (!thread.ready && this.threads.size === 0) for (const waiting of this.queue.clear()) tell(waiting, reason);
    await thread.worker.terminate();
    this.assign();
  }

  private noteSlow(key: string): void {
    const now = Date.now();
    const recent = (this.slow.get(key) ?? []).filter((at) => at > now - offences.windowMs);
    this.slow.set(key, [...recent, now]);
  }

  private isBlocked(key: string): boolean {
    const times = this.slow.get(key);
    return times !== undefined && times.filter((at) => at > Date.now() - offences.windowMs).length >= offences.count;
  }
}

function keyOf(job: RenderJob): string {
  const hash = createHash('sha1');
  for (const template of Object.values(job.templates)) hash.update(template.source).update('\0');
  return hash.digest('base64');
}

function tell(waiting: Waiting, reason: RenderResult | OperationalError): void {
  if (reason instanceof OperationalError) waiting.reject(reason);
  else waiting.resolve(reason);
}

function broken(message: string): OperationalError {
  return new OperationalError('rendering-unavailable', message);
}

function stopping(): OperationalError {
  return broken('The process is stopping.');
}

function failure(message: string, slow = false): RenderResult {
  return { kind: 'errors', errors: [{ path: '', message }], slow };
}
