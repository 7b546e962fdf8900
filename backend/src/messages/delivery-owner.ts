import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { PoolClient } from 'pg';
import { logger } from '../platform/logging/index.js';
import type { DeliveryOwnerRepository } from './delivery-owner.repository.js';

/** A process that lost its connection is back within a second; one that is gone never holds its lock again. */
const goneAfterMs = 1_800;
/** Looks that lie further apart saw nothing of what was in between. */
const blindMs = 2_200;
/** Longer than any lease. */
const forgottenMs = 600_000;

/**
 * This process as an owner of messages. It lives for the others as long as it holds a session's advisory lock: the
 * kernel answers for its connection, so that a busy or stalled process is never taken for a dead one, while a killed
 * one is gone at once and a lost machine after three seconds (keepalives). A lock that was free for `goneAfterMs`
 * without a break, as seen from here, is that of a dead one.
 */
export class DeliveryOwner {
  readonly name = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  private client: PoolClient | null = null;
  private connecting = false;
  private ended = false;
  private lastLook = Number.NEGATIVE_INFINITY;
  private freeSince = new Map<string, number>();
  private others = 0;

  constructor(private readonly repository: DeliveryOwnerRepository) {}

  /** Whether others see it live. Nothing is claimed without. */
  get lives(): boolean {
    return this.client !== null;
  }

  /** Owners whose messages are free to be taken. */
  get dead(): string[] {
    return [...this.freeSince].filter(([, since]) => this.lastLook - since >= goneAfterMs).map(([name]) => name);
  }

  /** How many send, this one included, as it was seen last. */
  get senders(): number {
    return 1 + this.others;
  }

  /** Takes the lock, again when its connection was lost. */
  async live(): Promise<void> {
    if (this.client || this.connecting) return;
    this.connecting = true;
    this.ended = false;
    let client: PoolClient | undefined;
    try {
      client = await this.repository.connect();
      await this.lock(client);
      // It left meanwhile: the connection must not outlive that.
      if (this.ended) await this.end(false);
    } catch (error) {
      client?.release(true);
      logger.warn({ error }, 'this process could not show that it sends messages; trying again');
    } finally {
      this.connecting = false;
    }
  }

  /** Looks who else lives. Once a second. */
  async look(): Promise<void> {
    const rows = await this.repository.others(this.name);
    const now = performance.now();
    const seen = now - this.lastLook > blindMs ? new Map<string, number>() : this.freeSince;
    this.freeSince = new Map(rows.filter(({ free }) => free).map(({ name }) => [name, seen.get(name) ?? now]));
    this.others = rows.filter(({ free }) => !free).length;
    this.lastLook = now;
    const old = [...this.freeSince].filter(([, since]) => now - since > forgottenMs).map(([name]) => name);
    if (old.length > 0) await this.repository.forget(old);
  }

  /** Leaves; `clean` when it has nothing any more. */
  async end(clean: boolean): Promise<void> {
    const { client } = this;
    this.client = null;
    this.ended = true;
    if (clean && client)
      await this.repository
        .forget([this.name])
        .catch((error: unknown) =>
          logger.warn({ error }, 'the end of this sender could not be noted; others find out'),
        );
    client?.release(true);
  }

  private async lock(client: PoolClient): Promise<void> {
    const drop = (): void => {
      if (this.client !== client) return;
      this.client = null;
      client.release(true);
      void this.live();
    };
    client.on('error', drop);
    client.on('end', drop);
    await this.repository.lock({ client, name: this.name });
    this.client = client;
  }
}
