import { Module } from '@nestjs/common';
import { AuditModule } from '../access/index.js';
import { EntryHooksModule } from './entry-hooks.js';
import { JourneyControlService } from './journey-control.service.js';
import { JourneyRepository } from './journey.repository.js';
import { PauseRepository } from './pause.repository.js';
import { StopRepository } from './stop.repository.js';
import { VersionRepository } from './version.repository.js';

/** Pausing, resuming and stopping journeys, without what it takes to draw and publish them. */
@Module({
  imports: [AuditModule, EntryHooksModule],
  providers: [JourneyRepository, PauseRepository, StopRepository, VersionRepository, JourneyControlService],
  exports: [JourneyRepository, PauseRepository, StopRepository, VersionRepository, JourneyControlService],
})
export class JourneyControlModule {}
