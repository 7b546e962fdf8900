export { EntryHooksRegistry } from './entry-hooks.js';
export type { Opening } from './entry-hooks.js';
export { JourneysModule } from './journeys.module.js';
export { JourneysService } from './journeys.service.js';
export { NodeRegistry } from './node-registry.js';
export { NodeRegistryModule } from './node-registry.module.js';
export { programHash } from './program-hash.js';
export { PublishingService } from './publishing.service.js';
