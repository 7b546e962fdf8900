import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Sql } from '../platform/database/index.js';
import {
  addTypes,
  countDays,
  isCounted,
  keepRecent,
  lastPosition,
  positionRanges,
  sampleEvents,
  saveProgress,
  storingNow,
  summarizePositions,
  takeProgress,
} from './follower.repository.js';
import { seenIn } from './seen-values.js';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const lockNotAvailable = '55P03';
/** Events that one transaction counts. */
const chunk = 20_000n;
/** Ranges of the index on positions that a process looks at which has not looked before: more than come in a minute. */
const unknownRanges = 1_000;

/**
 * Counts events after they are stored, so that storing them costs nothing more. Each is counted once: what was counted
 * and how far that is are one transaction, and a position is passed only when whoever could still store an event below
 * it has ended. Any number of processes may do it; one at a time does.
 */
@Injectable()
export class CatalogueFollower {
  /** How many ranges of each partition the index on positions knows. */
  private readonly summarized = new Map<string, number>();

  constructor(private readonly database: Database) {}

  /** One chunk. Whether there is more that can be counted at once. */
  async countOnce(): Promise<boolean> {
    // Where nothing happens nothing is written.
    if (await isCounted(this.database)) return false;
    await this.summarize();
    return this.database.transaction((sql) => this.countChunk(sql), {
      settings: ['max_parallel_workers_per_gather = 0'],
    });
  }

  private async countChunk(sql: Sql): Promise<boolean> {
    // Before it is looked who is storing: whoever took a position up to it is among them, or has ended.
    const last = await lastPosition(sql);
    const progress = await takeProgress(sql);
    if (!progress) return false;
    const { counted } = progress;
    const now = await storingNow(sql);
    const isNew = BigInt(progress.pending) <= BigInt(counted);
    const pending = isNew ? last : progress.pending;
    const storing = isNew ? now : progress.storing.filter((each) => now.includes(each));
    if (storing.length > 0) {
      // Nobody is waited for: the next look may find that all have ended.
      if (isNew || storing.length < progress.storing.length)
        await saveProgress(sql, { counted, pending, storing, done: false });
      return false;
    }
    const upTo = [BigInt(pending), BigInt(counted) + chunk].reduce((a, b) => (a < b ? a : b));
    const range = { after: counted, upTo: String(upTo) };
    await countDays(sql, range);
    const { types, recent } = seenIn(await sampleEvents(sql, range));
    await addTypes(sql, types);
    await keepRecent(sql, recent);
    const whole = upTo === BigInt(pending);
    await saveProgress(sql, { counted: range.upTo, pending, storing, done: whole });
    return !whole;
  }

  private async summarize(): Promise<void> {
    try {
      for (const { index, full } of await positionRanges(this.database)) {
        const from = this.summarized.get(index) ?? Math.max(0, full - unknownRanges);
        if (from >= full) continue;
        await this.database.transaction((sql) => summarizePositions(sql, { index, from, to: full }), {
          settings: [`lock_timeout = '50ms'`],
        });
        this.summarized.set(index, full);
      }
    } catch (error) {
      // Counting is slower without, and as right.
      if ((error as { code?: unknown }).code !== lockNotAvailable) throw error;
    }
  }
}
