import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { ChangeListeners, ChangesModule } from '../changes/index.js';
import { EnrollmentsApiModule, EnrollmentsModule } from '../enrollments/index.js';
import { JourneysModule } from '../journeys/index.js';
import { DateEntries } from './date-entries.service.js';
import { DateEntryHooks } from './date-entry-hooks.js';
import { DateRepository } from './date.repository.js';
import { EntrySchedules } from './entry-schedules.js';
import { ScheduleEntryHooks } from './schedule-entry-hooks.js';
import { ScheduleReconciler } from './schedule-reconciler.service.js';
import { ScheduleRepository } from './schedule.repository.js';
import { ScheduleRunner } from './schedule-runner.service.js';
import { ScheduleWhys } from './schedule-whys.js';
import { SchedulesOfJourney } from './schedules-of-journey.js';
import { TimedEntriesController } from './timed-entries.controller.js';

/** Lets people in at times and by dates of theirs, for the worker process, which connects `EntrySchedules`. */
@Module({
  imports: [EnrollmentsModule, ChangesModule],
  providers: [
    { provide: EntrySchedules, useFactory: () => new EntrySchedules() },
    ScheduleRepository,
    ScheduleRunner,
    ScheduleReconciler,
    DateRepository,
    DateEntries,
  ],
  exports: [EntrySchedules, ScheduleReconciler, DateEntries],
})
export class TimedEntriesModule implements OnModuleInit {
  constructor(
    private readonly dates: DateEntries,
    private readonly listeners: ChangeListeners,
  ) {}

  onModuleInit(): void {
    this.listeners.add({ name: 'entries by date', changed: (scope, heard) => this.dates.heard(scope, heard) });
  }
}

/** Keeps what open journeys want of it, and tells of it, for the api process. Needs `AccessModule`. */
@Module({
  imports: [AccessModule, JourneysModule, ChangesModule, EnrollmentsApiModule],
  controllers: [TimedEntriesController],
  providers: [ScheduleRepository, ScheduleEntryHooks, SchedulesOfJourney, ScheduleWhys, DateRepository, DateEntryHooks],
})
export class TimedEntriesApiModule {}
