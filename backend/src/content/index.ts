export * from './content.module.js';
export { fillSettings } from './fill-settings.js';
export * from './link-address.js';
export { isJson } from './placement.js';
export { renderSmallLiquid, smallLiquidProblem } from './small-liquid.js';
export type { RenderJob, RenderProblem, Variables, Zones } from './render-job.js';
export * from './renderer.js';
export * from './template-reading.js';
export * from './tracking-links.js';
