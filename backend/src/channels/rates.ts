/**
 * So many a second of each key, in this process: a bucket that holds one second's worth. A place is taken at once, and
 * says how long to wait for it; who does not want to wait gives it back.
 */
export class Rates {
  private readonly nextAt = new Map<string, number>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Milliseconds until the place that was taken. */
  reserve(key: string, perSecond: number): number {
    const now = this.now();
    const gap = 1_000 / perSecond;
    // Never further back than a second: what was not used long ago cannot be used now.
    const at = Math.max(this.nextAt.get(key) ?? 0, now - Math.max(0, 1_000 - gap));
    this.nextAt.set(key, at + gap);
    return Math.max(0, at - now);
  }

  /** Gives the place that was taken last back. */
  giveBack(key: string, perSecond: number): void {
    const at = this.nextAt.get(key);
    if (at !== undefined) this.nextAt.set(key, at - 1_000 / perSecond);
  }
}
