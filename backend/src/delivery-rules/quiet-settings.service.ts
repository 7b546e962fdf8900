import { Injectable } from '@nestjs/common';
import type { QuietSettings } from '@wend/contract';
import { Watches } from '../changes/index.js';
import type { Watch } from '../changes/index.js';
import type { Scope } from '../platform/database/index.js';
import { RuleSettings } from './rule-settings.service.js';
import { RuleSettingsRepository } from './rule-settings.repository.js';
import { asksForConsent, watchedTraits } from './rechecks.service.js';

/** Quiet hours as a workspace sets them. */
@Injectable()
export class QuietSettingsService {
  constructor(
    private readonly repository: RuleSettingsRepository,
    private readonly settings: RuleSettings,
    private readonly watches: Watches,
  ) {}

  async read(scope: Scope): Promise<QuietSettings> {
    return (await this.settings.read(scope)).quiet;
  }

  /** What is held already is judged anew by them, and from now on when somebody moves to another zone. */
  async save(scope: Scope, settings: QuietSettings): Promise<QuietSettings> {
    const traits = new Set(watchedTraits(settings));
    const watches: Watch[] = [...traits].map((name) => ({ what: 'trait', name }));
    if (asksForConsent(settings)) watches.push({ what: 'consent', name: '*' });
    await this.repository.transaction(async (sql) => {
      await this.repository.save(scope, { sql, kind: 'quiet', settings });
      await this.repository.recheck(scope, sql);
      await this.watches.set(scope, {
        sql,
        watcher: 'delivery-rules/quiet',
        watches: watches.length === 0 ? [] : [...watches, { what: 'profile', name: 'merged' }],
      });
    });
    this.settings.forget(scope);
    return settings;
  }
}
