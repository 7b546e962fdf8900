export * from './composer.js';
export * from './content.module.js';
export * from './message-content.js';
export type { RenderJob, RenderProblem, RenderResult, Template, Variables } from './render-job.js';
export * from './renderer.js';
export * from './tracking-links.js';
