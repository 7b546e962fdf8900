import { Module } from '@nestjs/common';
import { EnrollmentsModule } from '../enrollments/index.js';
import { GoalsModule } from '../goals/index.js';
import { MessageReadsModule } from '../messages/index.js';
import { StreamSeatsModule } from '../platform/http/index.js';
import { ProfilesModule } from '../profiles/index.js';
import { SuppressionsModule } from '../suppressions/index.js';
import { FiguresRepository } from './figures.repository.js';
import { LiveController } from './live.controller.js';
import { LiveService } from './live.service.js';
import { LiveStreams } from './live-streams.js';
import { RunReads } from './run-reads.repository.js';
import { RunsController } from './runs.controller.js';

/** What happened and what happens now: live figures, lists of runs, replay data. Reads only. */
@Module({
  imports: [EnrollmentsModule, GoalsModule, ProfilesModule, MessageReadsModule, StreamSeatsModule, SuppressionsModule],
  controllers: [LiveController, RunsController],
  providers: [FiguresRepository, LiveService, LiveStreams, RunReads],
  exports: [LiveService, RunReads],
})
export class InsightsModule {}
