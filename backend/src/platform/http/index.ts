export * from './access.guard.js';
export * from './body.js';
export * from './caller.js';
export * from './http.module.js';
export * from './outage.js';
export * from './route.decorator.js';
export * from './same-origin.js';
export * from './security-headers.js';
