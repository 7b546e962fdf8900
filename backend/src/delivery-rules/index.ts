export { isHeld } from './backlog.sql.js';
export { CapsService } from './caps.service.js';
export { DeliveryRulesModule, DeliverySettingsModule, RechecksModule } from './delivery-rules.module.js';
export { HeldRepository } from './held.repository.js';
export { heldOut } from './holdout.service.js';
export { RuleSettings } from './rule-settings.service.js';
export { countSuppressed } from './rule-counts.repository.js';
export { QuietService } from './quiet.service.js';
export { RechecksService } from './rechecks.service.js';
