export * from './binary-arrays.js';
export * from './database.js';
export * from './database.module.js';
export * from './listener.js';
export * from './row.js';
