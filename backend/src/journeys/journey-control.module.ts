import { Module } from '@nestjs/common';
import { AuditModule } from '../access/index.js';
import { EntryHooksModule } from './entry-hooks.js';
import { JourneyControlService } from './journey-control.service.js';
import { JourneyRepository } from './journey.repository.js';
import { VersionRepository } from './version.repository.js';

/** Pausing, resuming and stopping journeys, without what it takes to draw and publish them. */
@Module({
  imports: [AuditModule, EntryHooksModule],
  providers: [JourneyRepository, VersionRepository, JourneyControlService],
  exports: [JourneyRepository, VersionRepository, JourneyControlService],
})
export class JourneyControlModule {}
