import type { Scope } from '../database/index.js';
import { isOutage } from '../http/index.js';

type Waiting<Item, Result> = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void };

type GatheredOptions<Item, Result> = {
  /** Gives the results in the order of the items. */
  work: (scope: Scope, items: Item[]) => Promise<Result[]>;
  /** Two items of one key never share a call. */
  keyOf: (item: Item) => string;
  most: number;
};

/**
 * Makes one call of many that come at once for a workspace: while one runs, the next ones gather. When a call fails each
 * of its items is tried alone, so that nobody pays for another's fault; after an outage none is.
 */
export class Gathered<Item, Result> {
  private readonly waiting = new Map<string, Waiting<Item, Result>[]>();
  private readonly running = new Set<string>();

  constructor(private readonly options: GatheredOptions<Item, Result>) {}

  add(scope: Scope, item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      const before = this.waiting.get(scope.workspaceId);
      if (before) before.push({ item, resolve, reject });
      else {
        this.waiting.set(scope.workspaceId, [{ item, resolve, reject }]);
        setImmediate(() => void this.flush(scope));
      }
    });
  }

  private async flush(scope: Scope): Promise<void> {
    if (this.running.has(scope.workspaceId)) return;
    this.running.add(scope.workspaceId);
    for (let batch = this.take(scope); batch.length > 0; batch = this.take(scope)) await this.call(scope, batch);
    this.running.delete(scope.workspaceId);
  }

  private take({ workspaceId }: Scope): Waiting<Item, Result>[] {
    const waiting = this.waiting.get(workspaceId) ?? [];
    const seen = new Set<string>();
    let count = 0;
    while (count < waiting.length && count < this.options.most) {
      const key = this.options.keyOf(waiting[count]!.item);
      if (seen.has(key)) break;
      seen.add(key);
      count += 1;
    }
    const batch = waiting.splice(0, count);
    if (waiting.length === 0) this.waiting.delete(workspaceId);
    return batch;
  }

  private async call(scope: Scope, batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.options.work(
        scope,
        batch.map(({ item }) => item),
      );
      for (const [index, { resolve }] of batch.entries()) resolve(results[index]!);
    } catch (error) {
      if (batch.length === 1 || isOutage(error)) return void batch.forEach(({ reject }) => reject(error));
      for (const each of batch) await this.call(scope, [each]);
    }
  }
}
