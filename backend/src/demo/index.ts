export { ensureDemoAccounts } from './accounts.js';
export { seedConfig } from './config.js';
export { DemoModule, SeedModule } from './demo.module.js';
export { SeedService } from './seed.service.js';
