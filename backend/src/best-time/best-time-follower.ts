import { Injectable } from '@nestjs/common';
import { settledPosition } from '../catalogue/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import {
  addRange,
  holdPeople,
  holdWorkspace,
  peopleIn,
  saveProgress,
  workspacesBehind,
} from './follower.repository.js';

/** One call goes on to other workspaces for so long: whoever stops waits for it. */
const longestMs = 2_000;
/** Positions that one transaction goes through, of all workspaces: people are held meanwhile. More where nothing is found. */
const chunk = 5_000n;
const longestChunk = 5_000_000n;
/** People who are joined with others while their events are looked up are looked up again, so often. */
const triesToHold = 5;

/**
 * Counts when people open, click and visit, after their events are stored and in workspaces that use it. Each event is
 * counted once: what was counted and how far that is are one transaction, and no position is passed that an event could
 * still get (`settledPosition`). Any number of processes may do it; one at a time does for a workspace.
 */
@Injectable()
export class BestTimeFollower {
  private readonly lengths = new Map<string, bigint>();

  constructor(private readonly database: Database) {}

  /** A part of the events of each workspace. Whether there are more that can be counted at once. */
  async countOnce(): Promise<boolean> {
    const began = performance.now();
    const settled = await settledPosition(this.database);
    let more = false;
    for (const workspaceId of await workspacesBehind(this.database, settled)) {
      if (performance.now() - began > longestMs) return true;
      more = (await this.countPart({ workspaceId }, settled)) || more;
    }
    return more;
  }

  private async countPart(scope: Scope, settled: string): Promise<boolean> {
    const { workspaceId } = scope;
    const length = this.lengths.get(workspaceId) ?? chunk;
    const done = await this.database.transaction((sql) => this.countChunk(scope, { sql, settled, length }), {
      settings: ['max_parallel_workers_per_gather = 0'],
    });
    if (!done) return false;
    const next = length * 2n;
    if (done.people > 0 || !done.more) this.lengths.delete(workspaceId);
    else this.lengths.set(workspaceId, next < longestChunk ? next : longestChunk);
    return done.more;
  }

  private async countChunk(
    scope: Scope,
    { sql, settled, length }: { sql: Sql; settled: string; length: bigint },
  ): Promise<{ people: number; more: boolean } | null> {
    const held = await holdWorkspace(scope, sql);
    if (!held || BigInt(held.position) >= BigInt(settled)) return null;
    const end = BigInt(held.position) + length;
    const upTo = end < BigInt(settled) ? String(end) : settled;
    const range = { sql, after: held.position, upTo, learnedFrom: held.learnedFrom };
    const people = await this.hold(scope, range);
    if (people > 0) await addRange(scope, range);
    await saveProgress(scope, range);
    return { people, more: upTo !== settled };
  }

  /** All whose events are in the range, so that these stay theirs. How many they are. */
  private async hold(scope: Scope, range: Parameters<typeof peopleIn>[1]): Promise<number> {
    const held = new Set<string>();
    for (let tries = 0; tries < triesToHold; tries += 1) {
      const ids = (await peopleIn(scope, range)).filter((id) => !held.has(id));
      if (ids.length === 0) return held.size;
      await holdPeople(scope, { sql: range.sql, ids });
      for (const id of ids) held.add(id);
    }
    throw new Error('People are joined with others faster than their events can be counted.');
  }
}
