import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { Entry } from '@wend/contract';
import { Watches } from '../changes/index.js';
import { EntryHooksRegistry } from '../journeys/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { WindowKinds } from './window-kinds.js';
import type { WindowKind } from './window-kind.js';
import { WindowStepRepository } from './window-step.repository.js';

/** Keeps which entries of open journeys open windows, in the transactions that publish and close them. */
@Injectable()
export class WindowHooks implements OnModuleInit {
  constructor(
    private readonly steps: WindowStepRepository,
    private readonly kinds: WindowKinds,
    private readonly watches: Watches,
    private readonly hooks: EntryHooksRegistry,
  ) {}

  onModuleInit(): void {
    for (const kind of this.kinds.all)
      this.hooks.add({
        kind: kind.kind,
        opened: async (scope, { sql, journeyId, entries, previous }) => {
          const nodes = entries.map(({ node }) => node);
          const before = previous.map(({ node }) => node);
          await this.steps.replace(scope, { sql, kind: kind.kind, journeyId, nodes, before });
          await this.watch(scope, { sql, kind, journeyId, entries });
        },
        closed: async (scope, { sql, journeyId }) => {
          await this.steps.close(scope, { sql, journeyId });
          await this.watch(scope, { sql, kind, journeyId, entries: [] });
        },
      });
  }

  private watch(
    scope: Scope,
    { sql, kind, journeyId, entries }: { sql: Sql; kind: WindowKind; journeyId: string; entries: readonly Entry[] },
  ): Promise<void> {
    const names = [...new Set(entries.map((entry) => kind.opensBy(entry)))];
    return this.watches.set(scope, {
      sql,
      watcher: `windows/${journeyId}/${kind.kind}`,
      watches: names.map((name) => ({ what: 'event' as const, name })),
    });
  }
}
