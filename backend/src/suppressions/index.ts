export { SuppressionRepository } from './suppression.repository.js';
export type { Block } from './suppression.repository.js';
export { SuppressionListModule, SuppressionsModule } from './suppressions.module.js';
export { Suppressions } from './suppressions.service.js';
export type { AddressNews } from './suppressions.service.js';
