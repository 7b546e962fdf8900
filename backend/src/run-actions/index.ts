export type { Carried, DueAction, RunActionKind } from './run-action.js';
export { RunActionKinds } from './run-action-kinds.js';
export { RunActionsModule } from './run-actions.module.js';
export { RunActions } from './run-actions.service.js';
