import { Module } from '@nestjs/common';
import { EventsModule } from '../events/index.js';
import { ConsentsModule } from '../consents/index.js';
import { SegmentsModule } from '../segments/index.js';
import { ImportRepository } from './import.repository.js';
import { ImportRunRepository } from './import-run.repository.js';
import { ImportRunner } from './import-runner.js';
import { ImportsController } from './imports.controller.js';
import { ImportsService } from './imports.service.js';

/** Files with people, for the api process. Needs `AccessModule`. */
@Module({
  imports: [SegmentsModule],
  controllers: [ImportsController],
  providers: [ImportRepository, ImportsService],
})
export class ImportsApiModule {}

/** What works through the files, for the worker process. */
@Module({
  imports: [EventsModule, ConsentsModule, SegmentsModule],
  providers: [ImportRepository, ImportRunRepository, ImportRunner],
  exports: [ImportRunner],
})
export class ImportsModule {}
