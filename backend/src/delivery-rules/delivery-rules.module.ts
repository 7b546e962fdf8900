import { Module } from '@nestjs/common';
import { AccessModule, WorkspaceHooks } from '../access/index.js';
import { ChangeListeners, ChangesModule } from '../changes/index.js';
import { ConsentsModule } from '../consents/index.js';
import { CapsRepository } from './caps.repository.js';
import { CapsService } from './caps.service.js';
import { DeliveryRulesController } from './delivery-rules.controller.js';
import { HeldRepository } from './held.repository.js';
import { HoldoutRepository } from './holdout.repository.js';
import { HoldoutService } from './holdout.service.js';
import { NamedTopics } from './named-topics.js';
import { OverviewRepository } from './overview.repository.js';
import { OverviewService } from './overview.service.js';
import { QuietService } from './quiet.service.js';
import { QuietSettingsService } from './quiet-settings.service.js';
import { RecheckRepository } from './recheck.repository.js';
import { RechecksService } from './rechecks.service.js';
import { RuleSettingsRepository } from './rule-settings.repository.js';
import { RuleSettings } from './rule-settings.service.js';
import { ZoneWatch } from './zone-watch.js';

/** What keeps messages back, for those who send. Needs `Database` (global). */
@Module({
  imports: [ChangesModule],
  providers: [
    RuleSettingsRepository,
    RuleSettings,
    CapsRepository,
    CapsService,
    QuietService,
    HeldRepository,
    ZoneWatch,
  ],
  exports: [RuleSettingsRepository, RuleSettings, CapsService, QuietService, HeldRepository, ZoneWatch],
})
export class DeliveryRulesModule {}

/** Settings → Delivery, for the api process. */
@Module({
  imports: [AccessModule, DeliveryRulesModule, ChangesModule, ConsentsModule],
  controllers: [DeliveryRulesController],
  providers: [
    HoldoutRepository,
    HoldoutService,
    NamedTopics,
    OverviewRepository,
    OverviewService,
    QuietSettingsService,
  ],
})
export class DeliverySettingsModule {
  constructor(hooks: WorkspaceHooks, settings: RuleSettingsRepository) {
    // Its clocks are those of everybody who has no zone.
    hooks.add({ settings: ['timeZone'], changed: (scope, { sql }) => settings.recheck(scope, sql) });
  }
}

/** Judges what is held anew, for the worker process. */
@Module({
  imports: [DeliveryRulesModule, ChangesModule],
  providers: [RecheckRepository, RechecksService],
  exports: [RechecksService],
})
export class RechecksModule {
  constructor(listeners: ChangeListeners, rechecks: RechecksService) {
    listeners.add({ name: 'quiet hours', changed: (scope, heard) => rechecks.heard(scope, heard) });
  }
}
