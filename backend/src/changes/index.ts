export type { ChangeKind, ProfileChange, Watch } from './change.js';
export { ChangesModule } from './changes.module.js';
export { markImported, noteChanges } from './note-changes.repository.js';
export { Watches } from './watches.js';
