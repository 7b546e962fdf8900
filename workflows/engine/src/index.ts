export * from './compile.js';
export * from './evaluate.js';
export * from './fact.js';
export * from './format.js';
export * from './reduce.js';
export * from './simulate.js';
export * from './value.js';
export * from './step.js';
