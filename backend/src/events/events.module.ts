import { Module } from '@nestjs/common';
import { ChannelsModule } from '../channels/index.js';
import { ProfilesModule } from '../profiles/index.js';
import { DevicesController } from './devices.controller.js';
import { EventsService } from './events.service.js';
import { IngestListenersModule } from './ingest-listeners.js';
import { IngestController } from './ingest.controller.js';
import { WebPushKeyController } from './web-push-key.controller.js';
import { WriteKeys } from './write-keys.js';

/** What profiles did, and how it gets in. Other modules and processes need `EventsService` only. */
@Module({ providers: [EventsService], exports: [EventsService] })
export class EventsModule {}

/** The same with its HTTP routes, for the api process. */
@Module({
  imports: [ChannelsModule, EventsModule, IngestListenersModule, ProfilesModule],
  // The one with fixed paths first: the other takes every call of one word.
  controllers: [DevicesController, WebPushKeyController, IngestController],
  providers: [WriteKeys],
  exports: [EventsModule, WriteKeys],
})
export class IngestModule {}
