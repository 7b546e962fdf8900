import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { ChangesModule } from '../changes/index.js';
import { EventsModule } from '../events/index.js';
import { ProfilesModule } from '../profiles/index.js';
import { BuildRepository } from './build.repository.js';
import { Builds } from './builds.js';
import { GrowthRepository } from './growth.repository.js';
import { ManualMembers } from './manual-members.js';
import { MemberRepository } from './member.repository.js';
import { MembershipEvents } from './membership-events.js';
import { SegmentPeople } from './segment-people.js';
import { SegmentRepository } from './segment.repository.js';
import { SegmentsController } from './segments.controller.js';
import { SegmentsService } from './segments.service.js';
import { SegmentUses } from './uses.js';
import { UsesRepository } from './uses.repository.js';

/** Who is in which segment, for those who put people in. Needs `Database` (a global module). */
@Module({
  imports: [ChangesModule, EventsModule],
  providers: [
    BuildRepository,
    Builds,
    GrowthRepository,
    ManualMembers,
    MemberRepository,
    MembershipEvents,
    SegmentRepository,
  ],
  exports: [
    BuildRepository,
    Builds,
    GrowthRepository,
    ManualMembers,
    MemberRepository,
    MembershipEvents,
    SegmentRepository,
  ],
})
export class SegmentsModule {}

/** The same with its HTTP routes, for the api process. */
@Module({
  imports: [SegmentsModule, AccessModule, ProfilesModule],
  controllers: [SegmentsController],
  providers: [SegmentPeople, SegmentsService, SegmentUses, UsesRepository],
})
export class SegmentsApiModule {}
