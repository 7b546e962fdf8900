import { Module } from '@nestjs/common';
import { ChannelsModule } from '../channels/index.js';
import { ContentModule } from '../content/index.js';
import { EventsModule } from '../events/index.js';
import { ConsentRepository } from './consent.repository.js';
import { DeliveryLoop } from './delivery-loop.js';
import { DeliveryRepository } from './delivery.repository.js';
import { DeliveryService } from './delivery.service.js';
import { MessageRepository } from './message.repository.js';
import { MessagesController } from './messages.controller.js';
import { MessagesService } from './messages.service.js';
import { OutcomeRepository } from './outcome.repository.js';
import { OutcomesService } from './outcomes.service.js';
import { PreviewService } from './preview.service.js';
import { TrackingController } from './tracking.controller.js';
import { UnsubscribeController } from './unsubscribe.controller.js';

/** The Outbox, previews and tracking, for the api process. Needs `Config`, `Database` and `Secrets` (global modules). */
@Module({
  imports: [ContentModule, ChannelsModule, EventsModule],
  controllers: [MessagesController, TrackingController, UnsubscribeController],
  providers: [ConsentRepository, MessageRepository, MessagesService, PreviewService, OutcomeRepository, OutcomesService],
  exports: [MessagesService, OutcomesService],
})
export class MessagesModule {}

/** What sends, for the worker process. */
@Module({
  imports: [ContentModule, ChannelsModule, EventsModule],
  providers: [OutcomeRepository, OutcomesService, DeliveryRepository, DeliveryService, DeliveryLoop],
  exports: [DeliveryLoop],
})
export class DeliveryModule {}
