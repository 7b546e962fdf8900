import { Module } from '@nestjs/common';
import { EnrollmentsModule } from '../enrollments/index.js';
import { BusinessEventRepository } from './business-event.repository.js';
import { BusinessEventsController } from './business-events.controller.js';
import { BusinessEventsService } from './business-events.service.js';

/** Business events, for the api process. */
@Module({
  imports: [EnrollmentsModule],
  controllers: [BusinessEventsController],
  providers: [BusinessEventRepository, BusinessEventsService],
})
export class BusinessEventsModule {}
