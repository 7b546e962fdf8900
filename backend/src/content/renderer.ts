import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { renderLimits } from './render-job.js';
import type { RenderJob, RenderResult } from './render-job.js';

type Waiting = { job: RenderJob; key: string; resolve: (result: RenderResult) => void };
type Thread = { worker: Worker; ready: boolean; current: Waiting | null; startedAt: number; timer: NodeJS.Timeout | null };

const startLimitMs = 30_000;
/** A template set that used up its time this often within the window is refused at once for as long: it must not starve others. */
const offences = { count: 3, windowMs: 60_000 };
/** From here on a rendering counts as one that used up its time. */
const slowMs = renderLimits.renderMs * 0.9;

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

  /** Never throws for what a template does: that comes back as `aborted` or `errors` by path. */
  async render(job: RenderJob): Promise<RenderResult> {
    if (this.closed) throw new Error('The renderer is closed.');
    const length = JSON.stringify(job.variables).length;
    if (length > renderLimits.variablesLength) return failure(`The data of this person and run is too large to render with (${Math.round(length / 1000)} KB).`);
    const key = keyOf(job);
    if (this.isBlocked(key)) return failure('This template took too long for several people in the last minute, so it is not tried again yet: make its loops and lists shorter.');
    return new Promise((resolve) => {
      this.queue.push({ job, key, resolve });
      this.assign();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const waiting of this.queue.splice(0)) waiting.resolve(failure('The process is stopping.'));
    await Promise.all([...this.threads].map((thread) => this.remove(thread, 'The process is stopping.')));
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
    thread.startedAt = performance.now();
    thread.timer = setTimeout(() => {
      this.noteSlow(waiting.key);
      void this.remove(thread, `Rendering took longer than ${this.killMs} ms and was stopped: make loops and lists in the template shorter.`);
    }, this.killMs);
    thread.worker.ref();
    thread.worker.postMessage(waiting.job);
  }

  private start(): void {
    const worker = new Worker(threadFile, { resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 }, stdout: false, stderr: false, env: {} });
    const thread: Thread = { worker, ready: false, current: null, startedAt: 0, timer: null };
    thread.timer = setTimeout(() => void this.remove(thread, 'A rendering thread did not start.'), startLimitMs);
    this.threads.add(thread);
    worker.on('message', (message: 'ready' | RenderResult) => this.answered(thread, message));
    worker.on('error', (error) => void this.remove(thread, (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'Rendering used up its memory.' : `Rendering failed: ${error.message}`));
    worker.on('exit', () => void this.remove(thread, 'Rendering ended unexpectedly.'));
  }

  private answered(thread: Thread, message: 'ready' | RenderResult): void {
    if (thread.timer) clearTimeout(thread.timer);
    thread.timer = null;
    const { current } = thread;
    thread.current = null;
    if (message === 'ready') thread.ready = true;
    else if (current) {
      if (performance.now() - thread.startedAt > slowMs) this.noteSlow(current.key);
      current.resolve(message);
    }
    // An idle thread does not keep the process alive.
    thread.worker.unref();
    this.assign();
  }

  private async remove(thread: Thread, reason: string): Promise<void> {
    if (!this.threads.delete(thread)) return;
    if (thread.timer) clearTimeout(thread.timer);
    thread.current?.resolve(failure(reason));
    // A thread that cannot start would be started for ever: those who wait are told instead.
    if (!thread.ready && this.threads.size === 0) for (const waiting of this.queue.splice(0)) waiting.resolve(failure(reason));
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

function failure(message: string): RenderResult {
  return { kind: 'errors', errors: [{ path: '', message }] };
}
