import { Module } from '@nestjs/common';
import { CatalogueController } from './catalogue.controller.js';
import { CatalogueFollower } from './catalogue-follower.js';
import { CatalogueRepository } from './catalogue.repository.js';
import { CatalogueService } from './catalogue.service.js';
import { UsesRepository } from './uses.repository.js';
import { UsesService } from './uses.service.js';

/** Counts stored events, for the worker process. */
@Module({ providers: [CatalogueFollower] })
export class CatalogueFollowerModule {}

/** The catalogue of events and traits, for the api process. */
@Module({
  controllers: [CatalogueController],
  providers: [CatalogueRepository, CatalogueService, UsesRepository, UsesService],
})
export class CatalogueModule {}
