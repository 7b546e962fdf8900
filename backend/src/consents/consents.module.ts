import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { ChangesModule } from '../changes/index.js';
import { FeedbackListenersModule } from '../channels/index.js';
import { ContentModule } from '../content/index.js';
import { EventsModule } from '../events/index.js';
import { ConfirmController } from './confirm.controller.js';
import { ConsentRepository } from './consent.repository.js';
import { ConsentService } from './consent.service.js';
import { ConsentTraitFollower } from './consent-trait-follower.js';
import { ConsentTraitRepository } from './consent-trait.repository.js';
import { PersonConsentsController } from './person-consents.controller.js';
import { PersonConsentsRepository } from './person-consents.repository.js';
import { PersonConsentsService } from './person-consents.service.js';
import { PreferenceRepository } from './preference.repository.js';
import { PreferenceSettingsController } from './preference-settings.controller.js';
import { PreferenceSettingsService } from './preference-settings.service.js';
import { PreferencesApiController } from './preferences-api.controller.js';
import { PreferencesController } from './preferences.controller.js';
import { PreferencesService } from './preferences.service.js';
import { TopicReader } from './topic-reader.js';
import { TopicRepository } from './topic.repository.js';
import { TopicsController } from './topics.controller.js';
import { TopicsService } from './topics.service.js';
import { UnsubscribeController } from './unsubscribe.controller.js';
import { UnsubscribedListener } from './unsubscribed-listener.js';

/** What people want to get. */
@Module({
  imports: [EventsModule],
  providers: [ConsentRepository, ConsentService, TopicRepository, TopicReader],
  exports: [ConsentRepository, ConsentService, TopicRepository, TopicReader],
})
export class ConsentsModule {}

/** Hears of those who leave at a provider, in both processes: the worker applies what came early. */
@Module({ imports: [ConsentsModule, FeedbackListenersModule], providers: [UnsubscribedListener] })
class LeftAtProviderModule {}

/** What is said beside requests, for the worker process: at providers, and by traits. */
@Module({
  imports: [ChangesModule, ConsentsModule, LeftAtProviderModule],
  providers: [ConsentTraitRepository, ConsentTraitFollower],
})
export class ConsentsWorkerModule {}

/** Its pages and routes, for the api process. */
@Module({
  imports: [AccessModule, ChangesModule, ConsentsModule, ContentModule, LeftAtProviderModule],
  controllers: [
    ConfirmController,
    PersonConsentsController,
    PreferenceSettingsController,
    PreferencesApiController,
    PreferencesController,
    TopicsController,
    UnsubscribeController,
  ],
  providers: [
    ConsentTraitRepository,
    PersonConsentsRepository,
    PersonConsentsService,
    PreferenceRepository,
    PreferenceSettingsService,
    PreferencesService,
    TopicsService,
  ],
})
export class ConsentsApiModule {}
