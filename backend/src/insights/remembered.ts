const maximumEntries = 1_000;

type Entry<Value> = { value: Promise<Value>; until: number };

/** Shares one answer among all who ask for the same thing within a short time. Failures are not kept. */
export class Remembered<Value> {
  private readonly entries = new Map<string, Entry<Value>>();

  /** `freshMs`: how long an answer may be given again, counted from when it was loaded; a function of how long loading took. */
  get(key: string, { freshMs, load }: { freshMs: number | ((tookMs: number) => number); load: () => Promise<Value> }): Promise<Value> {
    const known = this.entries.get(key);
    if (known && known.until > Date.now()) return known.value;
    const started = Date.now();
    const entry: Entry<Value> = { value: load(), until: Number.POSITIVE_INFINITY };
    if (this.entries.size >= maximumEntries) this.entries.clear();
    this.entries.set(key, entry);
    entry.value.then(
      () => (entry.until = Date.now() + (typeof freshMs === 'function' ? freshMs(Date.now() - started) : freshMs)),
      () => this.entries.get(key) === entry && this.entries.delete(key),
    );
    return entry.value;
  }
}
