import { setTimeout as delay } from 'node:timers/promises';
import type { Scope } from '../platform/database/index.js';
import type { Lease, LeaseOptions } from './rate-buckets.repository.js';
import type { Bucket } from './rate-limits.repository.js';
import { mostAheadMs } from './rates.sql.js';

export type Urgency = 'transactional' | 'single' | 'bulk';
/**
 * `later`: not within the time that it may be waited for; ms until its turn, and the bucket that has it wait, with what
 * that gives now. A turn that is not used is given back.
 */
export type Turn = { kind: 'go'; giveBack: () => void } | { kind: 'later'; ms: number; by: Bucket };
type TakeOptions = { buckets: readonly Bucket[]; urgency: Urgency; patienceMs: number };

/**
 * How far ahead tokens are taken. Bulk takes them when they are due, so that whoever is more urgent never finds them
 * gone for longer than this; and who is more urgent takes those that bulk would have next.
 */
const aheadMs: Readonly<Record<Urgency, number>> = { transactional: mostAheadMs, single: 400, bulk: 100 };
const portionMs = 100;
const mostAtOnce = 500;
/** A token that was given back is worth something to the next one for so long. */
const spareMs = 200;
const leastPauseMs = 2;

type Waiter = { since: number; patienceMs: number; settle: (turn: Turn) => void; fail: (error: unknown) => void };
type Line = { scope: Scope; buckets: readonly Bucket[]; urgency: Urgency; waiting: Waiter[]; busy: boolean };
type Spare = { key: string; until: number };

/**
 * Messages of this process that wait for their turn. Those that wait for the same tokens stand in one line for each
 * urgency, and take them together: one statement for all that are there, each time.
 */
export class Turns {
  private readonly lines = new Map<string, Line>();
  private spares: Spare[] = [];

  constructor(
    private readonly lease: (scope: Scope, options: LeaseOptions) => Promise<Lease>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Waits for a token of each bucket. Rejects when they cannot be asked for. */
  take(scope: Scope, { buckets, urgency, patienceMs }: TakeOptions): Promise<Turn> {
    const tokens = `${scope.workspaceId}/${buckets.map(({ kind, name }) => `${kind}:${name}`).join('/')}`;
    if (this.takeSpare(tokens)) return Promise.resolve(this.go(tokens));
    const key = `${tokens}/${urgency}`;
    const line = this.lines.get(key) ?? { scope, buckets, urgency, waiting: [], busy: false };
    this.lines.set(key, line);
    // What is said now counts for all of them.
    line.buckets = buckets;
    return new Promise((settle, fail) => {
      line.waiting.push({ since: this.now(), patienceMs, settle, fail });
      if (line.busy) return;
      line.busy = true;
      // Those that come at once are asked for at once.
      setImmediate(() => void this.serve(line, { key, tokens }));
    });
  }

  private async serve(line: Line, { key, tokens }: { key: string; tokens: string }): Promise<void> {
    const ahead = aheadMs[line.urgency];
    try {
      while (line.waiting.length > 0) {
        while (line.waiting.length > 0 && this.takeSpare(tokens)) line.waiting.shift()!.settle(this.go(tokens));
        if (line.waiting.length === 0) break;
        const { at, nextMs, gapMs, slowest } = await this.lease(line.scope, {
          buckets: line.buckets,
          count: Math.min(line.waiting.length, mostAtOnce),
          withinMs: ahead,
        });
        for (const ms of at) this.give(line.waiting.shift()!, { ms, tokens });
        this.sendAway(line, { nextMs, gapMs, by: slowest });
        if (line.waiting.length > 0) await delay(Math.max(leastPauseMs, nextMs - ahead + portionMs));
      }
    } catch (error) {
      for (const each of line.waiting.splice(0)) each.fail(error);
    } finally {
      line.busy = false;
      if (line.waiting.length === 0) this.lines.delete(key);
    }
  }

  private give(waiter: Waiter, { ms, tokens }: { ms: number; tokens: string }): void {
    if (ms <= 0) waiter.settle(this.go(tokens));
    else setTimeout(() => waiter.settle(this.go(tokens)), ms);
  }

  /** Who would wait longer than they may. */
  private sendAway(line: Line, { nextMs, gapMs, by }: { nextMs: number; gapMs: number; by: Bucket }): void {
    const now = this.now();
    const staying: Waiter[] = [];
    for (const waiter of line.waiting) {
      const ms = Math.max(0, nextMs - aheadMs[line.urgency]) + staying.length * gapMs;
      if (now - waiter.since + ms <= waiter.patienceMs) staying.push(waiter);
      else waiter.settle({ kind: 'later', ms: Math.max(ms, portionMs), by });
    }
    line.waiting = staying;
  }

  private go(key: string): Turn {
    let used = false;
    return {
      kind: 'go',
      giveBack: () => {
        if (!used) this.spares.push({ key, until: this.now() + spareMs });
        used = true;
      },
    };
  }

  private takeSpare(key: string): boolean {
    if (this.spares.length === 0) return false;
    const now = this.now();
    this.spares = this.spares.filter(({ until }) => until > now);
    const index = this.spares.findIndex((spare) => spare.key === key);
    if (index >= 0) this.spares.splice(index, 1);
    return index >= 0;
  }
}
