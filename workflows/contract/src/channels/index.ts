export * from './definition.js';
export * from './device-kinds.js';
export type * from './provider-form.js';
export * from './registry.js';
export * from './message-class.js';
export * from './fallback.js';
