import { Injectable } from '@nestjs/common';
import { Watches } from '../changes/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { isOutage, isStatementTimeout } from '../platform/http/index.js';
import { logger } from '../platform/logging/index.js';
import { retryConflicts } from '../profiles/index.js';
import { PeopleRules } from '../rules/index.js';
import { BuilderRepository, firstId } from './builder.repository.js';
import type { ActiveBuild } from './builder.repository.js';
import { readingOf } from './catalogue.js';
import { GrowthRepository } from './growth.repository.js';
import { MemberRepository } from './member.repository.js';
import { MembershipEvents } from './membership-events.js';
import { SegmentRepository } from './segment.repository.js';
import { watchesOf, watcherOf } from './watched-by.js';

export type ChunkSizes = {
  /** People of a chunk that one statement fills, and of one where each person is asked when the answer changes. */
  set: number;
  single: number;
  /** People who are told of at once, and of whom nobody is told. */
  told: number;
  silent: number;
  /** Rows that are looked at for it, or because of those who are gone. */
  looked: number;
};
type Step = { build: ActiveBuild; now: () => number };
const usual: ChunkSizes = { set: 20_000, single: 1_000, told: 500, silent: 5_000, looked: 20_000 };
const clearedAtOnce = 10_000;
const rolledUpAtOnce = 5_000;
const longestRestMs = 300_000;
const mostAttempts = 20;
/** Of fewer people any plan is quick. */
const learnedFrom = 1_000;

/**
 * Builds saved rules beside the old ones, tells of the differences, and clears away what is left. Each step is a
 * transaction of its own that notes how far it came: after a kill it goes on from there. See docs/decisions/0049.
 */
@Injectable()
export class Builder {
  private sizes = usual;

  constructor(
    private readonly repository: BuilderRepository,
    private readonly segments: SegmentRepository,
    private readonly members: MemberRepository,
    private readonly growth: GrowthRepository,
    private readonly watches: Watches,
    private readonly rules: PeopleRules,
    private readonly events: MembershipEvents,
  ) {}

  /** For tests: smaller chunks. */
  limit(sizes: Partial<ChunkSizes>): void {
    this.sizes = { ...usual, ...sizes };
  }

  /** One step; true when there is more to do at once. `now` (ms since 1970) stands for the clock in tests. */
  async work(now: () => number = Date.now): Promise<boolean> {
    const rolledUp = await this.growth.rollUp(rolledUpAtOnce);
    const cleared = await this.repository.clear(clearedAtOnce);
    const built = await this.build(now);
    return built || cleared || rolledUp === rolledUpAtOnce;
  }

  private async build(now: () => number): Promise<boolean> {
    const build = await this.repository.next({ at: new Date(now()) });
    if (!build) return false;
    try {
      const step = { waiting: this.begin, building: this.fill, telling: this.tell }[build.state];
      await retryConflicts(() => step.call(this, { workspaceId: build.workspace_id }, { build, now }), {
        what: 'a segment was built',
      });
    } catch (error) {
      // A chunk that is too slow would be so again, and keep all other builds waiting.
      if (isOutage(error) && !isStatementTimeout(error)) throw error;
      await this.putOff(build, { error, at: now() });
    }
    return true;
  }

  /**
   * Whatever changes from now on is heard of. Nobody is being evaluated at the moment in which it begins: who was before
   * is seen by the chunks, who is afterwards is evaluated by this rule too.
   */
  private async begin(scope: Scope, { build }: Step): Promise<void> {
    await this.watches.settle();
    await this.alone(scope, build, (sql) => this.repository.begin(scope, { sql, build }));
  }

