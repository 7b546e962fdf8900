import { Module } from '@nestjs/common';
import { ContentModule } from '../content/index.js';
import { OutboundModule } from '../platform/outbound/index.js';
import { ProfilesModule } from '../profiles/index.js';
import { ChannelRegistryModule } from './channel-registry.module.js';
import { ChannelsService } from './channels.service.js';
import { Composer } from './composer.js';
import { ConnectionRepository } from './connection.repository.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsService } from './connections.service.js';
import { ConnectionHealthService } from './connection-health.js';
import { HealthRepository } from './health.repository.js';
import { TemplateReader } from './locked-template/template-reader.js';
import { TemplateRepository } from './locked-template/template.repository.js';
import { TemplatesController } from './locked-template/templates.controller.js';
import { TemplatesService } from './locked-template/templates.service.js';
import { ShortLinkRepository } from './short-links/short-link.repository.js';
import { ShortLinks } from './short-links/short-links.js';
import { OpenConnections } from './open-connections.js';
import { Providers } from './providers.js';
import { WarmUpController } from './warm-up/warm-up.controller.js';
import { WarmUpRepository } from './warm-up/warm-up.repository.js';
import { WarmUpService } from './warm-up/warm-up.service.js';
import { WarmUps } from './warm-up/warm-ups.js';

/** Who composes messages, and who delivers them. */
@Module({
  imports: [ChannelRegistryModule, ContentModule, OutboundModule],
  providers: [
    ConnectionRepository,
    OpenConnections,
    Providers,
    ChannelsService,
    Composer,
    HealthRepository,
    ConnectionHealthService,
    TemplateReader,
    TemplateRepository,
    ShortLinkRepository,
    ShortLinks,
    WarmUpRepository,
    WarmUps,
  ],
  exports: [
    ConnectionRepository,
    OpenConnections,
    Providers,
    ChannelsService,
    Composer,
    HealthRepository,
    ConnectionHealthService,
    TemplateReader,
    TemplateRepository,
    ShortLinkRepository,
    ShortLinks,
    WarmUpRepository,
    WarmUps,
  ],
})
export class ChannelsModule {}

/** The same with the routes under Settings, for the api process. Needs `AccessModule`. */
@Module({
  imports: [ChannelsModule, ProfilesModule],
  controllers: [ConnectionsController, TemplatesController, WarmUpController],
  providers: [ConnectionsService, TemplatesService, WarmUpService],
  exports: [ChannelsModule, ConnectionsService],
})
export class ConnectionsModule {}
