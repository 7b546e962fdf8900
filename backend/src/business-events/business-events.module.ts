import { Module } from '@nestjs/common';
import { EnrollmentsApiModule } from '../enrollments/index.js';
import { RulesModule } from '../rules/index.js';
import { BusinessEventRepository } from './business-event.repository.js';
import { BusinessEventsController } from './business-events.controller.js';
import { BusinessWhys } from './business-whys.js';
import { BusinessEventsService } from './business-events.service.js';

/** Business events, for the api process. */
@Module({
  imports: [EnrollmentsApiModule, RulesModule],
  controllers: [BusinessEventsController],
  providers: [BusinessEventRepository, BusinessEventsService, BusinessWhys],
})
export class BusinessEventsModule {}
