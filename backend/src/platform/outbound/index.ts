export * from './address-policy.js';
export * from './destination.js';
export * from './outbound-error.js';
export * from './outbound.module.js';
export * from './safe-http-client.js';
export * from './safe-socket.js';
export * from './safe-tls.js';
