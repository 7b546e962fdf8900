import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { OperationalError } from '../platform/errors/index.js';
import { renderLimits } from './render-job.js';
import type { RenderJob, RenderResult, ThreadJob } from './render-job.js';

type Waiting = { job: ThreadJob; killMs: number; resolve: (result: RenderResult) => void; reject: (error: Error) => void };
type Thread = { worker: Worker; ready: boolean; current: Waiting | null; timer: NodeJS.Timeout | null };

const startLimitMs = 30_000;
/** A template set that used up its time this often within the window is refused at once for as long: it must not starve others. */
const offences = { count: 3, windowMs: 60_000 };

/** Threads run compiled JavaScript, also where this file runs as TypeScript (specs). */
const threadFile = new URL(import.meta.url.endsWith('.ts') ? '../../dist/content/render.thread.js' : './render.thread.js', import.meta.url);

/**
 * Renders templates in worker threads. LiquidJS' own limits are cooperative (a filter over a long list is not interrupted), so a
 * thread that takes longer than `killMs` is killed and replaced; its message fails, others go on.
 */
export class Renderer {
  private readonly threads = new Set<Thread>();
  private readonly queue: Waiting[] = [];
  private readonly slow = new Map<string, number[]>();
  private readonly size: number;
  private readonly killMs: number;
  private closed = false;

  constructor(options: { threads?: number; killMs?: number } = {}) {
    this.size = options.threads ?? 2;
    this.killMs = options.killMs ?? 1_000;
  }

  /** What a template does comes back as `aborted` or `errors` by path. Throws an `OperationalError` when it could not be tried. */
  async render(job: RenderJob): Promise<RenderResult> {
    if (this.closed) throw stopping();
    const length = JSON.stringify(job.variables).length;
    if (length > renderLimits.variablesLength) return failure(`The data of this person and run is too large to render with (${Math.round(length / 1000)} KB).`);
    const key = keyOf(job);
    if (this.isBlocked(key)) return failure('This template took too long for several people in the last minute, so it is not tried again yet: make its loops and lists shorter.');
    const first = await this.enqueue(job, 1);
    if (first.kind !== 'errors' || !first.slow) return first;
    // Time is measured by the clock, so a machine that was busy with something else looks like a slow template: it gets one more
    // chance, with twice the time.
    const second = this.closed ? first : await this.enqueue(job, 2);
    if (second.kind === 'errors' && second.slow) this.noteSlow(key);
    return second;
  }

  private enqueue(job: RenderJob, factor: number): Promise<RenderResult> {
    return new Promise((resolve, reject) => {
      this.queue.push({ job: { ...job, renderMs: renderLimits.renderMs * factor }, killMs: this.killMs * factor, resolve, reject });
      this.assign();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const waiting of this.queue.splice(0)) waiting.reject(stopping());
    await Promise.all([...this.threads].map((thread) => this.remove(thread, stopping())));
  }

  private assign(): void {
    while (this.queue.length > 0) {
      const free = [...this.threads].find((thread) => thread.ready && !thread.current);
      if (!free) {
        const starting = [...this.threads].filter((thread) => !thread.ready).length;
        if (this.threads.size < this.size && starting < this.queue.length) this.start();
        return;
      }
      this.run(free, this.queue.shift()!);
    }
  }

  private run(thread: Thread, waiting: Waiting): void {
    thread.current = waiting;
    const stopped = failure('Rendering took too long and was stopped: make loops and lists in the template shorter.', true);
    thread.timer = setTimeout(() => void this.remove(thread, stopped), waiting.killMs);
    thread.worker.ref();
    thread.worker.postMessage(waiting.job);
  }

  private start(): void {
    const worker = new Worker(threadFile, { resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 }, stdout: false, stderr: false, env: {} });
    const thread: Thread = { worker, ready: false, current: null, timer: null };
    thread.timer = setTimeout(() => void this.remove(thread, broken('A rendering thread did not start.')), startLimitMs);
    this.threads.add(thread);
    worker.on('message', (message: 'ready' | RenderResult) => this.answered(thread, message));
    worker.on('error', (error) => void this.remove(thread, (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY' ? failure('Rendering used up its memory.') : broken(`A rendering thread failed: ${error.message}`)));
    worker.on('exit', () => void this.remove(thread, broken('A rendering thread ended unexpectedly.')));
  }

  private answered(thread: Thread, message: 'ready' | RenderResult): void {
    if (thread.timer) clearTimeout(thread.timer);
    thread.timer = null;
    const { current } = thread;
    thread.current = null;
    if (message === 'ready') thread.ready = true;
    else current?.resolve(message);
    // An idle thread does not keep the process alive.
    thread.worker.unref();
    this.assign();
  }

  private async remove(thread: Thread, reason: RenderResult | OperationalError): Promise<void> {
    if (!this.threads.delete(thread)) return;
    if (thread.timer) clearTimeout(thread.timer);
    if (thread.current) tell(thread.current, reason);
    // A thread that cannot start would be started for ever: those who wait are told instead.
    if (!thread.ready && this.threads.size === 0) for (const waiting of this.queue.splice(0)) tell(waiting, reason);
    await thread.worker.terminate();
    this.assign();
  }

  private noteSlow(key: string): void {
    const now = Date.now();
    const recent = (this.slow.get(key) ?? []).filter((at) => at > now - offences.windowMs);
    if (this.slow.size > 500) this.slow.clear();
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
