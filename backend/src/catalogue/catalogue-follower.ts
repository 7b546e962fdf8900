import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import {
  addTypes,
  countDays,
  isCounted,
  keepRecent,
  lastPosition,
  sampleEvents,
  saveProgress,
  takeProgress,
} from './follower.repository.js';
import { seenIn } from './seen-values.js';

const idleMs = 3_000;
const betweenChunksMs = 100;
/** Events that one transaction counts. */
const chunk = 20_000n;

/**
 * Counts events after they are stored, so that storing them costs nothing more. Each is counted once: what was counted
 * and how far that is are one transaction, and a position is passed only when whoever could still store an event below
 * it has ended. Any number of processes may do it; one at a time does.
 */
@Injectable()
export class CatalogueFollower implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | null = null;
  private working: Promise<unknown> = Promise.resolve();
  private stopped = false;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.again(idleMs);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.working;
  }

  /** One chunk. Whether there is more that can be counted at once. */
  async countOnce(): Promise<boolean> {
    // Where nothing happens nothing is written.
    if (await isCounted(this.database)) return false;
    return this.database.transaction(async (sql) => {
      // Before anything gives this transaction an id: see `saveProgress`.
      const last = await lastPosition(sql);
      const progress = await takeProgress(sql);
      if (!progress) return false;
      const { counted, pending, settled } = progress;
      if (!settled) {
        // Nobody is waited for: the next look may find that all have ended.
        if (BigInt(counted) >= BigInt(pending) && BigInt(last) > BigInt(counted))
          await saveProgress(sql, { counted, next: last, done: false });
        return false;
      }
      const upTo = [BigInt(pending), BigInt(counted) + chunk].reduce((a, b) => (a < b ? a : b));
      const range = { after: counted, upTo: String(upTo) };
      await countDays(sql, range);
      const { types, recent } = seenIn(await sampleEvents(sql, range));
      await addTypes(sql, types);
      await keepRecent(sql, recent);
      const whole = upTo === BigInt(pending);
      await saveProgress(sql, {
        counted: range.upTo,
        next: whole && BigInt(last) > upTo ? last : null,
        done: whole,
      });
      return !whole;
    });
  }

  private again(ms: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.working = this.look().then((more) => this.again(more ? betweenChunksMs : idleMs));
    }, ms);
    this.timer.unref();
  }

  private async look(): Promise<boolean> {
    try {
      return await this.countOnce();
    } catch (error) {
      logger.warn({ error }, 'events could not be counted for the catalogue; trying again');
      return false;
    }
  }
}
