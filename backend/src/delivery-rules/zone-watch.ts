import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Watches } from '../changes/index.js';
import type { Scope } from '../platform/database/index.js';
import { timeZoneTraits } from '../profiles/index.js';
import { RuleSettingsRepository } from './rule-settings.repository.js';

const keptMs = 3_600_000;
const workspacesKept = 10_000;

/** Has it noted when people move to another zone, in workspaces that hold something by the clocks of people. */
@Injectable()
export class ZoneWatch {
  private readonly watched = new LRUCache<string, Promise<void>>({ max: workspacesKept, ttl: keptMs });

  constructor(
    private readonly repository: RuleSettingsRepository,
    private readonly watches: Watches,
  ) {}

  /** Before a message is held. A statement once an hour. */
  begin(scope: Scope): Promise<void> {
    const known = this.watched.get(scope.workspaceId);
    if (known) return known;
    const begun = this.repository.transaction((sql) =>
      this.watches.set(scope, {
        sql,
        watcher: 'delivery-rules/held',
        watches: [
          ...timeZoneTraits.map((name) => ({ what: 'trait', name }) as const),
          { what: 'profile', name: 'merged' },
        ],
      }),
    );
    this.watched.set(scope.workspaceId, begun);
    // What failed is not kept: the next one tries again.
    begun.catch(() => this.watched.delete(scope.workspaceId));
    return begun;
  }
}
