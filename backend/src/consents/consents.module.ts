import { Module } from '@nestjs/common';
import { FeedbackListenersModule } from '../channels/index.js';
import { ContentModule } from '../content/index.js';
import { EventsModule } from '../events/index.js';
import { ConsentRepository } from './consent.repository.js';
import { ConsentService } from './consent.service.js';
import { UnsubscribeController } from './unsubscribe.controller.js';
import { UnsubscribedListener } from './unsubscribed-listener.js';

/** What people want to get. */
@Module({
  imports: [EventsModule],
  providers: [ConsentRepository, ConsentService],
  exports: [ConsentRepository, ConsentService],
})
export class ConsentsModule {}

/** Hears of those who leave at a provider: also in the worker, which applies what came early. */
@Module({ imports: [ConsentsModule, FeedbackListenersModule], providers: [UnsubscribedListener] })
export class ConsentsWorkerModule {}

/** Its pages and routes, for the api process. */
@Module({
  imports: [ConsentsModule, ConsentsWorkerModule, ContentModule],
  controllers: [UnsubscribeController],
})
export class ConsentsApiModule {}
