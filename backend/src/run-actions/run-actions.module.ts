import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { EventsModule } from '../events/index.js';
import { EmitEvent } from './kinds/emit-event.js';
import { RunActionKinds } from './run-action-kinds.js';
import { RunActionRepository } from './run-actions.repository.js';
import { RunActions } from './run-actions.service.js';

/** Carries out what runs ask for, for the worker process. */
@Module({
  imports: [EventsModule],
  providers: [
    { provide: RunActionKinds, useFactory: () => new RunActionKinds() },
    RunActionRepository,
    RunActions,
    EmitEvent,
  ],
  exports: [RunActions, RunActionKinds],
})
export class RunActionsModule implements OnModuleInit {
  constructor(
    private readonly kinds: RunActionKinds,
    private readonly emitEvent: EmitEvent,
  ) {}

  onModuleInit(): void {
    this.kinds.add(this.emitEvent);
  }
}
