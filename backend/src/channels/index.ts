export * from './channels.module.js';
export * from './channels.service.js';
export * from './provider.js';
