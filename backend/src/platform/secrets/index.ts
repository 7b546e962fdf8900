export * from './secrets.js';
export * from './secrets.module.js';
