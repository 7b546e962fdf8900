import { Module } from '@nestjs/common';
import { ChangeListeners } from './change-listeners.js';
import { ChangeQueueRepository } from './change-queue.repository.js';
import { ChangesService } from './changes.service.js';
import { WatchRepository } from './watch.repository.js';
import { Watches } from './watches.js';

/** Lets rooms hear what changes about people: they say what they watch, and add a listener when they start. */
@Module({
  providers: [ChangeListeners, ChangeQueueRepository, ChangesService, WatchRepository, Watches],
  exports: [ChangeListeners, ChangesService, Watches],
})
export class ChangesModule {}
