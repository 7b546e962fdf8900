import { Module } from '@nestjs/common';
import { AuditModule } from '../access/index.js';
import { ChannelRegistryModule, ChannelsModule } from '../channels/index.js';
import { JourneyControlModule } from '../journeys/index.js';
import { OutboundModule } from '../platform/outbound/index.js';
import { AlarmSettingsRepository } from './alarm-settings.repository.js';
import { AlarmSettingsService } from './alarm-settings.service.js';
import { AlarmTargetRepository } from './alarm-target.repository.js';
import { AlarmTargetsService } from './alarm-targets.service.js';
import { AlarmRepository } from './alarm.repository.js';
import { AlarmsController } from './alarms.controller.js';
import { AlarmsService } from './alarms.service.js';
import { Breaker } from './breaker.js';
import { Evaluator } from './evaluator.js';
import { MeasureRepository } from './measure.repository.js';
import { NoticeRepository } from './notice.repository.js';
import { TargetSender } from './target-sender.js';
import { Teller } from './teller.js';

/** Looks for alarms and tells of them, for the worker process. */
@Module({
  imports: [AuditModule, ChannelRegistryModule, ChannelsModule, JourneyControlModule, OutboundModule],
  providers: [
    AlarmRepository,
    AlarmSettingsRepository,
    AlarmTargetRepository,
    MeasureRepository,
    NoticeRepository,
    TargetSender,
    Breaker,
    Evaluator,
    Teller,
  ],
  exports: [Evaluator, Teller],
})
export class AlarmsWorkerModule {}

/** The routes, for the api process. Needs `AccessModule`. */
@Module({
  imports: [ChannelRegistryModule, ChannelsModule, OutboundModule],
  controllers: [AlarmsController],
  providers: [
    AlarmRepository,
    AlarmSettingsRepository,
    AlarmTargetRepository,
    TargetSender,
    AlarmsService,
    AlarmSettingsService,
    AlarmTargetsService,
  ],
})
export class AlarmsApiModule {}
