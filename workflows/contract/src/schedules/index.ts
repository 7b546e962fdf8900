export * from './occurrences.js';
export * from './schedule.js';
export * from './schedule-words.js';
export * from './date-due.js';
export * from './zoned.js';
