import { Module } from '@nestjs/common';
import { ChannelRegistryModule, ChannelsModule } from '../channels/index.js';
import { ContentModule } from '../content/index.js';
import { EventsModule } from '../events/index.js';
import { ApprovalLinks } from './approval-links.js';
import { ApprovalPageController } from './approval-page.controller.js';
import { ApprovalRepository } from './approval.repository.js';
import { ApprovalsController } from './approvals.controller.js';
import { ApprovalsService } from './approvals.service.js';
import { Asker } from './asker.js';
import { AskingRepository } from './asking.repository.js';
import { MailRepository } from './mail.repository.js';
import { ApprovalMailer } from './mailer.js';

/** Puts questions into words and asks by email, for the worker process. */
@Module({
  imports: [ChannelRegistryModule, ChannelsModule, ContentModule],
  providers: [ApprovalLinks, Asker, AskingRepository, MailRepository, ApprovalMailer],
  exports: [Asker, ApprovalMailer],
})
export class ApprovalsWorkerModule {}

/** The routes and the page behind links, for the api process. Needs `AccessModule`. */
@Module({
  imports: [EventsModule],
  controllers: [ApprovalsController, ApprovalPageController],
  providers: [ApprovalLinks, ApprovalRepository, ApprovalsService, MailRepository],
})
export class ApprovalsApiModule {}
