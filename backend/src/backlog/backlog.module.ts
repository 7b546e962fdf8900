import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { DeliveryRulesModule } from '../delivery-rules/index.js';
import { DeliveryModule, MessagesModule } from '../messages/index.js';
import { BacklogController } from './backlog.controller.js';
import { BacklogRepository } from './backlog.repository.js';
import { BacklogService } from './backlog.service.js';
import { CancellationRepository } from './cancellation.repository.js';
import { CancellationsService } from './cancellations.service.js';

/** Delivery → Backlog, for the api process. */
@Module({
  imports: [AccessModule, DeliveryRulesModule, MessagesModule],
  providers: [BacklogRepository, BacklogService, CancellationRepository],
  controllers: [BacklogController],
})
export class BacklogApiModule {}

/** What cancels the messages of a filter, for the worker process. */
@Module({
  imports: [DeliveryModule],
  providers: [CancellationRepository, CancellationsService],
  exports: [CancellationsService],
})
export class BacklogModule {}
