import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { pathKeys } from '@wend/contract';
import { WorkspaceHooks } from '../access/index.js';
import { Watches } from '../changes/index.js';
import { EntryHooksRegistry } from '../journeys/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { DateRepository } from './date.repository.js';

/** Keeps the entries by date of open journeys, in the transactions that publish and close them. */
@Injectable()
export class DateEntryHooks implements OnModuleInit {
  constructor(
    private readonly repository: DateRepository,
    private readonly watches: Watches,
    private readonly hooks: EntryHooksRegistry,
    private readonly workspaces: WorkspaceHooks,
  ) {}

  onModuleInit(): void {
    // Who says no zone lives in the workspace's.
    this.workspaces.add({
      settings: ['timeZone'],
      changed: (scope, { sql }) => this.repository.refill(scope, { sql, at: new Date() }),
    });
    this.hooks.add({
      kind: 'date',
      opened: async (scope, { sql, journeyId, entries }) => {
        const given = entries.map(({ node, trait, rule }) => ({ node, trait, rule }));
        await this.repository.replace(scope, { sql, journeyId, at: new Date(), given });
        await this.watch(scope, { sql, journeyId, traits: given.map(({ trait }) => trait) });
      },
      closed: async (scope, { sql, journeyId }) => {
        if (await this.repository.close(scope, { sql, journeyId }))
          await this.watch(scope, { sql, journeyId, traits: [] });
      },
    });
  }

  /** Zones too: a date comes where the person lives. */
  private async watch(
    scope: Scope,
    { sql, journeyId, traits }: { sql: Sql; journeyId: string; traits: string[] },
  ): Promise<void> {
    const names = [...traits.map((trait) => pathKeys(trait)[0] ?? trait), 'timezone', 'timeZone', 'time_zone'];
    await this.watches.set(scope, {
      sql,
      watcher: `dates/${journeyId}`,
      watches:
        traits.length === 0
          ? []
          : [
              { what: 'profile', name: 'created' },
              ...[...new Set(names)].map((name) => ({ what: 'trait' as const, name })),
            ],
    });
  }
}
