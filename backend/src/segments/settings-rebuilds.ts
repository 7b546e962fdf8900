import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { whatChanges } from '@wend/contract';
import type { Rule, WorkspaceSetting } from '@wend/contract';
import { WorkspaceHooks } from '../access/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { Builds } from './builds.js';
import { SegmentRepository } from './segment.repository.js';

const settings: WorkspaceSetting[] = ['timeZone', 'country', 'holdout'];

/**
 * A setting of the workspace changes the answer for everybody who says nothing themselves: segments whose rules go by it
 * are built anew beside what they are, as when their rule is edited.
 */
@Injectable()
export class SettingsRebuilds implements OnModuleInit {
  constructor(
    private readonly segments: SegmentRepository,
    private readonly builds: Builds,
    private readonly hooks: WorkspaceHooks,
  ) {}

  onModuleInit(): void {
    this.hooks.add({ settings, changed: (scope, given) => this.changed(scope, given) });
  }

  /** In the transaction that changed them. */
  async changed(
    scope: Scope,
    { sql, changed, by }: { sql: Sql; changed: readonly WorkspaceSetting[]; by: string },
  ): Promise<void> {
    // Whoever is evaluated at this moment is so by the old settings, and done before a build begins.
    await this.segments.lockAll(scope, { sql, alone: true });
    const goesBy = (rule: Rule | null): boolean =>
      rule !== null && whatChanges(rule).settings.some((each) => changed.includes(each));
    for (const { id, rule, live_rule: live } of await this.segments.rules(scope, sql)) {
      if (!goesBy(rule) && !goesBy(live)) continue;
      const build = (await this.segments.find(scope, id, sql))?.build;
      // One that is under way begins again, as it was asked for.
      const isOpen = build != null && ['waiting', 'building', 'failed'].includes(build.state);
      await this.builds.start(scope, { sql, id, rule, tell: isOpen ? build.tell : true, by });
    }
  }
}
