import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Scope, Sql } from '../platform/database/index.js';
import type { Watch } from './change.js';
import { WatchRepository } from './watch.repository.js';

/** A transaction takes milliseconds; one whose process is frozen is ended by the database after some seconds. */
const settleMs = 30_000;
const firstPollMs = 2;
const longestPollMs = 50;

/** What is watched. Nothing else of people's changes is written down. See docs/decisions/0049. */
@Injectable()
export class Watches {
  constructor(private readonly repository: WatchRepository) {}

  /**
   * Says what a watcher wants to hear of from now on, in the caller's transaction; an empty list is nothing. `watcher`:
   * `<room>/<id>`. Who then looks at people for the first time calls `settle` in between.
   */
  set(scope: Scope, options: { sql: Sql; watcher: string; watches: Watch[] }): Promise<void> {
    return this.repository.replace(scope, options);
  }

  /**
   * To be called after the commit of `set`, outside of transactions. After this every change that is watched is either
   * told to the watcher, or seen by a new snapshot: transactions that began to write before the watch was there have
   * ended. Nothing is locked: people are written for meanwhile.
   */
  async settle(): Promise<void> {
    const until = performance.now() + settleMs;
    let writing = await this.repository.writing();
    for (let pause = firstPollMs; writing.length > 0; pause = Math.min(longestPollMs, pause * 2)) {
      if (performance.now() > until)
        throw new Error(`Changes of people are still being written after ${settleMs / 1_000} s.`);
      await delay(pause);
      const still = new Set(await this.repository.writing());
      writing = writing.filter((each) => still.has(each));
    }
  }
}
