export { RunActionsModule } from './run-actions.module.js';
export { RunActions } from './run-actions.service.js';
