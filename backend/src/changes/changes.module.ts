import { Module } from '@nestjs/common';
import { WatchRepository } from './watch.repository.js';
import { Watches } from './watches.js';

/** Lets rooms hear what changes about people. Needs `Database` (a global module). */
@Module({ providers: [WatchRepository, Watches], exports: [Watches] })
export class ChangesModule {}
