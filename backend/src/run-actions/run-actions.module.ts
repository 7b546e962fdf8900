import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ConsentsModule } from '../consents/index.js';
import { EnrollmentsModule } from '../enrollments/index.js';
import { EventsModule } from '../events/index.js';
import { SegmentsModule } from '../segments/index.js';
import { ActorRepository } from './actor.repository.js';
import { ChangeConsent } from './kinds/change-consent.js';
import { ChangeSegment } from './kinds/change-segment.js';
import { EmitEvent } from './kinds/emit-event.js';
import { EndJourney } from './kinds/end-journey.js';
import { RecipientsAction } from './kinds/recipients.js';
import { StartJourney } from './kinds/start-journey.js';
import { RunActionKinds } from './run-action-kinds.js';
import { RunActionRepository } from './run-actions.repository.js';
import { RunActions } from './run-actions.service.js';

/** Carries out what runs ask for, for the worker process. */
@Module({
  imports: [ConsentsModule, EnrollmentsModule, EventsModule, SegmentsModule],
  providers: [
    { provide: RunActionKinds, useFactory: () => new RunActionKinds() },
    RunActionRepository,
    ActorRepository,
    RunActions,
    EmitEvent,
    StartJourney,
    EndJourney,
    ChangeSegment,
    ChangeConsent,
    RecipientsAction,
  ],
  exports: [RunActions, RunActionKinds],
})
export class RunActionsModule implements OnModuleInit {
  constructor(
    private readonly kinds: RunActionKinds,
    private readonly emitEvent: EmitEvent,
    private readonly startJourney: StartJourney,
    private readonly endJourney: EndJourney,
    private readonly changeSegment: ChangeSegment,
    private readonly changeConsent: ChangeConsent,
    private readonly recipients: RecipientsAction,
  ) {}

  onModuleInit(): void {
    const { emitEvent, startJourney, endJourney, changeSegment, changeConsent, recipients } = this;
    this.kinds.add(emitEvent);
    this.kinds.add(startJourney);
    this.kinds.add(endJourney);
    this.kinds.add(changeSegment);
    this.kinds.add(changeConsent);
    this.kinds.add(recipients);
  }
}
