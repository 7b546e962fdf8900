import type { Scope } from '../database/index.js';
import { isOutage } from '../http/index.js';

type Waiting<Item, Result> = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void };

type GatheredOptions<Item, Result> = {
  /** Gives the results in the order of the items. */
  work: (scope: Scope, items: Item[]) => Promise<Result[]>;
  /** Two items of one key never share a call. */
  keyOf: (item: Item) => string;
  most: number;
  /** Items of another line of the workspace are not waited for; one line where it is not said. */
  lineOf?: (item: Item) => string;
};

/**
 * Makes one call of many that come at once for a workspace: while one runs, the next ones of its line gather. When a
 * call fails each of its items is tried alone, so that nobody pays for another's fault; after an outage none is.
 */
export class Gathered<Item, Result> {
  private readonly waiting = new Map<string, Waiting<Item, Result>[]>();
  private readonly running = new Set<string>();

  constructor(private readonly options: GatheredOptions<Item, Result>) {}

  add(scope: Scope, item: Item): Promise<Result> {
    const line = `${scope.workspaceId}/${this.options.lineOf?.(item) ?? ''}`;
    return new Promise((resolve, reject) => {
      const before = this.waiting.get(line);
      if (before) before.push({ item, resolve, reject });
      else {
        this.waiting.set(line, [{ item, resolve, reject }]);
        setImmediate(() => void this.flush(scope, line));
      }
    });
  }

  private async flush(scope: Scope, line: string): Promise<void> {
    if (this.running.has(line)) return;
    this.running.add(line);
    for (let batch = this.take(line); batch.length > 0; batch = this.take(line)) await this.call(scope, batch);
    this.running.delete(line);
  }

  /** The first of each key: those behind one of their own key keep their order, and nobody else waits for them. */
  private take(line: string): Waiting<Item, Result>[] {
    const seen = new Set<string>();
    const batch: Waiting<Item, Result>[] = [];
    const later = (this.waiting.get(line) ?? []).filter((each) => {
      const key = this.options.keyOf(each.item);
      if (batch.length === this.options.most || seen.has(key)) return true;
      seen.add(key);
      batch.push(each);
      return false;
    });
    if (later.length === 0) this.waiting.delete(line);
    else this.waiting.set(line, later);
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
