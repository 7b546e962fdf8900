import { Global, Module } from '@nestjs/common';
import { CallerResolver } from '../platform/http/index.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { AuditModule } from './audit.module.js';
import { AccessCallerResolver } from './caller.resolver.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { KeysController } from './keys.controller.js';
import { KnownDevices } from './known-devices.js';
import { MemberRepository } from './member.repository.js';
import { PasswordWork } from './password-work.js';
import { ProvisioningService } from './provisioning.service.js';
import { SessionController } from './session.controller.js';
import { SessionRepository } from './session.repository.js';
import { SignInAttemptRepository } from './sign-in-attempt.repository.js';
import { SignInService } from './sign-in.service.js';
import { WorkspaceController } from './workspace.controller.js';
import { WorkspaceHooks } from './workspace-hooks.js';
import { WorkspaceRepository } from './workspace.repository.js';

/**
 * Who may come in: people by session, programs by key. Global, because every module audits and every route asks who
 * calls.
 */
@Global()
@Module({
  imports: [AuditModule],
  controllers: [SessionController, KeysController, WorkspaceController],
  providers: [
    SessionRepository,
    MemberRepository,
    ApiKeyRepository,
    SignInAttemptRepository,
    SignInService,
    KnownDevices,
    PasswordWork,
    WorkspaceRepository,
    WorkspaceHooks,
    ProvisioningService,
    KeyAuthenticator,
    { provide: CallerResolver, useClass: AccessCallerResolver },
  ],
  exports: [CallerResolver, KeyAuthenticator, AuditModule, ProvisioningService, WorkspaceHooks],
})
export class AccessModule {}
