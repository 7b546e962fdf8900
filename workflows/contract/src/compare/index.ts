export * from './compare-graphs.js';
export * from './line-changes.js';
export * from './same-json.js';
export * from './setting-changes.js';
