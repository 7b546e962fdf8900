export * from './api/index.js';
export * from './definition.js';
export * from './graph.js';
export * from './json.js';
export * from './manifest.js';
export * from './program.js';
export * from './rule.js';
