import { Module } from '@nestjs/common';
import { ChannelRegistryModule, ChannelsModule } from '../channels/index.js';
import { ContentModule } from '../content/index.js';
import { DeliveryModule } from '../messages/index.js';
import { DomainCheckService } from './domain-check.service.js';
import { MailboxReader } from './mailbox-reader.js';
import { MailboxRepository } from './mailbox.repository.js';
import { DeliverabilityController } from './deliverability.controller.js';
import { MailboxesService } from './mailboxes.service.js';

/** Reads bounce mailboxes, for the worker process. */
@Module({
  imports: [ContentModule, DeliveryModule],
  providers: [MailboxRepository, MailboxReader],
  exports: [MailboxReader],
})
export class DeliverabilityModule {}

/** What is set up of them, and what DNS says, for the api process. Needs `AccessModule`. */
@Module({
  imports: [ChannelRegistryModule, ChannelsModule],
  controllers: [DeliverabilityController],
  providers: [MailboxRepository, MailboxesService, DomainCheckService],
})
export class DeliverabilityApiModule {}
