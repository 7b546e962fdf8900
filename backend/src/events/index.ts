export { laneOf } from './event.js';
export type { EventInput, Origin } from './event.js';
export { EventsModule, IngestModule } from './events.module.js';
export { EventsService } from './events.service.js';
export type { Ingested } from './events.service.js';
export { ensurePartitions } from './partitions.repository.js';
