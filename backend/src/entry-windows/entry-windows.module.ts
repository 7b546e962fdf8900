import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ChangeListeners, ChangesModule } from '../changes/index.js';
import { EnrollmentsApiModule, EnrollmentsModule } from '../enrollments/index.js';
import { JourneysModule } from '../journeys/index.js';
import { BurstRepository } from './burst.repository.js';
import { DebounceWindows } from './debounce-windows.js';
import { EntryWindows } from './entry-windows.service.js';
import { OmissionWindows } from './omission-windows.js';
import { OmissionRepository } from './omission.repository.js';
import { WindowDecisions } from './window-decisions.service.js';
import { WindowHooks } from './window-hooks.js';
import { WindowKinds } from './window-kinds.js';
import { WindowEventRepository } from './window-event.repository.js';
import { WindowStepRepository } from './window-step.repository.js';
import { WindowWaiting } from './window-waiting.js';
import { WindowWhys } from './window-whys.js';
import { WindowRepository } from './window.repository.js';

const deciding = [
  WindowRepository,
  WindowEventRepository,
  WindowStepRepository,
  OmissionRepository,
  OmissionWindows,
  BurstRepository,
  DebounceWindows,
  WindowKinds,
  WindowDecisions,
];

/** Opens windows and lets in when they end, for the worker process. */
@Module({
  imports: [EnrollmentsModule, ChangesModule],
  providers: [...deciding, EntryWindows],
  exports: [EntryWindows],
})
export class EntryWindowsModule implements OnModuleInit {
  constructor(
    private readonly windows: EntryWindows,
    private readonly listeners: ChangeListeners,
  ) {}

  onModuleInit(): void {
    this.listeners.add({ name: 'windows of entries', changed: (scope, heard) => this.windows.heard(scope, heard) });
  }
}

/** Keeps which entries open windows, and tells of those that are open, for the api process. */
@Module({
  imports: [EnrollmentsApiModule, JourneysModule, ChangesModule],
  providers: [...deciding, WindowHooks, WindowWaiting, WindowWhys],
})
export class EntryWindowsApiModule {}
