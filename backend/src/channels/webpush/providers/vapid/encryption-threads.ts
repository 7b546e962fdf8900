import { availableParallelism } from 'node:os';
import type { Piscina } from 'piscina';
import { ProviderError } from '@wend/node-sdk';
import { bodiesOf, encryptBatch } from './encryption-job.js';
import type { EncryptionJob } from './encryption-job.js';

type Waiting = { job: EncryptionJob; resolve: (body: Uint8Array) => void; reject: (error: Error) => void };
type EncryptionOptions = { threadFile?: string; idleMs?: number };

/** Fewer at a time are done here and now: to hand them over would cost as much. */
const fewest = 4;
/** About 10 ms of work: large enough that handing it over costs nothing, small enough that threads share evenly. */
const batchSize = 32;

/** Threads run compiled JavaScript, also where this file runs as TypeScript (specs). */
const compiled = new URL(
  import.meta.url.endsWith('.ts')
    ? '../../../../../dist/channels/webpush/providers/vapid/encryption.thread.js'
    : './encryption.thread.js',
  import.meta.url,
).href;

/**
 * Encrypts in worker threads what comes in at the same time, so that the main thread is free for sending. The threads are
 * started by the first large crowd, and end when nothing comes for a minute.
 */
export class Encryption {
  private waiting: Waiting[] = [];
  private pool: Promise<Piscina> | null = null;
  private readonly threadFile: string;
  private readonly idleMs: number;

  constructor({ threadFile = compiled, idleMs = 60_000 }: EncryptionOptions = {}) {
    this.threadFile = threadFile;
    this.idleMs = idleMs;
  }

  /** The message's body. Throws `Unusable` when the subscription cannot be encrypted to. */
  encrypt(job: EncryptionJob): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ job, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.flush());
    });
  }

  /** Threads at work now. */
  async threads(): Promise<number> {
    return (await this.pool)?.threads.length ?? 0;
  }

  async close(): Promise<void> {
    const { pool } = this;
    this.pool = null;
    await (await pool)?.destroy();
  }

  private flush(): void {
    const all = this.waiting;
    this.waiting = [];
    if (all.length < fewest) return settle(all, encryptBatch(all.map(({ job }) => job)));
    for (let at = 0; at < all.length; at += batchSize) void this.inThread(all.slice(at, at + batchSize));
  }

  private async inThread(batch: Waiting[]): Promise<void> {
    const jobs = batch.map(({ job }) => job);
    try {
      const pool = await this.started();
      settle(batch, (await pool.run(jobs)) as ReturnType<typeof encryptBatch>);
    } catch (cause) {
      // The thread ended, not the work: nothing of it has left, and the next attempt gets another thread.
      const error = new ProviderError(
        {
          class: 'network',
          message: `The thread that encrypts web push failed: ${(cause as Error).message}`,
          handedOver: false,
        },
        { cause },
      );
      batch.forEach(({ reject }) => reject(error));
    }
  }

  private started(): Promise<Piscina> {
    this.pool ??= import('piscina').then(
      ({ Piscina: Pool }) =>
        new Pool({
          filename: this.threadFile,
          minThreads: 0,
          // One core stays for the main thread.
          maxThreads: Math.min(4, Math.max(1, availableParallelism() - 1)),
          idleTimeout: this.idleMs,
          concurrentTasksPerWorker: 2,
          env: {},
          resourceLimits: { maxOldGenerationSizeMb: 64 },
        }),
    );
    return this.pool;
  }
}

/** The keys of a subscription are none: nothing can be sent to it, now or later. */
export class Unusable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Unusable';
  }
}

function settle(batch: readonly Waiting[], encrypted: ReturnType<typeof encryptBatch>): void {
  const bodies = bodiesOf(encrypted);
  batch.forEach(({ resolve, reject }, at) => {
    const body = bodies[at];
    if (body instanceof Uint8Array) resolve(body);
    else reject(new Unusable(body ?? 'The thread that encrypts web push did not answer for it.'));
  });
}
