import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { cleanUp } from './clean-up.repository.js';
import { ensurePartitions } from './partitions.repository.js';
import { tables } from './tables.js';
import type { Keeping } from './tables.js';

const periods: Record<Keeping['every'], number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Keeps the tables in shape for as long as the process runs: partitions before they are needed, and out with what need
 * not be kept. A failure is logged and tried again the next time.
 */
@Injectable()
export class UpkeepService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly under = new Map<Keeping['every'], Promise<void>>();
  private stopped = false;

  constructor(private readonly database: Database) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.partitions();
    for (const every of Object.keys(periods) as Keeping['every'][]) {
      this.start(every);
      this.timers.push(setInterval(() => this.start(every), periods[every]).unref());
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.under.values());
  }

  /** One pass of a period at a time: what takes longer than its period is not begun twice. */
  private start(every: Keeping['every']): void {
    if (this.under.has(every)) return;
    this.under.set(
      every,
      this.pass(every).finally(() => this.under.delete(every)),
    );
  }

  private async pass(every: Keeping['every']): Promise<void> {
    if (every === 'day') await this.partitions();
    for (const { name, kept } of tables) {
      if (kept?.every !== every || this.stopped) continue;
      try {
        const rows = await cleanUp({ database: this.database, name, kept, stopped: () => this.stopped });
        if (rows > 0) logger.debug({ table: name, rows }, 'rows that need not be kept are deleted');
      } catch (error) {
        logger.error({ error, table: name }, 'a table could not be cleaned up; trying again later');
      }
    }
  }

  private async partitions(): Promise<void> {
    try {
      const made = await ensurePartitions({ database: this.database });
      if (made.length > 0) logger.info({ partitions: made }, 'partitions of events made');
    } catch (error) {
      logger.error({ error }, 'partitions could not be made; events go to the default partition until it works');
    }
  }
}
