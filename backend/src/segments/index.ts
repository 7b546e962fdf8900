export { Builder } from './builder.js';
export { ManualMembers } from './manual-members.js';
export { SegmentsApiModule, SegmentsModule, SegmentsWorkerModule } from './segments.module.js';
