import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { BestTimeModule } from '../best-time/index.js';
import { ChannelRegistryModule } from '../channels/index.js';
import { ConsentsModule } from '../consents/index.js';
import { EnrollmentsModule } from '../enrollments/index.js';
import { EventsModule } from '../events/index.js';
import { InsightsModule } from '../insights/index.js';
import { MessageReadsModule } from '../messages/index.js';
import { ProfilesModule } from '../profiles/index.js';
import { RulesModule } from '../rules/index.js';
import { SuppressionsModule } from '../suppressions/index.js';
import { ErasePeopleService } from './erase-people.service.js';
import { ErasureReceiptRepository } from './erasure-receipt.repository.js';
import { ExportPersonService } from './export-person.service.js';
import { MergePeopleService } from './merge-people.service.js';
import { MergePreviewRepository } from './merge-preview.repository.js';
import { PeopleController } from './people.controller.js';
import { PeopleListRepository } from './people-list.repository.js';
import { PeopleListService } from './people-list.service.js';
import { PersonFactsRepository } from './person-facts.repository.js';
import { PersonPageService } from './person-page.service.js';
import { TimelineRepository } from './timeline.repository.js';
import { TimelineService } from './timeline.service.js';
import { WritePeopleRepository } from './write-people.repository.js';
import { WritePeopleService } from './write-people.service.js';

/** What members and programs do with people. */
@Module({
  imports: [
    AccessModule,
    BestTimeModule,
    ChannelRegistryModule,
    ConsentsModule,
    EnrollmentsModule,
    EventsModule,
    InsightsModule,
    MessageReadsModule,
    ProfilesModule,
    RulesModule,
    SuppressionsModule,
  ],
  controllers: [PeopleController],
  providers: [
    ErasePeopleService,
    ErasureReceiptRepository,
    ExportPersonService,
    MergePeopleService,
    MergePreviewRepository,
    PeopleListRepository,
    PeopleListService,
    PersonFactsRepository,
    PersonPageService,
    TimelineRepository,
    TimelineService,
    WritePeopleRepository,
    WritePeopleService,
  ],
  exports: [PeopleListService],
})
export class PeopleModule {}
