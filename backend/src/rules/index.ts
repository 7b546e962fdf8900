export * from './parameters.js';
export * from './rule.sql.js';
