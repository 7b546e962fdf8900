import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AccessModule } from './access/index.js';
import { AlarmsApiModule } from './alarms/index.js';
import { ApprovalsApiModule } from './approvals/index.js';
import { BacklogApiModule } from './backlog/index.js';
import { BusinessEventsModule } from './business-events/index.js';
import { CatalogueModule } from './catalogue/index.js';
import { ConnectionsModule } from './channels/index.js';
import { ConsentsApiModule } from './consents/index.js';
import { DeliverabilityApiModule } from './deliverability/index.js';
import { DemoModule } from './demo/index.js';
import { EntryWindowsApiModule } from './entry-windows/index.js';
import { EnrollmentsApiModule } from './enrollments/index.js';
import { IngestModule } from './events/index.js';
import { ExportsModule } from './exports/index.js';
import { ImportsApiModule } from './imports/index.js';
import { InsightsModule } from './insights/index.js';
import { JourneysModule } from './journeys/index.js';
import { MessagesModule } from './messages/index.js';
import { MovesApiModule } from './moves/index.js';
import { ConfigModule } from './platform/config/index.js';
import type { ApiConfig } from './platform/config/index.js';
import { DatabaseModule } from './platform/database/index.js';
import { HttpModule } from './platform/http/index.js';
import { SecretsModule } from './platform/secrets/index.js';
import { PeopleModule } from './people/index.js';
import { HttpConnectionSettingsModule } from './http-connections/index.js';
import { PlacesApiModule } from './places/index.js';
import { ProfilesModule } from './profiles/index.js';
import { RepliesApiModule } from './replies/index.js';
import { SegmentsApiModule } from './segments/index.js';
import { DeliverySettingsModule } from './delivery-rules/index.js';
import { RateSettingsModule } from './rates/index.js';
import { SuppressionListModule } from './suppressions/index.js';
import { TimedEntriesApiModule } from './timed-entries/index.js';
import { UpkeepModule } from './upkeep/index.js';

// Routes are tried in this order: the way of most requests comes first.
const features = [
  IngestModule,
  AccessModule,
  JourneysModule,
  ProfilesModule,
  SegmentsApiModule,
  EnrollmentsApiModule,
  BusinessEventsModule,
  HttpConnectionSettingsModule,
  PlacesApiModule,
  InsightsModule,
  PeopleModule,
  CatalogueModule,
  ConnectionsModule,
  ConsentsApiModule,
  MessagesModule,
  RepliesApiModule,
  SuppressionListModule,
  DeliverySettingsModule,
  RateSettingsModule,
  BacklogApiModule,
  ImportsApiModule,
  ExportsModule,
  DeliverabilityApiModule,
  DemoModule,
  UpkeepModule,
  TimedEntriesApiModule,
  EntryWindowsApiModule,
  AlarmsApiModule,
  ApprovalsApiModule,
  MovesApiModule,
];

/** The api process: everything that is reached by HTTP. */
@Module({})
export class ApiModule {
  static forRoot(config: ApiConfig): DynamicModule {
    const database = DatabaseModule.forRoot({ applicationName: 'wend-api' });
    return {
      module: ApiModule,
      imports: [ConfigModule.forRoot(config), database, SecretsModule, HttpModule, ...features],
    };
  }
}
