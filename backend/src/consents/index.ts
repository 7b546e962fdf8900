export { ConsentService } from './consent.service.js';
export { refusalOf } from './consent.js';
export type { Refusal, Standing, Wanted } from './consent.js';
export { ConsentsApiModule, ConsentsModule, ConsentsWorkerModule } from './consents.module.js';
export { refusesSql } from './refuses.sql.js';
export { TopicReader } from './topic-reader.js';
