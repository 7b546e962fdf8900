import { Module } from '@nestjs/common';
import { OutboundModule } from '../platform/outbound/index.js';
import { ChannelsService } from './channels.service.js';
import { ConnectionRepository } from './connection.repository.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsService } from './connections.service.js';
import { OpenConnections } from './open-connections.js';
import { SandboxProvider } from './sandbox.provider.js';
import { SmtpProvider } from './smtp.provider.js';
import { WebhookProvider } from './webhook.provider.js';

/** Who delivers messages. */
@Module({
  imports: [OutboundModule],
  providers: [ConnectionRepository, OpenConnections, SandboxProvider, SmtpProvider, WebhookProvider, ChannelsService],
  exports: [ConnectionRepository, OpenConnections, SmtpProvider, ChannelsService],
})
export class ChannelsModule {}

/** The same with the routes under Settings, for the api process. Needs `AccessModule`. */
@Module({ imports: [ChannelsModule], controllers: [ConnectionsController], providers: [ConnectionsService], exports: [ChannelsModule] })
export class ConnectionsModule {}
