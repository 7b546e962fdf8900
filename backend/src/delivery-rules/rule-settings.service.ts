import { Injectable } from '@nestjs/common';
import { caps, globalHoldout, journeyCaps, noQuietHours, quietSettings } from '@wend/contract';
import type { Caps, GlobalHoldout, JourneyDelivery, QuietSettings } from '@wend/contract';
import { LRUCache } from 'lru-cache';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { RuleSettingsRepository } from './rule-settings.repository.js';

/** What a workspace decides about its messages. */
export type WorkspaceRules = {
  caps: Caps;
  holdout: GlobalHoldout;
  quiet: QuietSettings;
  /** The priority that no live journey goes before; 5 where none is live. */
  firstPriority: number;
};

const noCaps: Caps = { limits: [], countTransactional: false };
const noHoldout: GlobalHoldout = { share: 0, exceptTopics: [] };
/** A change is heard by all processes so soon. */
const keptMs = 1_000;
const workspacesKept = 10_000;

/** What workspaces and journeys say of their messages: read by every sender, changed without a restart. */
@Injectable()
export class RuleSettings {
  private readonly kept = new LRUCache<string, Promise<WorkspaceRules>>({ max: workspacesKept, ttl: keptMs });

  constructor(private readonly repository: RuleSettingsRepository) {}

  /** As they were a second ago at most. */
  of(scope: Scope): Promise<WorkspaceRules> {
    const known = this.kept.get(scope.workspaceId);
    if (known) return known;
    const read = this.read(scope);
    this.kept.set(scope.workspaceId, read);
    // What failed is not kept: the next one asks again.
    read.catch(() => this.kept.delete(scope.workspaceId));
    return read;
  }

  /** As they are now; `sql`: the transaction that holds them. */
  async read(scope: Scope, sql?: Sql): Promise<WorkspaceRules> {
    const { settings, firstPriority } = await this.repository.read(scope, sql);
    return {
      caps: settings.caps === undefined ? noCaps : caps.parse(settings.caps),
      holdout: settings.holdout === undefined ? noHoldout : globalHoldout.parse(settings.holdout),
      quiet: settings.quiet === undefined ? noQuietHours : quietSettings.parse(settings.quiet),
      firstPriority: firstPriority ?? 5,
    };
  }

  /** What was changed by somebody else is read anew. */
  forget(scope: Scope): void {
    this.kept.delete(scope.workspaceId);
  }

  /** What limits hold already is judged anew by them. */
  async saveCaps(scope: Scope, settings: Caps): Promise<Caps> {
    await this.repository.transaction(async (sql) => {
      await this.repository.save(scope, { kind: 'caps', settings, sql });
      await this.repository.recheck(scope, sql);
    });
    this.kept.delete(scope.workspaceId);
    return settings;
  }

  /** Throws `UserError` 404 when there is no such journey. */
  async journey(scope: Scope, journeyId: string): Promise<JourneyDelivery> {
    const row = await this.repository.journey(scope, journeyId);
    if (!row) throw noJourney();
    return { priority: row.priority, caps: row.caps === null ? { mode: 'workspace' } : journeyCaps.parse(row.caps) };
  }

  async saveJourney(scope: Scope, { id, ...delivery }: JourneyDelivery & { id: string }): Promise<JourneyDelivery> {
    const { priority, caps: said } = delivery;
    const saved = await this.repository.saveJourney(scope, {
      journeyId: id,
      priority,
      caps: said.mode === 'workspace' ? null : said,
    });
    if (!saved) throw noJourney();
    this.kept.delete(scope.workspaceId);
    return delivery;
  }
}

function noJourney(): UserError {
  return new UserError('not-found', 'There is no such journey.', { status: 404 });
}
