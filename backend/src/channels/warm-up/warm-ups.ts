import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Scope } from '../../platform/database/index.js';
import { logger } from '../../platform/logging/index.js';
import { limitOn } from './daily-limit.js';
import { WarmUpRepository } from './warm-up.repository.js';
import type { WarmUpRow } from './warm-up.repository.js';

/** `giveBack` when it did not go out after all. */
export type WarmUpTurn = { kind: 'go'; giveBack: () => void } | { kind: 'wait'; until: Date };

/** What this process has taken of a day and not used yet. */
type Block = {
  day: string;
  left: number;
  taking: Promise<void> | null;
  /** Others had taken the rest when it was asked last. */
  emptyAt: number;
};

const settingsMs = 5_000;
/** Others may have given some back. */
const askAgainMs = 60_000;
const largestBlock = 50;
/** Of a day each sender takes a part at once, so that the last ones are not held by one that has nothing to send. */
const blockPart = 50;
const free: WarmUpTurn = { kind: 'go', giveBack: () => undefined };

/**
 * Daily limits of connections that are being warmed up, over all processes: each takes some messages of the day from the
 * database and counts them down. What a process had taken when it was killed is not sent that day.
 */
@Injectable()
export class WarmUps implements OnApplicationShutdown {
  private readonly settings = new LRUCache<string, Promise<WarmUpRow[]>>({ max: 5_000, ttl: settingsMs });
  private readonly blocks = new Map<string, Block & { scope: Scope; connectionId: string }>();
  /** Replaced by tests. */
  now = (): Date => new Date();

  constructor(private readonly repository: WarmUpRepository) {}

  /** Whether a message may go out by this connection today; else when to ask again. */
  async reserve(
    scope: Scope,
    { connectionId, transactional }: { connectionId: string; transactional: boolean },
  ): Promise<WarmUpTurn> {
    const plan = (await this.plansOf(scope)).find((each) => each.connectionId === connectionId);
    if (!plan || (transactional && plan.transactionalPasses)) return free;
    const key = `${scope.workspaceId}:${connectionId}`;
    let block = this.blocks.get(key);
    if (block?.day !== plan.today) {
      block = { scope, connectionId, day: plan.today, left: 0, taking: null, emptyAt: -Infinity };
      this.blocks.set(key, block);
    }
    while (block.left === 0) {
      if (performance.now() - block.emptyAt < askAgainMs) return { kind: 'wait', until: plan.tomorrow };
      block.taking ??= this.fill(block, plan);
      await block.taking;
    }
    block.left -= 1;
    const taken = block;
    return { kind: 'go', giveBack: () => (taken.left += 1) };
  }

  /** Settings have changed in this process. */
  forget({ workspaceId }: Scope): void {
    this.settings.delete(workspaceId);
    for (const [key, { scope }] of this.blocks)
      if (scope.workspaceId === workspaceId) this.blocks.get(key)!.emptyAt = -Infinity;
  }

  async onApplicationShutdown(): Promise<void> {
    const left = [...this.blocks.values()].filter((block) => block.left > 0);
    this.blocks.clear();
    for (const { scope, connectionId, day, left: count } of left)
      await this.repository
        .giveBack(scope, { connectionId, day, count })
        .catch((error: unknown) => logger.warn({ error }, 'messages of a daily limit could not be given back'));
  }

  private async fill(block: Block & { scope: Scope; connectionId: string }, plan: WarmUpRow): Promise<void> {
    try {
      const limit = limitOn(plan, plan.day);
      const wanted = Math.min(largestBlock, Math.max(1, Math.ceil(limit / blockPart)));
      const { scope, connectionId, day } = block;
      const granted = await this.repository.take(scope, { connectionId, day, wanted, limit });
      block.left += granted;
      if (granted === 0) block.emptyAt = performance.now();
    } finally {
      block.taking = null;
    }
  }

  private async plansOf(scope: Scope): Promise<WarmUpRow[]> {
    const now = this.now();
    const known = this.settings.get(scope.workspaceId);
    const plans = known ? await known : [];
    // The day may have ended since.
    if (known && plans.every(({ tomorrow }) => tomorrow > now)) return plans;
    const asked = this.repository.list(scope, now);
    this.settings.set(scope.workspaceId, asked);
    asked.catch(() => this.settings.delete(scope.workspaceId));
    return asked;
  }
}
