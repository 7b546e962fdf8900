import { Injectable } from '@nestjs/common';
import type { Sql } from '../platform/database/index.js';
import { isOutage, isStatementTimeout } from '../platform/http/index.js';
import { logger } from '../platform/logging/index.js';
import { isConflict, retryConflicts } from '../profiles/index.js';
import { ChangeListeners } from './change-listeners.js';
import { ChangeQueueRepository } from './change-queue.repository.js';
import type { QueuedChange } from './change-queue.repository.js';

/** What one loop takes at once: a quarter of the lanes, so that others find some. */
const share = { lanes: 4, batch: 400 };
/** Changes of a person that do not come off are told again after 2, 4, 8 … seconds, at last every five minutes. */
const longestRestMs = 300_000;

/** Tells listeners what changed about people. Once, in the transaction that takes it off the queue. */
@Injectable()
export class ChangesService {
  constructor(
    private readonly queue: ChangeQueueRepository,
    private readonly listeners: ChangeListeners,
  ) {}

  /** Works on what has come; true when there is more to do at once. `now` (ms since 1970) stands for the clock in tests. */
  work(now: () => number = Date.now): Promise<boolean> {
    return retryConflicts(
      () =>
        this.queue.withLanes(
          { ...share, at: new Date(now()), listeners: this.listeners.all },
          async ({ sql, changes }) => {
            for (const [workspaceId, own] of groupsOf(changes, (change) => change.workspaceId))
              await this.tell(sql, { workspaceId, changes: own, at: now() });
          },
        ),
      { what: 'changes of people were told' },
    );
  }

  private async tell(sql: Sql, told: { workspaceId: string; changes: QueuedChange[]; at: number }): Promise<void> {
    try {
      await this.queue.attempt(sql, () => this.tellAll(sql, told));
      await this.queue.remove(sql, told.changes);
    } catch (error) {
      // Too slow together may be fast enough alone; who is not must keep nobody else waiting.
      if ((isOutage(error) && !isStatementTimeout(error)) || isConflict(error)) throw error;
      // Each person alone, so that one keeps nobody else waiting.
      const people = groupsOf(told.changes, (change) => change.profileId);
      if (people.size > 1) for (const changes of people.values()) await this.tell(sql, { ...told, changes });
      else await this.putOff(sql, { ...told, error });
    }
  }

  private async tellAll(
    sql: Sql,
    { workspaceId, changes, at }: { workspaceId: string; changes: QueuedChange[]; at: number },
  ): Promise<void> {
    for (const listener of this.listeners.all) await listener.changed({ workspaceId }, { sql, changes, at });
  }

  private async putOff(
    sql: Sql,
    { changes, at, error, workspaceId }: { workspaceId: string; changes: QueuedChange[]; at: number; error: unknown },
  ): Promise<void> {
    const attempts = Math.max(...changes.map((change) => change.attempts));
    const rest = Math.min(longestRestMs, 2_000 * 2 ** Math.min(attempts, 10));
    logger.error(
      { err: error, workspaceId, profileId: changes[0]?.profileId, attempts },
      'what changed about a person could not be worked off; trying again later',
    );
    await this.queue.postpone(sql, { changes, until: new Date(at + rest) });
  }
}

function groupsOf<Item>(items: Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
