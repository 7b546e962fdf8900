export { ImportRunner } from './import-runner.js';
export { ImportsApiModule, ImportsModule } from './imports.module.js';
