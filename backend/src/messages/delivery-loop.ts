import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { Database } from '../platform/database/index.js';
import { OperationalError } from '../platform/errors/index.js';
import { logger } from '../platform/logging/index.js';
import { DeliveryRepository } from './delivery.repository.js';
import type { Claimed } from './delivery.repository.js';
import { DeliveryService, defaultDelivery } from './delivery.service.js';
import type { DeliveryOptions } from './delivery.service.js';

const maximumAtOnce = 32;
const refillAt = 20;
const pollMs = 1_000;
const drainPollMs = 25;
const channel = 'wend_messages';

/** Sends what is due: woken by a notification at each commit that queued something, and each second for what became due by itself. */
@Injectable()
export class DeliveryLoop {
  private readonly owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  private readonly active = new Set<Promise<void>>();
  /** Messages that are being worked on here. */
  private readonly held = new Set<string>();
  /** An answer of the database was lost: messages may be leased to this process that it does not know of. */
  private unsure = false;
  private options: DeliveryOptions = defaultDelivery;
  private running = false;
  private claiming = false;
  private again = false;
  private saturated = false;
  private timer: NodeJS.Timeout | undefined;
  private listener: PoolClient | null = null;

  constructor(
    private readonly database: Database,
    private readonly repository: DeliveryRepository,
    private readonly delivery: DeliveryService,
  ) {}

  start(options: Partial<DeliveryOptions> = {}): void {
    if (this.running) return;
    this.options = { ...defaultDelivery, ...options };
    this.running = true;
    this.timer = setInterval(() => {
      void this.listen();
      void this.pump();
    }, pollMs);
    void this.listen();
    void this.pump();
  }

  /** Takes nothing new and waits for what is being sent, at most `withinMs`; what is left after that is taken over when its lease ends. */
  async stop(withinMs = 30_000): Promise<void> {
    this.running = false;
    clearInterval(this.timer);
    this.listener?.release(true);
    this.listener = null;
    const limit = new AbortController();
    await Promise.race([Promise.all([...this.active]), delay(withinMs, undefined, { signal: limit.signal, ref: false }).catch(() => undefined)]);
    limit.abort();
    if (this.active.size > 0) logger.warn({ messages: this.active.size }, 'delivery stopped while messages were being sent');
  }

  /**
   * Waits until no message of a run is due or being sent; a message put off to later is not waited for. Works while this or another
   * process delivers. Throws an `OperationalError` after `withinMs`: then probably no worker is running.
   */
  async drain({ workspaceId, enrollmentId, withinMs = 30_000 }: { workspaceId: string; enrollmentId: string; withinMs?: number }): Promise<void> {
    const until = Date.now() + withinMs;
    while ((await this.repository.countDue({ workspaceId }, enrollmentId)) > 0) {
      if (Date.now() > until) throw new OperationalError('messages-waiting', 'Messages of this run are still waiting to be sent. Is the worker running? Try again in a moment.');
      await delay(drainPollMs);
    }
  }

  private async pump(): Promise<void> {
    this.again = true;
    if (this.claiming) return;
    this.claiming = true;
    try {
      while (this.running && this.again) {
        this.again = false;
        await this.claim();
      }
    } catch (error) {
      logger.warn({ error }, 'messages could not be claimed; trying again');
    } finally {
      this.claiming = false;
    }
  }

  private async claim(): Promise<void> {
    const limit = maximumAtOnce - this.active.size;
    this.saturated = limit <= 0;
    if (this.saturated) return;
    if (this.unsure) await this.repository.releaseAllBut({ owner: this.owner, ids: [...this.held] });
    this.unsure = true;
    const claimed = await this.repository.claim({ owner: this.owner, limit, leaseMs: this.options.leaseMs });
    this.saturated = claimed.length === limit;
    const workspaces = groupBy(claimed);
    await Promise.all([...workspaces].map(([workspaceId, rows]) => this.begin(workspaceId, rows)));
    this.unsure = false;
  }

  private async begin(workspaceId: string, rows: Claimed[]): Promise<void> {
    const contexts = new Map((await this.repository.contexts({ workspaceId }, rows.map(({ id }) => id))).map((context) => [context.id, context]));
    for (const claimed of rows) {
      const context = contexts.get(claimed.id);
      if (!context) continue;
      this.held.add(claimed.id);
      const work = this.delivery
        .deliver({ claimed, context, owner: this.owner, options: this.options })
        .catch((error: unknown) => this.giveBack(claimed, error))
        .finally(() => {
          this.active.delete(work);
          this.held.delete(claimed.id);
          // Only when there was more than there was room for, and for several at once.
          if (this.saturated && this.active.size <= refillAt) void this.pump();
        });
      this.active.add(work);
    }
  }

  /** Nothing was decided: it goes back into the queue; where that fails too, before the next messages are claimed. */
  private async giveBack(claimed: Claimed, error: unknown): Promise<void> {
    logger.error({ error, messageId: claimed.id }, 'a message could not be worked on; trying again in a moment');
    await this.repository
      .release({ workspaceId: claimed.workspace_id }, { ids: [claimed.id], owner: this.owner, inSeconds: 5 })
      .catch((failure: unknown) => {
        this.unsure = true;
        logger.warn({ error: failure, messageId: claimed.id }, 'a message could not be given back yet');
      });
  }

  private async listen(): Promise<void> {
    if (this.listener || !this.running) return;
    try {
      const client = await this.database.pool.connect();
      if (this.listener || !this.running) return client.release();
      this.listener = client;
      const drop = () => {
        if (this.listener !== client) return;
        this.listener = null;
        client.release(true);
      };
      client.on('error', drop);
      client.on('end', drop);
      client.on('notification', () => void this.pump());
      await client.query(`listen ${channel}`);
    } catch (error) {
      // The poll goes on without it, and tries again.
      logger.warn({ error }, 'not listening for messages; they are looked for each second');
    }
  }
}

function groupBy(rows: Claimed[]): Map<string, Claimed[]> {
  const groups = new Map<string, Claimed[]>();
  for (const row of rows) groups.set(row.workspace_id, [...(groups.get(row.workspace_id) ?? []), row]);
  return groups;
}
