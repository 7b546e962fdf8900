import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { ConnectionsModule } from '../channels/index.js';
import { EnrollmentsApiModule } from '../enrollments/index.js';
import { EventsModule } from '../events/index.js';
import { JourneysModule } from '../journeys/index.js';
import { MessagesModule } from '../messages/index.js';
import { MovesApiModule } from '../moves/index.js';
import { DemoController } from './demo.controller.js';
import { DemoRepository } from './demo.repository.js';
import { SeedService } from './seed.service.js';
import { TrafficService } from './traffic.service.js';

/** The demo's traffic, for the api process. */
@Module({ imports: [AccessModule], controllers: [DemoController], providers: [DemoRepository, TrafficService] })
export class DemoModule {}

/** The demo's people, for the seed process. */
@Module({
  imports: [
    AccessModule,
    ConnectionsModule,
    EnrollmentsApiModule,
    EventsModule,
    JourneysModule,
    MessagesModule,
    MovesApiModule,
  ],
  providers: [DemoRepository, SeedService],
  exports: [SeedService],
})
export class SeedModule {}
