export * from './cursor.js';
export * from './identity-plan.js';
export * from './identity.repository.js';
export * from './merge.repository.js';
export * from './profile.repository.js';
export * from './profiles.module.js';
export * from './profiles.service.js';
export * from './traits.js';
