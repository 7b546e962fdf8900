import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { ChangesModule } from '../changes/index.js';
import { EventsModule } from '../events/index.js';
import { PlaceFollower } from './place-follower.js';
import { PlaceRepository } from './place.repository.js';
import { PlacesController } from './places.controller.js';
import { PlacesService } from './places.service.js';
import { VisitRepository } from './visit.repository.js';

/** Follows people into places, for the worker process. */
@Module({ imports: [ChangesModule, EventsModule], providers: [VisitRepository, PlaceFollower] })
export class PlacesWorkerModule {}

/** The routes, for the api process. */
@Module({
  imports: [AccessModule, ChangesModule],
  controllers: [PlacesController],
  providers: [PlaceRepository, PlacesService],
})
export class PlacesApiModule {}
