export * from './cases.js';
export * from './preview.js';