  private async fill(scope: Scope, { build: given, now }: Step): Promise<void> {
    const isDone = await this.repository.transaction(async (sql) => {
      // Before the build, as everybody takes them.
      if (given.manual) await this.segments.lockAll(scope, { sql, alone: false });
      const build = await this.repository.hold({ sql, build: given });
      if (!build) return false;
      const byTime = readingOf(build.rule).byTime;
      const isHeard = build.manual && (await this.repository.isWatched(scope, { sql, segmentId: build.segment_id }));
      const limit = byTime ? this.sizes.single : isHeard ? this.sizes.told : this.sizes.set;
      const people = await this.repository.people(scope, { sql, build, limit });
      const last = people.at(-1);
      if (last === undefined) return true;
      const at = now();
      if (build.manual) await this.add(scope, { sql, build, last, at, held: isHeard ? people : [] });
      else if (byTime) await this.ask(scope, { sql, build, people, at });
      else await this.repository.fill(scope, { sql, build, last, at });
      await this.repository.advance(scope, { sql, build, last, count: people.length });
      return false;
    });
    if (!isDone) return;
    await this.sweep(scope, { build: given, at: now() });
    if (given.manual) return this.repository.transaction((sql) => this.repository.end(scope, { sql, build: given }));
    await this.alone(scope, given, async (sql, build) => {
      // Somebody may have come since: they are evaluated, as they are new.
      const { size } = await this.repository.swap(scope, { sql, build });
      const watches = watchesOf([build.rule]);
      await this.watches.set(scope, { sql, watcher: watcherOf(build.segment_id), watches });
      await this.skipTelling(scope, { sql, build: { ...build, telling: build.present }, entered: size, at: now() });
    });
  }

  /** All who are in came in now, and nobody is to hear of it: there is nothing to look for. */
  private async skipTelling(
    scope: Scope,
    { sql, build, entered, at }: { sql: Sql; build: ActiveBuild; entered: number; at: number },
  ): Promise<void> {
    if (build.tell || (await this.repository.isWatched(scope, { sql, segmentId: build.segment_id }))) return;
    if (!(await this.repository.isEmpty(scope, { sql, build, generation: build.present }))) return;
    const delta = { segmentId: build.segment_id, entered, left: 0, size: 0 };
    if (entered > 0) await this.members.addDeltas(scope, { sql, deltas: [delta], at: new Date(at) });
    await this.repository.finish(scope, { sql, build });
  }

  /** Into what is kept by hand, where they count at once. `held`: those of whom somebody may hear. */
  private async add(
    scope: Scope,
    { sql, build, last, at, held }: { sql: Sql; build: ActiveBuild; last: string; at: number; held: string[] },
  ): Promise<void> {
    await this.members.hold(scope, { sql, profileIds: held });
    const entered = await this.repository.add(scope, { sql, build, last, at });
    await this.came(scope, { sql, build, entered, at, isHeard: held.length > 0 });
  }

  /** They are in by a copy: they are counted, and looked at where that is watched, as nothing that happens now. */
  private async came(
    scope: Scope,
    {
      sql,
      build,
      entered,
      at,
      isHeard,
    }: { sql: Sql; build: ActiveBuild; entered: string[]; at: number; isHeard: boolean },
  ): Promise<void> {
    if (entered.length === 0) return;
    const segment = { id: build.segment_id, name: build.segment_name };
    if (isHeard)
      return this.events.write(scope, {
        sql,
        at,
        changes: entered.map((id) => ({ segment, person: { id, demo: false }, entered: true, told: 'silent' })),
      });
    const delta = { segmentId: segment.id, entered: entered.length, left: 0, size: entered.length };
    await this.members.addDeltas(scope, { sql, deltas: [delta], at: new Date(at) });
  }

  /** Of those who are gone nothing stays: whoever was merging or erasing people while chunks were filled has ended. */
  private async sweep(scope: Scope, { build, at }: { build: ActiveBuild; at: number }): Promise<void> {
    if (build.done >= learnedFrom) await this.repository.learn();
    await this.watches.settle();
    for (let after: string | null = firstId; after !== null;) {
      const from: string = after;
      after = await this.repository.transaction((sql) => this.sweepSome(scope, { sql, build, at, from }));
    }
  }

  /** How far it came; null at the end. */
  private async sweepSome(
    scope: Scope,
    { sql, build, at, from }: { sql: Sql; build: ActiveBuild; at: number; from: string },
  ): Promise<string | null> {
    if (build.manual) await this.segments.lockAll(scope, { sql, alone: false });
    const { gone, last } = await this.repository.gone(scope, { sql, build, after: from, limit: this.sizes.looked });
    if (gone.length === 0) return last;
    if (build.manual) {
      // Nobody evaluates who is in: whoever they were merged into is in.
      const into = new Set(gone.flatMap((each) => each.into ?? []));
      const held = await this.members.hold(scope, { sql, profileIds: [...into] });
      // One of them has been merged away or erased meanwhile: look again.
      if (held.length < into.size) return from;
      const place = { sql, segmentId: build.segment_id };
      const people = { profileIds: held.map(({ id }) => id), at: new Date(at) };
      const entered = await this.members.add(scope, { ...place, ...people });
      await this.came(scope, { sql, build, entered, at, isHeard: await this.repository.isWatched(scope, place) });
    }
    const dropped = await this.repository.drop(scope, { sql, build, ids: gone.map(({ id }) => id) });
    // Where they were counted as they were put in.
    const delta = { segmentId: build.segment_id, entered: 0, left: 0, size: -dropped };
    if (build.manual && dropped > 0) await this.members.addDeltas(scope, { sql, deltas: [delta], at: new Date(at) });
    return last;
  }

