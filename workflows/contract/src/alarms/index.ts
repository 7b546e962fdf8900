export * from './kind.js';
export * from './kinds/index.js';
export * from './targets.js';
