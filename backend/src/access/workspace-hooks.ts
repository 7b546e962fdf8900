import { Injectable } from '@nestjs/common';
import type { WorkspaceSetting } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';

/** Settings that are others now, and who changed them. */
export type SettingsChanged = { sql: Sql; changed: readonly WorkspaceSetting[]; by: string };
type WorkspaceHook = {
  settings: readonly WorkspaceSetting[];
  changed: (scope: Scope, given: SettingsChanged) => Promise<void>;
};

/** Who keeps something that follows from a workspace's settings; modules add theirs when they start. */
@Injectable()
export class WorkspaceHooks {
  private readonly hooks: WorkspaceHook[] = [];

  add(hook: WorkspaceHook): void {
    this.hooks.push(hook);
  }

  /** In the transaction that changes them, after it has: everybody whom one of them concerns. */
  async changed(scope: Scope, given: SettingsChanged): Promise<void> {
    for (const { settings, changed } of this.hooks)
      if (given.changed.some((each) => settings.includes(each))) await changed(scope, given);
  }
}
