import { Module } from '@nestjs/common';
import { ChannelsModule } from '../channels/index.js';
import { ConsentsModule } from '../consents/index.js';
import { HttpConnectionsModule } from '../http-connections/index.js';
import { DraftSurroundings } from './draft-surroundings.js';
import { EntryHooksModule } from './entry-hooks.js';
import { EventNameRepository } from './event-name.repository.js';
import { JourneyControlModule } from './journey-control.module.js';
import { JourneysController } from './journeys.controller.js';
import { JourneysService } from './journeys.service.js';
import { MovesAtPublishModule } from './moves-at-publish.js';
import { NodeRegistryModule } from './node-registry.module.js';
import { PauseService } from './pause.service.js';
import { PublishPreviewRepository } from './publish-preview.repository.js';
import { PublishPreviewService } from './publish-preview.service.js';
import { PublishTokens } from './publish-token.js';
import { PublishableDrafts } from './publishable.js';
import { PublishingService } from './publishing.service.js';
import { SubJourneyRepository } from './sub-journey.repository.js';
import { ToldRepository } from './told.repository.js';

/** What journeys are: drafts, versions, publishing, control, and the node types they are made of. */
@Module({
  imports: [
    NodeRegistryModule,
    ChannelsModule,
    ConsentsModule,
    HttpConnectionsModule,
    EntryHooksModule,
    MovesAtPublishModule,
    JourneyControlModule,
  ],
  controllers: [JourneysController],
  providers: [
    EventNameRepository,
    DraftSurroundings,
    JourneysService,
    PauseService,
    PublishableDrafts,
    PublishTokens,
    PublishPreviewRepository,
    PublishPreviewService,
    PublishingService,
    SubJourneyRepository,
    ToldRepository,
  ],
  exports: [JourneysService, PublishPreviewService, PublishingService],
})
export class JourneysModule {}
