import { Module } from '@nestjs/common';
import { EventsService } from './events.service.js';
import { IngestController } from './ingest.controller.js';
import { EventTables } from './partitions.repository.js';

/** What profiles did, and how it gets in. Other modules and processes need `EventsService` only. */
@Module({ providers: [EventsService], exports: [EventsService] })
export class EventsModule {}

/** The same with its HTTP routes and the upkeep of its tables, for the api process. */
@Module({ imports: [EventsModule], controllers: [IngestController], providers: [EventTables], exports: [EventsModule] })
export class IngestModule {}
