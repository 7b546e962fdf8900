import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Scope } from '../platform/database/index.js';
import { AwaitedNameRepository } from './awaited-name.repository.js';

/** Names that are remembered here; custom nodes can wait for names without end. */
const rememberedNames = 10_000;
/**
 * How long a name is taken to be there without another look. Far shorter than it is kept (upkeep/tables.ts), so that
 * what is remembered has not been forgotten.
 */
const rememberedMs = 3_600_000;
/**
 * A transaction that stores events takes milliseconds; one whose process is frozen is ended by the database after some
 * seconds.
 */
const settleMs = 15_000;
const firstPollMs = 2;
const longestPollMs = 50;

/**
 * Names of events that runs wait for. Ingestion queues an event for the router only when its name is here or lets
 * people enter a live journey, so that what nobody asks for costs the router nothing. See docs/decisions/0008.
 */
@Injectable()
export class AwaitedNames {
  /** Names that are known to be in the table. */
  private readonly known = new LRUCache<string, true>({ max: rememberedNames, ttl: rememberedMs });
  private readonly confirming = new Map<string, Promise<void>>();

  constructor(private readonly repository: AwaitedNameRepository) {}

  /**
   * After this, every event of these names is queued, or can be seen by a new snapshot. To be called just before a wait
   * for them is committed.
   */
  async ensure(scope: Scope, names: string[]): Promise<void> {
    const missing = [...new Set(names)].filter((name) => !this.known.has(keyOf(scope, name)));
    await Promise.all(missing.map((name) => this.confirmOnce(scope, name)));
  }

  /** Runs that come to wait for the same name at the same time ask once. */
  private confirmOnce(scope: Scope, name: string): Promise<void> {
    const key = keyOf(scope, name);
    const under = this.confirming.get(key) ?? this.confirm(scope, name).finally(() => this.confirming.delete(key));
    this.confirming.set(key, under);
    return under;
  }

  private async confirm(scope: Scope, name: string): Promise<void> {
    if (!(await this.repository.use(scope, name))) await this.settle(scope, name);
    this.known.set(keyOf(scope, name), true);
  }

  /**
   * A transaction that began to store events before the name was there may not have queued them: it is waited for, and
   * nobody else. All of them write `event_ids` before they look for names, so those that hold its lock now, with the
   * name committed, are all there can be. Nothing is locked: events go on being stored meanwhile.
   */
  private async settle(scope: Scope, name: string): Promise<void> {
    await this.repository.add(scope, name);
    const until = performance.now() + settleMs;
    let storing = await this.repository.storing();
    for (let pause = firstPollMs; storing.length > 0; pause = Math.min(longestPollMs, pause * 2)) {
      if (performance.now() > until)
        throw new Error(`Events that may be "${name}" are still being stored after ${settleMs / 1_000} s.`);
      await delay(pause);
      const still = new Set(await this.repository.storing());
      storing = storing.filter((each) => still.has(each));
    }
    await this.repository.settle(scope, name);
  }
}

function keyOf({ workspaceId }: Scope, name: string): string {
  return `${workspaceId}/${name}`;
}
