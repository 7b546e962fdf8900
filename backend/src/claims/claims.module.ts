import { Module } from '@nestjs/common';
import { EventsModule } from '../events/index.js';
import { ClaimsRepository } from './claims.repository.js';
import { Claims } from './claims.service.js';
import { DigestsRepository } from './digests.repository.js';

/** What runs of one person decide among them. */
@Module({ imports: [EventsModule], providers: [ClaimsRepository, DigestsRepository, Claims], exports: [Claims] })
export class ClaimsModule {}
