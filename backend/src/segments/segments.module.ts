import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { ChannelRegistryModule } from '../channels/index.js';
import { ChangesModule } from '../changes/index.js';
import { EventsModule } from '../events/index.js';
import { ProfilesModule } from '../profiles/index.js';
import { RulesModule } from '../rules/index.js';
import { BuildRepository } from './build.repository.js';
import { Builder } from './builder.js';
import { BuilderRepository } from './builder.repository.js';
import { Builds } from './builds.js';
import { EvaluationRepository } from './evaluation.repository.js';
import { Evaluator } from './evaluator.js';
import { GrowthRepository } from './growth.repository.js';
import { ManualMembers } from './manual-members.js';
import { MemberRepository } from './member.repository.js';
import { MembershipEvents } from './membership-events.js';
import { PreviewRepository } from './preview.repository.js';
import { SegmentPreviews } from './previews.js';
import { SegmentPeople } from './segment-people.js';
import { SegmentRepository } from './segment.repository.js';
import { SegmentsController } from './segments.controller.js';
import { SegmentsService } from './segments.service.js';
import { SegmentWhys } from './whys.js';
import { SettingsRebuilds } from './settings-rebuilds.js';
import { SegmentUses } from './uses.js';
import { UsesRepository } from './uses.repository.js';

const providers = [
  BuildRepository,
  Builds,
  GrowthRepository,
  ManualMembers,
  MemberRepository,
  MembershipEvents,
  SegmentRepository,
];

/** Who is in which segment, for those who put people in. Needs `Database` (a global module). */
@Module({ imports: [ChangesModule, EventsModule], providers, exports: providers })
export class SegmentsModule {}

/** Keeps members as their rules say, for the worker process. */
@Module({
  imports: [ChangesModule, RulesModule, SegmentsModule],
  providers: [Builder, BuilderRepository, EvaluationRepository, Evaluator],
  exports: [Builder],
})
export class SegmentsWorkerModule {}

/** The routes, for the api process. */
@Module({
  imports: [SegmentsModule, AccessModule, ProfilesModule, RulesModule, ChannelRegistryModule],
  controllers: [SegmentsController],
  providers: [
    PreviewRepository,
    SegmentPeople,
    SegmentPreviews,
    SegmentsService,
    SegmentUses,
    SettingsRebuilds,
    SegmentWhys,
    UsesRepository,
  ],
})
export class SegmentsApiModule {}
