import { LRUCache } from 'lru-cache';

const maximumEntries = 1_000;

/** Shares one answer among all who ask for the same thing within a short time. Failures are not kept. */
export class Remembered<Value> {
  private readonly entries = new LRUCache<string, Promise<Value>>({ max: maximumEntries });

  /** The next who asks has it loaded again. */
  forget(key: string): void {
    this.entries.delete(key);
  }

  /**
   * `freshMs`: how long an answer may be given again, counted from when it was loaded; a function of how long loading
   * took.
   */
  get(
    key: string,
    { freshMs, load }: { freshMs: number | ((tookMs: number) => number); load: () => Promise<Value> },
  ): Promise<Value> {
    const known = this.entries.get(key);
    if (known) return known;
    const started = Date.now();
    const value = load();
    this.entries.set(key, value);
    const settle = (change: () => void) => () => {
      if (this.entries.peek(key) === value) change();
    };
    value.then(
      settle(() => {
        const ttl = typeof freshMs === 'function' ? freshMs(Date.now() - started) : freshMs;
        // To lru-cache 0 is without end.
        if (ttl > 0) this.entries.set(key, value, { ttl });
        else this.entries.delete(key);
      }),
      settle(() => this.entries.delete(key)),
    );
    return value;
  }
}
