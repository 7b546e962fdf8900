export { ConsentService } from './consent.service.js';
export { ConsentsApiModule, ConsentsModule, ConsentsWorkerModule } from './consents.module.js';
