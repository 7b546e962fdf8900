export * from './locked-template.provider.js';
export * from './stored-template.js';
export * from './template-reader.js';