  /** One by one, as each says when the answer changes. */
  private async ask(
    scope: Scope,
    { sql, build, people, at }: { sql: Sql; build: ActiveBuild; people: string[]; at: number },
  ): Promise<void> {
    const answers = [...(await this.rules.answer(scope, { rule: build.rule, profileIds: people, at, sql }))];
    await this.repository.put(scope, {
      sql,
      build,
      at,
      members: answers.flatMap(([id, { member }]) => (member ? [id] : [])),
      due: answers.flatMap(([id, { changesAt }]) =>
        changesAt === null ? [] : [{ id, at: new Date(Math.max(changesAt, at + 1)) }],
      ),
    });
  }

  /** With the workspace's segments, and then the build, for itself: in the order in which whoever saves a rule takes them. */
  private alone(
    scope: Scope,
    build: ActiveBuild,
    work: (sql: Sql, build: ActiveBuild) => Promise<void>,
  ): Promise<void> {
    return this.repository.transaction(async (sql) => {
      await this.segments.lockAll(scope, { sql, alone: true });
      const held = await this.repository.hold({ sql, build });
      if (held) await work(sql, held);
    });
  }

  /** Each who is in by only one of the two rules. Who is evaluated meanwhile is told of there, and is no difference then. */
  private tell(scope: Scope, { build, now }: Step): Promise<void> {
    return this.alone(scope, build, (sql, held) => this.tellSome(scope, { sql, build: held, at: now() }));
  }

  private async tellSome(
    scope: Scope,
    { sql, build, at }: { sql: Sql; build: ActiveBuild; at: number },
  ): Promise<void> {
    const isHeard = build.tell || (await this.repository.isWatched(scope, { sql, segmentId: build.segment_id }));
    const { differences, upTo } = await this.repository.differences(scope, {
      sql,
      build,
      limit: isHeard ? this.sizes.told : this.sizes.silent,
      looked: this.sizes.looked,
    });
    if (differences.length > 0) {
      const ids = differences.map(({ id }) => id);
      const held = isHeard ? (await this.members.hold(scope, { sql, profileIds: ids })).map(({ id }) => id) : ids;
      const there = new Set(held);
      await this.repository.settle(scope, { sql, build, differences, at: new Date(at) });
      await this.events.write(scope, {
        sql,
        at,
        changes: differences
          .filter(({ id }) => there.has(id))
          .map(({ id, demo, entered }) => ({
            segment: { id: build.segment_id, name: build.segment_name },
            person: { id, demo },
            entered,
            told: build.tell ? 'told' : 'silent',
            counted: true,
          })),
      });
    }
    if (upTo === null) return this.repository.finish(scope, { sql, build });
    await this.repository.advance(scope, { sql, build, last: upTo, count: 0 });
  }

  private async putOff(build: ActiveBuild, { error, at }: { error: unknown; at: number }): Promise<void> {
    const scope = { workspaceId: build.workspace_id };
    logger.error({ err: error, segment: build.segment_id, attempts: build.attempts }, 'a segment could not be built');
    const rest = Math.min(longestRestMs, 1_000 * 2 ** Math.min(build.attempts, 10));
    const given = build.attempts + 1 >= mostAttempts;
    await this.repository.failed(scope, {
      build,
      error: wordsOf(build, given),
      until: new Date(at + rest),
      given,
    });
  }
}

/** What is said of one that did not come off; `given`: it is given up. */
function wordsOf({ manual, state }: ActiveBuild, given: boolean): string {
  const what = manual ? 'Copying' : 'Building';
  if (!given || state === 'telling')
    return `${what} did not work. It is tried again by itself; if it stays so, look into the log of the worker.`;
  return `${what} did not work ${mostAttempts} times. The log of the worker says why; try again when that is mended.`;
}
