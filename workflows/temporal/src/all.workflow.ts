/* Every workflow that a worker of Wend runs. */
export { enrollment } from './enrollment.workflow.js';
export { entrySchedule } from './entry-schedule.workflow.js';
