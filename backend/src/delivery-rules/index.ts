export { CapsService } from './caps.service.js';
export { DeliveryRulesModule, DeliverySettingsModule } from './delivery-rules.module.js';
export { HeldRepository } from './held.repository.js';
