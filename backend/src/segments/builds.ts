import { Injectable } from '@nestjs/common';
import type { Rule } from '@wend/contract';
import { Watches } from '../changes/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { BuildRepository } from './build.repository.js';
import { SegmentRepository } from './segment.repository.js';
import { watchesOf, watcherOf } from './watched-by.js';

/**
 * Begins and ends builds, in the caller's transaction, which has the workspace's segments alone. `builder.ts` works
 * them off.
 */
@Injectable()
export class Builds {
  constructor(
    private readonly builds: BuildRepository,
    private readonly segments: SegmentRepository,
    private readonly watches: Watches,
  ) {}

  /** A rule is to become the segment's; one that is being built for it already never will. */
  async start(
    scope: Scope,
    { sql, id, rule, ...build }: { sql: Sql; id: string; rule: Rule; tell: boolean; by: string },
  ): Promise<void> {
    await this.cancel(scope, { sql, id });
    await this.builds.insert(scope, { sql, id, rule, ...build });
    // What is kept by hand follows nothing: the rule says who is put in once.
    const isManual = (await this.segments.find(scope, id, sql))?.rule === null;
    if (!isManual) await this.watch(scope, { sql, id, rules: [rule] });
    await this.segments.wake(sql);
  }

  /** One that was given up begins anew, as it was asked for; false where there is none. */
  async retry(scope: Scope, { sql, id, by }: { sql: Sql; id: string; by: string }): Promise<boolean> {
    const failed = await this.builds.failed(scope, { sql, id });
    if (failed) await this.start(scope, { sql, id, ...failed, by });
    return failed !== null;
  }

  /** What is being built is given up; the present members stay. */
  async cancel(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<void> {
    const generations = await this.builds.cancel(scope, { sql, id });
    await this.builds.clear(scope, { sql, id, generations });
    await this.watch(scope, { sql, id, rules: [] });
  }

  /** The segment is not kept any more. */
  async stop(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<void> {
    await this.cancel(scope, { sql, id });
    await this.watches.set(scope, { sql, watcher: watcherOf(id), watches: [] });
  }

  /** `rules`: beside the one that its members are of. */
  private async watch(scope: Scope, { sql, id, rules }: { sql: Sql; id: string; rules: Rule[] }): Promise<void> {
    const live = (await this.segments.find(scope, id, sql))?.live_rule;
    const watches = watchesOf(live ? [live, ...rules] : rules);
    await this.watches.set(scope, { sql, watcher: watcherOf(id), watches });
  }
}
