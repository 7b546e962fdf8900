export { DateEntries } from './date-entries.service.js';
export { EntrySchedules } from './entry-schedules.js';
export { ScheduleReconciler } from './schedule-reconciler.service.js';
export { TimedEntriesApiModule, TimedEntriesModule } from './timed-entries.module.js';
