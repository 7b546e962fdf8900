export { readJsonBody } from './body.js';
export { kindNames, laneOf } from './event.js';
export type { EventInput } from './event.js';
export { containersOf, pathsOf } from './event.repository.js';
export { IngestListeners, IngestListenersModule } from './ingest-listeners.js';
export type { DoneRequest, FailedRequest, IngestListener, TakenRequest } from './ingest-listeners.js';
export { EventsModule, IngestModule } from './events.module.js';
export { EventsService } from './events.service.js';
export type { Ingested } from './events.service.js';
