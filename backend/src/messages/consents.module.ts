import { Module } from '@nestjs/common';
import { EventsModule } from '../events/index.js';
import { ConsentRepository } from './consent.repository.js';
import { ConsentService } from './consent.service.js';

/** What people want to get. */
@Module({
  imports: [EventsModule],
  providers: [ConsentRepository, ConsentService],
  exports: [ConsentRepository, ConsentService],
})
export class ConsentsModule {}
