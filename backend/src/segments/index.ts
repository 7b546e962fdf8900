export { ManualMembers } from './manual-members.js';
export { SegmentsApiModule, SegmentsModule } from './segments.module.js';
