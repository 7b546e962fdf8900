import { Module } from '@nestjs/common';
import { IngestListenersModule } from '../events/index.js';
import { StreamSeatsModule } from '../platform/http/index.js';
import { CatalogueController } from './catalogue.controller.js';
import { CatalogueFollower } from './catalogue-follower.js';
import { CatalogueRepository } from './catalogue.repository.js';
import { CatalogueService } from './catalogue.service.js';
import { IngestLog } from './ingest-log.js';
import { IngestLogRepository } from './ingest-log.repository.js';
import { IngestStreams } from './ingest-streams.js';
import { IngestionController } from './ingestion.controller.js';
import { IngestionService } from './ingestion.service.js';
import { UsesRepository } from './uses.repository.js';
import { UsesService } from './uses.service.js';
import { Watching } from './watching.js';

/** Counts stored events, for the worker process. */
@Module({ providers: [CatalogueFollower], exports: [CatalogueFollower] })
export class CatalogueFollowerModule {}

/** The catalogue of events and traits, and what becomes of requests, for the api process. */
@Module({
  imports: [IngestListenersModule, StreamSeatsModule],
  controllers: [CatalogueController, IngestionController],
  providers: [
    CatalogueRepository,
    CatalogueService,
    IngestLog,
    IngestLogRepository,
    IngestStreams,
    IngestionService,
    UsesRepository,
    UsesService,
    Watching,
  ],
})
export class CatalogueModule {}
