import { Module } from '@nestjs/common';
import { ChannelsModule, FeedbackListenersModule } from '../channels/index.js';
import { ConsentsModule } from '../consents/index.js';
import { ContentModule } from '../content/index.js';
import { DeliveryRulesModule } from '../delivery-rules/index.js';
import { EventsModule } from '../events/index.js';
import { RatesModule } from '../rates/index.js';
import { SuppressionsModule } from '../suppressions/index.js';
import { DeliveryLoop } from './delivery-loop.js';
import { Attempts } from './attempts.service.js';
import { BeginRepository } from './begin.repository.js';
import { ClaimRepository } from './claim.repository.js';
import { DeliveryContextRepository } from './delivery-context.repository.js';
import { DeliveryService } from './delivery.service.js';
import { Endings } from './endings.service.js';
import { ExplanationRepository } from './explanation.repository.js';
import { ExplanationService } from './explanation.service.js';
import { ExportController } from './export.controller.js';
import { FailOver } from './fail-over.service.js';
import { FeedbackController } from './feedback.controller.js';
import { FeedbackRepository } from './feedback.repository.js';
import { FeedbackService } from './feedback.service.js';
import { Handover } from './handover.service.js';
import { HitRepository } from './hit.repository.js';
import { HitsService } from './hits.service.js';
import { LedgerController } from './ledger.controller.js';
import { LedgerRepository } from './ledger.repository.js';
import { LedgerService } from './ledger.service.js';
import { Config } from '../platform/config/index.js';
import type { ApiConfig } from '../platform/config/index.js';
import { MachineNetworks } from './machine-networks.js';
import { MessageReadsModule } from './message-reads.js';
import { MessageTurns } from './message-turns.service.js';
import { MessagesController } from './messages.controller.js';
import { MessagesService } from './messages.service.js';
import { OutcomeRepository } from './outcome.repository.js';
import { OutcomesService } from './outcomes.service.js';
import { PreviewService } from './preview.service.js';
import { ReportsController } from './reports.controller.js';
import { RequeueRepository } from './requeue.repository.js';
import { ResendBatchRepository } from './resend-batch.repository.js';
import { ResendBatchesService } from './resend-batches.service.js';
import { ResendRepository } from './resend.repository.js';
import { ResendService } from './resend.service.js';
import { MessageRules } from './rules.service.js';
import { SendTestController } from './send-test.controller.js';
import { SendTestService } from './send-test.service.js';
import { SuppressionListener } from './suppression-listener.js';
import { TrackingController } from './tracking.controller.js';

/**
 * The Outbox, previews and tracking, for the api process. Needs `Config`, `Database` and `Secrets` (global modules).
 */
@Module({
  imports: [
    ContentModule,
    ChannelsModule,
    ConsentsModule,
    EventsModule,
    MessageReadsModule,
    SuppressionsModule,
    FeedbackListenersModule,
  ],
  controllers: [
    ExportController,
    MessagesController,
    FeedbackController,
    LedgerController,
    ReportsController,
    SendTestController,
    TrackingController,
  ],
  providers: [
    MessagesService,
    ExplanationRepository,
    ExplanationService,
    PreviewService,
    SendTestService,
    OutcomeRepository,
    OutcomesService,
    HitRepository,
    HitsService,
    LedgerRepository,
    LedgerService,
    ResendBatchRepository,
    ResendRepository,
    ResendService,
    {
      provide: MachineNetworks,
      inject: [Config],
      useFactory: (config: ApiConfig) => MachineNetworks.fromFile(config.machineNetworks),
    },
    FeedbackRepository,
    FeedbackService,
    SuppressionListener,
  ],
  exports: [MessagesService, OutcomesService],
})
export class MessagesModule {}

/** What sends, for the worker process. */
@Module({
  imports: [
    ContentModule,
    ChannelsModule,
    ConsentsModule,
    DeliveryRulesModule,
    EventsModule,
    RatesModule,
    SuppressionsModule,
    FeedbackListenersModule,
  ],
  providers: [
    OutcomeRepository,
    OutcomesService,
    Attempts,
    BeginRepository,
    ClaimRepository,
    DeliveryContextRepository,
    DeliveryService,
    Endings,
    FailOver,
    Handover,
    MessageRules,
    MessageTurns,
    RequeueRepository,
    DeliveryLoop,
    HitRepository,
    HitsService,
    ResendBatchRepository,
    ResendBatchesService,
    ResendRepository,
    ResendService,
    FeedbackRepository,
    FeedbackService,
    SuppressionListener,
  ],
  exports: [DeliveryLoop, HitsService, OutcomesService, ResendBatchesService, FeedbackService],
})
export class DeliveryModule {}
