export * from './cap-words.js';
export * from './caps.js';
export * from './checks.js';
export * from './holdout.js';
export * from './ruling.js';
