import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { CapsRepository } from './caps.repository.js';
import { CapsService } from './caps.service.js';
import { DeliveryRulesController } from './delivery-rules.controller.js';
import { HeldRepository } from './held.repository.js';
import { HoldoutRepository } from './holdout.repository.js';
import { HoldoutService } from './holdout.service.js';
import { RuleSettingsRepository } from './rule-settings.repository.js';
import { RuleSettings } from './rule-settings.service.js';

/** What keeps messages back, for those who send. Needs `Database` (global). */
@Module({
  providers: [RuleSettingsRepository, RuleSettings, CapsRepository, CapsService, HeldRepository],
  exports: [RuleSettings, RuleSettingsRepository, CapsService, HeldRepository],
})
export class DeliveryRulesModule {}

/** Settings → Delivery, for the api process. */
@Module({
  imports: [AccessModule, DeliveryRulesModule],
  controllers: [DeliveryRulesController],
  providers: [HoldoutRepository, HoldoutService],
})
export class DeliverySettingsModule {}
