export * from './caps.js';
export * from './ruling.js';
