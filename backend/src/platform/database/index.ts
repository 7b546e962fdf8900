export * from './binary-arrays.js';
export * from './database.js';
export * from './database.module.js';
