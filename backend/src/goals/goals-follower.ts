import { Injectable } from '@nestjs/common';
import { goalHits } from '@wend/engine';
import { settledPosition } from '../catalogue/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import {
  candidatesIn,
  candidatesOf,
  forgetRuns,
  holdPeople,
  holdWorkspace,
  keepHits,
  runsToLookAt,
  runsWith,
  saveProgress,
  workspacesBehind,
} from './goals.repository.js';
import type { Candidate } from './goals.repository.js';

/** One call goes on to other workspaces for so long: whoever stops waits for it. */
const longestMs = 2_000;
/** Positions that one transaction goes through, of all workspaces: people are held meanwhile. More where nothing is found. */
const chunk = 5_000n;
const longestChunk = 5_000_000n;
/** Runs that one transaction looks at from their beginning. */
const mostRuns = 200;
/** People who are joined with others while their events are looked up are looked up again, so often. */
const triesToHold = 5;

/**
 * Finds what reaches goals, after events are stored. What was found and how far that is are one transaction, and no
 * position is passed that an event could still get (`settledPosition`). Runs that began after their events were passed
 * are looked at as a whole, as are those of people who became one: what comes out does not depend on what came first. Any
 * number of processes may do it; one at a time does for a workspace.
 */
@Injectable()
export class GoalsFollower {
  private readonly lengths = new Map<string, bigint>();

  constructor(private readonly database: Database) {}

  /** A part of the events and runs of each workspace. Whether there is more that can be done at once. */
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
    const done = await this.database.transaction(async (sql) => {
      const position = await holdWorkspace(scope, sql);
      if (position === null) return null;
      const runs = await this.countRuns(scope, sql);
      const events = await this.countEvents(scope, { sql, position, settled, length });
      return { more: runs || events.more, found: events.found };
    });
    if (!done) return false;
    const next = length * 2n;
    if (done.found || !done.more) this.lengths.delete(workspaceId);
    else this.lengths.set(workspaceId, next < longestChunk ? next : longestChunk);
    return done.more;
  }

  /** Runs that are to be looked at as a whole. Whether there are more. */
  private async countRuns(scope: Scope, sql: Sql): Promise<boolean> {
    const noted = await runsToLookAt(scope, { sql, limit: mostRuns });
    if (noted.length === 0) return false;
    const ids = [...new Set(noted.map(({ enrollmentId }) => enrollmentId))];
    await this.keep(scope, { sql, candidates: () => candidatesOf(scope, { sql, ids }) });
    await forgetRuns(scope, { sql, ids: noted.map(({ id }) => id) });
    return noted.length === mostRuns;
  }

  private async countEvents(
    scope: Scope,
    { sql, position, settled, length }: { sql: Sql; position: string; settled: string; length: bigint },
  ): Promise<{ found: boolean; more: boolean }> {
    if (BigInt(position) >= BigInt(settled)) return { found: false, more: false };
    const end = BigInt(position) + length;
    const upTo = end < BigInt(settled) ? String(end) : settled;
    const found = await this.keep(scope, {
      sql,
      candidates: () => candidatesIn(scope, { sql, after: position, upTo }),
    });
    await saveProgress(scope, { sql, upTo });
    return { found, more: upTo !== settled };
  }

  /** Keeps what of the candidates reaches a goal, once. Whether there were any. */
  private async keep(
    scope: Scope,
    { sql, candidates: find }: { sql: Sql; candidates: () => Promise<Candidate[]> },
  ): Promise<boolean> {
    const candidates = await this.hold(scope, { sql, find });
    const byRun = new Map<string, Candidate[]>();
    for (const each of candidates) byRun.set(each.enrollmentId, [...(byRun.get(each.enrollmentId) ?? []), each]);
    const runs = await runsWith(scope, { sql, ids: [...byRun.keys()] });
    const hits = runs.flatMap(({ enrollmentId, goals, run }) =>
      goalHits({ goals, run, events: (byRun.get(enrollmentId) ?? []).map(({ event }) => event) }).map((hit) => ({
        ...hit,
        enrollmentId,
      })),
    );
    await keepHits(scope, { sql, hits });
    return candidates.length > 0;
  }

  /** The candidates, whose people stay who they are until the transaction ends. */
  private async hold(
    scope: Scope,
    { sql, find }: { sql: Sql; find: () => Promise<Candidate[]> },
  ): Promise<Candidate[]> {
    const held = new Set<string>();
    for (let tries = 0; tries < triesToHold; tries += 1) {
      const found = await find();
      const ids = [...new Set(found.map(({ profileId }) => profileId))].filter((id) => !held.has(id));
      if (ids.length === 0) return found;
      await holdPeople(scope, { sql, ids });
      for (const id of ids) held.add(id);
    }
    throw new Error('People are joined with others faster than their events can be counted.');
  }
}
