import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AlarmsWorkerModule } from './alarms/index.js';
import { ApprovalsWorkerModule } from './approvals/index.js';
import { BestTimeFollowerModule } from './best-time/index.js';
import { BacklogModule } from './backlog/index.js';
import { CatalogueFollowerModule } from './catalogue/index.js';
import { ConsentsWorkerModule } from './consents/index.js';
import { DeliverabilityModule } from './deliverability/index.js';
import { RechecksModule } from './delivery-rules/index.js';
import { EntryWindowsModule } from './entry-windows/index.js';
import { EnrollmentsModule } from './enrollments/index.js';
import { GoalsFollowerModule } from './goals/index.js';
import { ImportsModule } from './imports/index.js';
import { DeliveryModule } from './messages/index.js';
import { MovesWorkerModule } from './moves/index.js';
import { ConfigModule } from './platform/config/index.js';
import type { WorkerConfig } from './platform/config/index.js';
import { DatabaseModule } from './platform/database/index.js';
import { OutboundModule } from './platform/outbound/index.js';
import { PlacesWorkerModule } from './places/index.js';
import { RepliesModule } from './replies/index.js';
import { RunActionsModule } from './run-actions/index.js';
import { TimedEntriesModule } from './timed-entries/index.js';
import { SecretsModule } from './platform/secrets/index.js';
import { ChangesModule } from './changes/index.js';
import { SegmentsWorkerModule } from './segments/index.js';

/** The worker process: runs, router and delivery. */
@Module({})
export class WorkerModule {
  static forRoot(config: WorkerConfig): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule.forRoot({ applicationName: 'wend-worker' }),
        SecretsModule,
        OutboundModule,
        EnrollmentsModule,
        ConsentsWorkerModule,
        DeliveryModule,
        RechecksModule,
        BacklogModule,
        DeliverabilityModule,
        RepliesModule,
        ImportsModule,
        ChangesModule,
        SegmentsWorkerModule,
        PlacesWorkerModule,
        CatalogueFollowerModule,
        BestTimeFollowerModule,
        GoalsFollowerModule,
        TimedEntriesModule,
        EntryWindowsModule,
        RunActionsModule,
        AlarmsWorkerModule,
        ApprovalsWorkerModule,
        MovesWorkerModule,
      ],
    };
  }
}
