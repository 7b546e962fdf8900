export { CapsService } from './caps.service.js';
export { DeliveryRulesModule, DeliverySettingsModule } from './delivery-rules.module.js';
export { HeldRepository } from './held.repository.js';
export { heldOut } from './holdout.service.js';
export { RuleSettings } from './rule-settings.service.js';
export { countSuppressed } from './rule-counts.repository.js';
