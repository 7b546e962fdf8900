export { MessageRates } from './rates.service.js';
export type { Bucket } from './rate-limits.repository.js';
export { RatesModule, RateSettingsModule } from './rates.module.js';
export { slowedTo } from './rates.sql.js';
export type { Turn } from './turns.js';
