import { LRUCache } from 'lru-cache';

/** A job that takes so long is one of those that must not keep others waiting. */
const slowMs = 50;
/** By each quick job the memory of a slow one fades. */
const fading = 0.8;
/** Tenants remembered; the one unheard of for longest goes first. */
const remembered = 5_000;

type Tenant<Job> = { jobs: Job[] };

/**
 * Jobs of tenants, in turn: one each, however many one of them has. A tenant whose jobs took long lately is slow until
 * enough of them were quick again; what is slow and what is quick are taken apart.
 */
export class FairQueue<Job> {
  /** In the order of their turns. */
  private readonly waiting = new Map<string, Tenant<Job>>();
  private readonly known = new LRUCache<string, number>({ max: remembered });

  push(name: string, job: Job): void {
    const tenant = this.waiting.get(name);
    if (tenant) tenant.jobs.push(job);
    else this.waiting.set(name, { jobs: [job] });
  }

  has(slow: boolean): boolean {
    return this.next(slow) !== undefined;
  }

  /** The next job of the tenant whose turn it is; it comes last then. */
  shift(slow: boolean): Job | undefined {
    const name = this.next(slow);
    if (name === undefined) return undefined;
    const tenant = this.waiting.get(name)!;
    this.waiting.delete(name);
    const job = tenant.jobs.shift();
    if (tenant.jobs.length > 0) this.waiting.set(name, tenant);
    return job;
  }

  /**
   * More of the tenant whose job was just taken: what belongs to its turn, so many that they take about `withinMs` by
   * what its jobs took before, and one alone where that is not known.
   */
  more(name: string, { withinMs, most }: { withinMs: number; most: number }): Job[] {
    const tenant = this.waiting.get(name);
    const each = this.known.get(name);
    if (!tenant || each === undefined) return [];
    const jobs = tenant.jobs.splice(0, Math.min(most, Math.floor(withinMs / Math.max(each, 0.01))));
    if (tenant.jobs.length === 0) this.waiting.delete(name);
    return jobs;
  }

  /** How long a tenant's job took. */
  note(name: string, ms: number): void {
    this.known.set(name, Math.max(ms, (this.known.get(name) ?? 0) * fading));
  }

  /** All that wait; none does then. */
  clear(): Job[] {
    const jobs = [...this.waiting.values()].flatMap((tenant) => tenant.jobs);
    this.waiting.clear();
    return jobs;
  }

  private next(slow: boolean): string | undefined {
    for (const name of this.waiting.keys()) if ((this.known.peek(name) ?? 0) > slowMs === slow) return name;
    return undefined;
  }
}
