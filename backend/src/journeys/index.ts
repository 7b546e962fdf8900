export { JourneyEntity } from './journey.entity.js';
export { JourneysModule } from './journeys.module.js';
export { JourneysService } from './journeys.service.js';
export type { DraftSnapshot } from './journeys.service.js';
export { NodeRegistry } from './node-registry.js';
export { NodeRegistryModule } from './node-registry.module.js';
export { canonicalJson, programHash } from './program-hash.js';
export { PublishingService } from './publishing.service.js';
