export * from './cap-words.js';
export * from './caps.js';
export * from './ruling.js';
