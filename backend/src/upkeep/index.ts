export { cleanUp } from './clean-up.repository.js';
export { ErasureRepository, eraseRows, moveRows } from './erasure.repository.js';
export { ErasureService } from './erasure.service.js';
export type { ErasedRows } from './erasure.repository.js';
export { PersonDataRepository } from './person-data.repository.js';
export { ensurePartitions } from './partitions.repository.js';
export { UpkeepModule } from './upkeep.module.js';
