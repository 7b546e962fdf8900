import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { PeopleModule } from '../people/index.js';
import { ExportRepository } from './export.repository.js';
import { ExportsController } from './exports.controller.js';
import { ExportsService } from './exports.service.js';

/** People as CSV files, for the api process. */
@Module({
  imports: [AccessModule, PeopleModule],
  controllers: [ExportsController],
  providers: [ExportRepository, ExportsService],
})
export class ExportsModule {}
