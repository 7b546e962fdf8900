export { ApprovalsApiModule, ApprovalsWorkerModule } from './approvals.module.js';
export { Asker } from './asker.js';
export { ApprovalMailer } from './mailer.js';
