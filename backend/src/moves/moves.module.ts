import { Module } from '@nestjs/common';
import { EnrollmentsModule } from '../enrollments/index.js';
import { JourneysModule } from '../journeys/index.js';
import { MoveRepository } from './move.repository.js';
import { Mover } from './mover.js';
import { MoverRepository } from './mover.repository.js';
import { MovesController } from './moves.controller.js';
import { MovesService } from './moves.service.js';

/** Tells runs to go on elsewhere, for the worker process. */
@Module({
  imports: [EnrollmentsModule],
  providers: [Mover, MoverRepository],
  exports: [Mover],
})
export class MovesWorkerModule {}

/** The routes, for the api process. Needs `AccessModule`. */
@Module({
  imports: [JourneysModule],
  controllers: [MovesController],
  providers: [MoveRepository, MovesService],
})
export class MovesApiModule {}
