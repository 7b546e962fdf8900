export { AccessModule } from './access.module.js';
export { AuditModule } from './audit.module.js';
export { AuditLog } from './audit-log.js';
export { KeyAuthenticator } from './key-authenticator.js';
export { ProvisioningService } from './provisioning.service.js';
export { WorkspaceHooks } from './workspace-hooks.js';
