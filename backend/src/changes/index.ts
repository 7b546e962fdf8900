export type { ProfileChange, Watch } from './change.js';
export { ChangeListeners } from './change-listeners.js';
export type { Heard, LapsedTime } from './change-listeners.js';
export { ChangesModule } from './changes.module.js';
export { ChangesService } from './changes.service.js';
export { markImported, noteChanges } from './note-changes.repository.js';
export { Watches } from './watches.js';
