export * from './connection.js';
export * from './entry-schedules.js';
export * from './namespace.js';
export type { ProgramStore } from './program-codec.js';
export * from './protocol.js';
export * from './runs.js';
